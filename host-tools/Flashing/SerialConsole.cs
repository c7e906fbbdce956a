using System.Globalization;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Flashing;

/// <summary>The console of a real board on a serial port, as the programs of a POSIX system show it.</summary>
internal static class SerialConsole
{
    /// <summary>Of every port in firmware/ports, with 8 data bits, no parity and one stop bit.</summary>
    public const int Baud = 115200;

    /// <summary>Names of serial ports on USB, as Linux and macOS give them.</summary>
    private static readonly string[] Patterns = ["ttyACM*", "ttyUSB*", "cu.usb*"];

    private const string Usual = "/dev/ttyACM0";

    /// <summary>The port is the standard input of both programs and stays open between them: macOS forgets a setting when the
    /// last program closes the port.</summary>
    private const string Script =
        "exec <\"$1\" && stty \"$2\" raw -echo cs8 -parenb -cstopb clocal -crtscts -hupcl && exec cat";

    /// <summary>The command line that sets a port up and shows what comes.</summary>
    /// <exception cref="BoardException">The system has no such programs.</exception>
    public static ToolCommand Command(string port, int baud) => OperatingSystem.IsWindows()
        ? throw new BoardException($"monitor needs stty and cat, which Windows lacks; open {port} at {baud} baud, 8N1, in PuTTY.")
        : new("sh", ["-c", Script, "monitor", port, baud.ToString(CultureInfo.InvariantCulture)],
            "it is part of every Linux and macOS, so correct PATH");

    /// <summary>The only serial port on USB; where none is there yet, the name that a first one usually gets.</summary>
    /// <param name="folder">Of devices.</param>
    /// <exception cref="BoardException">There is more than one.</exception>
    public static string FindOrUsual(string folder = "/dev") => Ports(folder).Length > 0 ? Find(folder) : Usual;

    /// <summary>The only serial port on USB.</summary>
    /// <param name="folder">Of devices.</param>
    /// <exception cref="BoardException">There is none, or more than one.</exception>
    public static string Find(string folder = "/dev")
    {
        string[] ports = Ports(folder);
        return ports switch
        {
            [var only] => only,
            [] => throw new BoardException(
                $"There is no serial port on USB in {folder}; connect the board, or name its port with --port."),
            _ => throw new BoardException(
                $"There are several serial ports: {string.Join(", ", ports)}; name the board's with --port."),
        };
    }

    private static string[] Ports(string folder) => Directory.Exists(folder)
        ? [.. Patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)).Order(StringComparer.Ordinal)]
        : [];
}
