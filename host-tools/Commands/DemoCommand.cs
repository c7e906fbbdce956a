using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Demonstration;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai demo: speaks words and simulates a bearing, and has the emulated stm32f4-discovery listen; mcuai demo
/// MODEL: converts the model and runs it there.</summary>
internal static class DemoCommand
{
    private const string BoardName = "stm32f4-discovery";

    public static Command Create()
    {
        var model = new Argument<string?>("MODEL")
        {
            Description = "a .tflite, .onnx or .tsk file to convert and run; without it, words are spoken and heard, and a bearing's fault is found",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var spotter = new Option<string?>("--spotter")
        {
            Description = "the pack of the keyword spotter that listens; by default models/digits.tsk",
        };
        var command = new Command("demo", $"Show the project on an emulated {BoardName}.") { model, spotter };
        command.SetAction((arguments, cancellation) => arguments.GetValue(model) is { } path
            ? RunModelAsync(path, cancellation)
            : ShowAsync(arguments.GetValue(spotter), cancellation));
        return command;
    }

    /// <summary>Each part shows what one of the project's apps does.</summary>
    private static async Task<int> ShowAsync(string? spotter, CancellationToken cancellation)
    {
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find(BoardName);
        string pack = spotter ?? Path.Combine(ProjectFolder.Find().Root, "models", "digits.tsk");
        bool shown = await KeywordDemo.RunAsync(pack, board, cancellation);
        Console.Out.WriteLine();
        await BearingDemo.RunAsync(board, cancellation);
        return shown ? 0 : 1;
    }

    private static async Task<int> RunModelAsync(string path, CancellationToken cancellation)
    {
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
        return await EmulateCommand.Create().Parse([pack, "--board", BoardName]).InvokeAsync(Strict, cancellation);
    }

    private static InvocationConfiguration Strict { get; } = new() { EnableDefaultExceptionHandler = false };
}
