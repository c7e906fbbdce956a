using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Models;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai demo MODEL: converts the model and runs it on the emulated stm32f4-discovery.</summary>
internal static class DemoCommand
{
    private const string BoardName = "stm32f4-discovery";

    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "a .tflite, .onnx or .tsk file" };
        var command = new Command("demo", $"Convert a model and run it on an emulated {BoardName}.") { model };
        command.SetAction(async (arguments, cancellation) =>
        {
            string path = arguments.GetValue(model)!;
            string pack = path;
            if (!Path.GetExtension(path).Equals(".tsk", StringComparison.OrdinalIgnoreCase))
            {
                pack = Path.Combine(Path.GetTempPath(), Path.GetFileNameWithoutExtension(path) + ".tsk");
                Console.Out.WriteLine($"$ mcuai convert {path} -o {pack} --board {BoardName}");
                int status = await ConvertCommand.Create().Parse([path, "-o", pack, "--board", BoardName])
                    .InvokeAsync(Strict, cancellation);
                if (status != 0)
                    return status;
            }

            Console.Out.WriteLine($"\n$ mcuai emulate {pack} --board {BoardName}");
            return await EmulateCommand.Create().Parse([pack, "--board", BoardName])
                .InvokeAsync(Strict, cancellation);
        });
        return command;
    }

    private static InvocationConfiguration Strict { get; } = new() { EnableDefaultExceptionHandler = false };
}
