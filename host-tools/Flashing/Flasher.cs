using System.Globalization;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Flashing;

/// <summary>The command lines that write a file into a board's flash, by the tool that the board's file names.</summary>
internal static class Flasher
{
    /// <summary>As the user guides of the tools have it: OpenOCD 0.12, chapter Flash Programming; stlink 1.7; dfu-util 0.11;
    /// esptool 4, which pip installs as esptool.py, and 5, which know the older names of commands; nanoff 2.5.</summary>
    /// <param name="file">The flat image; for nanoff the list of files to deploy.</param>
    /// <param name="port">Of esptool and nanoff; null: the tool looks for one.</param>
    public static ToolCommand Command(Board board, string file, string? port)
    {
        BoardFlasher flasher = Of(board);
        return flasher.Tool switch
        {
            "openocd" => new("openocd", ["-f", flasher.Config!, "-c",
                $"program {{{file}}} {Hex(board.Memory.Flash.Base)} verify reset exit"], "on Debian: sudo apt-get install openocd"),
            "st-flash" => new("st-flash", ["--reset", "write", file, Hex(flasher.Address!.Value)],
                "on Debian: sudo apt-get install stlink-tools"),
            "dfu-util" => new("dfu-util", ["--device", flasher.Device!, "--alt", Number(flasher.Alt ?? 0), "--dfuse-address",
                $"{Hex(flasher.Address!.Value)}:leave", "--download", file], "on Debian: sudo apt-get install dfu-util"),
            "esptool" => new("esptool", ["--chip", flasher.Chip!, .. Option("--port", port),
                .. Option("--baud", flasher.Baud is { } baud ? Number(baud) : null), "write_flash",
                $"0x{flasher.Offset!.Value:x}", file], "get it with: pipx install esptool")
            {
                OtherName = "esptool.py",
            },
            "nanoff" => new("nanoff", ["--target", flasher.Target!, .. Option("--serialport", port), "--filedeployment", file],
                InstallNanoff),
            var tool => throw new InvalidOperationException($"'{tool}' passed the check of the board's file."),
        };
    }

    /// <summary>Of nanoff: writes a CLR of one's own, which has the core's kernels.</summary>
    public static ToolCommand Clr(Board board, string file, string? port) => new("nanoff",
        ["--target", Of(board).Target!, .. Option("--serialport", port), "--update", "--clrfile", file], InstallNanoff);

    private const string InstallNanoff = "get it with: dotnet tool install --global nanoff";

    /// <summary>What a user does whose board has no flasher that this tool drives.</summary>
    public static string ByHand(Board board, string file) => $"{board.Name} has no flasher that this tool drives: write {file} to " +
        $"{Hex(board.Memory.Flash.Base)} with the programmer of its maker (of STM32, STM32CubeProgrammer: STM32_Programmer_CLI " +
        $"-c port=SWD -w {file} {Hex(board.Memory.Flash.Base)} -v -rst).";

    /// <summary>Refuses a board that exists in emulators only.</summary>
    public static void RequireHardware(Board board)
    {
        if (board.IsEmulatedOnly)
            throw new BoardException($"{board.Name} has no flasher, so this tool knows it in emulators only; take another board of " +
                $"mcuai boards, or describe its flasher in boards/{board.Name}.yaml as docs/flashing.md tells.");
    }

    private static BoardFlasher Of(Board board) => board.Flasher
        ?? throw new InvalidOperationException($"{board.Name} is flashed by hand.");

    private static string[] Option(string name, string? value) => value is null ? [] : [name, value];

    private static string Hex(long address) => $"0x{address:x8}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
