using System.CommandLine;
using System.Diagnostics;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai run X.tsk: inference on the host, through the C core.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("X") { Description = "a .tsk pack, or a quantized .tflite or .onnx model" };
        var input = CommonOptions.Input();
        var output = CommonOptions.Output();
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("run", "Run a model on this machine, through the C core.")
        {
            model, input, output, json,
        };
        command.SetAction(arguments =>
        {
            string path = arguments.GetValue(model)!;
            PackModel pack = ModelFile.ReadPackOrModel(path);
            byte[] bytes = Path.GetExtension(path).Equals(".tsk", StringComparison.OrdinalIgnoreCase)
                ? ModelFile.ReadBytes(path)
                : PackWriter.Write(pack);
            byte[] inputs = ModelInput.Read(arguments.GetValue(input)!, pack);
            long started = Stopwatch.GetTimestamp();
            byte[] outputs = Run(bytes, inputs, ModelInput.Bytes(pack));
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            ModelOutput.Write(arguments.GetValue(output), outputs, pack, quiet: arguments.GetValue(json));
            if (arguments.GetValue(json))
                Report.Print(new
                {
                    Inferences = inputs.Length / ModelInput.Bytes(pack),
                    Seconds = seconds,
                    ArenaBytes = pack.ArenaBytes,
                    WeightBytes = pack.WeightBytes,
                    Macs = ModelSummary.Macs(pack),
                });
            return 0;
        });
        return command;
    }

    private static byte[] Run(byte[] pack, byte[] inputs, int inputBytes)
    {
        using var core = new HostCore(HostLibraryBuilder.Load(ProjectFolder.Find().Root), pack);
        var outputs = new MemoryStream();
        for (int offset = 0; offset < inputs.Length; offset += inputBytes)
            outputs.Write(core.Run(inputs.AsSpan(offset, inputBytes)));
        return outputs.ToArray();
    }
}
