using System.CommandLine;
using McuAi.HostTools.Boards;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai boards: what boards there are.</summary>
internal static class BoardsCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("boards", "List the boards.") { json };
        command.SetAction(arguments =>
        {
            IReadOnlyList<Board> boards = new BoardCatalog(ProjectFolder.Find().Boards).All();
            if (arguments.GetValue(json))
                Report.Print(boards.Select(board => new
                {
                    board.Name,
                    board.Description,
                    board.Cpu,
                    board.Kernels,
                    board.ClockHz,
                    FlashBytes = board.Memory.Flash.Size,
                    RamBytes = board.Memory.Ram.Size,
                    Emulators = Emulators(board),
                    Flasher = board.Flasher?.Tool,
                }));
            else
                PrintTable(boards);
            return 0;
        });
        return command;
    }

    private static string? Emulators(Board board)
    {
        string[] names = [.. new[]
        {
            board.Emulators.Qemu is { } qemu ? $"qemu {qemu.Machine}" : null,
            board.Emulators.Renode is null ? null : "renode",
        }.OfType<string>()];
        return names.Length == 0 ? null : string.Join(", ", names);
    }

    private static void PrintTable(IReadOnlyList<Board> boards)
    {
        Table table = TableOutput.Create("board", "CPU", ">MHz", ">flash KB", ">RAM KB", "emulator", "flasher");
        foreach (Board board in boards)
            table.AddRow(board.Name, board.Cpu, $"{board.ClockHz / 1_000_000}", $"{board.Memory.Flash.Size / 1024}",
                $"{board.Memory.Ram.Size / 1024}", Emulators(board) ?? "", board.Flasher?.Tool ?? "");
        TableOutput.Write(table);
        foreach (Board board in boards)
            Console.Out.WriteLine($"{board.Name}: {board.Description}");
    }
}
