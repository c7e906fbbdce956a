using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Models;
using McuAi.HostTools.Packaging;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai arduino-library X: the core with a model as a library for the Arduino IDE.</summary>
internal static class ArduinoLibraryCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("X")
        {
            Description = "what the example runs: a .tsk pack, or a quantized .tflite or .onnx model",
        };
        var output = new Option<string>("--output", "-o") { Description = "the file", DefaultValueFactory = _ => "McuAi.zip" };
        var command = new Command("arduino-library", "Write the core as a library for the Arduino IDE, with a model in its example.")
        {
            model, output,
        };
        command.SetAction(arguments =>
        {
            string path = arguments.GetValue(model)!, file = arguments.GetValue(output)!;
            PackModel read = ModelFile.ReadPackOrModel(path);
            PackLayout.Apply(read, KernelFamilies.Named("portable"));
            byte[] zip = ArduinoLibrary.Zip(ProjectFolder.Find(), BoardPack.AsItIs(read, PackWriter.Write(read)),
                Path.GetFileName(path));
            ModelFile.WriteAtomically(file, zip);
            Console.Out.WriteLine($"{file}: {zip.Length:N0} bytes; in the Arduino IDE, take Sketch, Include Library, " +
                "Add .ZIP Library");
            return 0;
        });
        return command;
    }
}
