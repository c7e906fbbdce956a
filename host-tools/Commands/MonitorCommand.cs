using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Flashing;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai monitor --board B: shows what the firmware on the real board writes.</summary>
internal static class MonitorCommand
{
    public static Command Create()
    {
        Option<string> board = CommonOptions.Board();
        var port = new Option<string?>("--port") { Description = "serial port; by default the only one on USB" };
        var baud = new Option<int>("--baud") { Description = "of the port", DefaultValueFactory = _ => SerialConsole.Baud };
        Option<bool> dryRun = CommonOptions.DryRun();
        var command = new Command("monitor", "Show what a board's firmware writes on its console, until Ctrl-C.")
        {
            board, port, baud, dryRun,
        };
        command.SetAction((arguments, cancellation) => RunAsync(
            new BoardCatalog(ProjectFolder.Find().Boards).Find(arguments.GetValue(board)!), arguments.GetValue(port),
            arguments.GetValue(baud), arguments.GetValue(dryRun), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Board board, string? port, int baud, bool dryRun, CancellationToken cancellation)
    {
        Flasher.RequireHardware(board);
        string pins = board.Pins?.Console ?? throw new BoardException(
            $"{board.Name} names no console; say where it is in boards/{board.Name}.yaml under pins.console.");
        if (baud <= 0)
            throw new ModelException($"--baud {baud} is not positive; leave it out for {SerialConsole.Baud}.");
        ToolCommand command = SerialConsole.Command(port ?? (dryRun ? SerialConsole.FindOrUsual() : SerialConsole.Find()), baud);
        if (dryRun)
        {
            Console.Out.WriteLine(command);
            return 0;
        }

        Console.Error.WriteLine($"{board.Name}: the console is {pins}; Ctrl-C ends");
        try
        {
            await command.RunAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a user ends it.
        }

        return 0;
    }
}
