using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Flashing;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai flash X --board B: builds the firmware around a model and writes it into the real board's flash.</summary>
internal static class FlashCommand
{
    private const string Nanoff = "nanoff";

    private static readonly Argument<string> Model = new("X") { Description = "a .tsk pack, or a quantized .tflite or .onnx model" };
    private static readonly Option<string> BoardName = CommonOptions.Board();
    private static readonly Option<string?> App = new("--app") { Description = "the firmware; by default the one that the pack is for" };
    private static readonly Option<string[]> Input = CommonOptions.Input();
    private static readonly Option<string?> Port = new("--port")
    {
        Description = "serial port for esptool and nanoff; by default they look for one",
    };

    private static readonly Option<string?> Clr = new("--clr")
    {
        Description = "nanoff: write this nanoCLR with the core's kernels first",
    };

    private static readonly Option<bool> DryRun = CommonOptions.DryRun();

    public static Command Create()
    {
        App.AcceptOnlyFromAmong(FlashApp.All);
        Input.Required = false;
        var command = new Command("flash", "Write a model's firmware into a board's flash.")
        {
            Model, BoardName, App, Input, Port, Clr, DryRun,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        ProjectFolder project = ProjectFolder.Find();
        Board board = new BoardCatalog(project.Boards).Find(arguments.GetValue(BoardName)!);
        Flasher.RequireHardware(board);
        bool deploys = board.Flasher?.Tool == Nanoff;
        string folder = Path.Combine(project.Root, "artifacts", "flash", board.Name);
        string? clr = arguments.GetValue(Clr), port = arguments.GetValue(Port);
        if (clr is not null && !deploys)
            throw new BoardException($"--clr is for boards of .NET nanoFramework, and {board.Name} is flashed " +
                $"{(board.Flasher is { } other ? "with " + other.Tool : "by hand")}; leave it out.");
        string file = deploys
            ? PackFile(arguments, board, folder)
            : await ImageFileAsync(arguments, project, board, folder, cancellation);
        if (board.Flasher is null)
        {
            Console.Error.WriteLine(Flasher.ByHand(board, file));
            return 0;
        }

        ToolCommand[] commands = [.. clr is null ? [] : (ToolCommand[])[Flasher.Clr(board, clr, port)],
            Flasher.Command(board, file, port)];
        foreach (ToolCommand command in commands)
        {
            if (arguments.GetValue(DryRun))
                Console.Out.WriteLine(command);
            else
                await command.RunAsync(cancellation);
        }

        return 0;
    }

    /// <summary>Builds the image, unless commands are only printed.</summary>
    private static async Task<string> ImageFileAsync(ParseResult arguments, ProjectFolder project, Board board, string folder,
        CancellationToken cancellation)
    {
        string path = arguments.GetValue(Model)!;
        string app = arguments.GetValue(App) ?? FlashApp.Of(ModelFile.ReadPackOrModel(path));
        FlashApp.Check(app, path, board);
        byte[] inputs = FlashApp.Block(app, path, arguments.GetValue(Input) ?? []);
        string file = Path.Combine(folder, app + ".bin");
        if (arguments.GetValue(DryRun))
            return file;
        FirmwareImage image = await FlashApp.BuildAsync(app, path, project, board, cancellation);
        long bytes = await FlashImage.WriteAsync(board, image, inputs, file, cancellation);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{app} for {board.Name}: {bytes:N0} bytes of flash, {image.Sizes.Ram:N0} bytes of RAM without the stack"));
        return file;
    }

    /// <summary>The managed runtime reads packs from the board's file system, so the pack itself is deployed.</summary>
    private static string PackFile(ParseResult arguments, Board board, string folder)
    {
        string path = arguments.GetValue(Model)!;
        if (arguments.GetValue(App) is not null || arguments.GetValue(Input) is { Length: > 0 })
            throw new ModelException($"{board.Name} runs .NET nanoFramework, whose application is yours; leave --app and --input out.");
        PackModel model = ModelFile.ReadPackOrModel(path);
        byte[] pack = BoardPack.For(model, board).Bytes;
        string list = Path.Combine(folder, "deploy.json"), name = Path.GetFileNameWithoutExtension(path) + ".tsk";
        if (arguments.GetValue(DryRun))
            return list;
        Directory.CreateDirectory(folder);
        ModelFile.WriteAtomically(Path.Combine(folder, name), pack);
        ModelFile.WriteAtomically(list, JsonSerializer.SerializeToUtf8Bytes(new
        {
            files = new[] { new { DestinationFilePath = @"I:\" + name, SourceFilePath = Path.Combine(folder, name) } },
        }));
        Console.Error.WriteLine($"{name} for {board.Name}: {pack.Length:N0} bytes on I:\\");
        return list;
    }
}
