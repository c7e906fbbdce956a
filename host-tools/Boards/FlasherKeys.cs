using System.Globalization;
using System.Text.RegularExpressions;

namespace McuAi.HostTools.Boards;

/// <summary>Which keys of `flasher` each tool needs and takes.</summary>
internal static partial class FlasherKeys
{
    private static readonly Dictionary<string, (string[] Needed, string[] Optional)> OfTools = new()
    {
        ["openocd"] = (["config"], []),
        ["st-flash"] = (["address"], []),
        ["dfu-util"] = (["address", "device"], ["alt"]),
        ["esptool"] = (["chip", "offset"], ["baud"]),
        ["nanoff"] = (["target"], []),
    };

    /// <summary>What is wrong with an entry, as key and reason; null where nothing is.</summary>
    /// <param name="flash">Of the board that has the entry.</param>
    public static string? Complaint(BoardFlasher flasher, MemoryRegion flash)
    {
        if (!OfTools.TryGetValue(flasher.Tool, out var keys))
        {
            return $"flasher.tool: '{flasher.Tool}' is none of {string.Join(", ", OfTools.Keys)}";
        }
        var given = Given(flasher);
        if (keys.Needed.FirstOrDefault(key => !given.Contains(key)) is { } missing)
        {
            return $"flasher.{missing}: is missing, and {flasher.Tool} needs it";
        }
        return given.FirstOrDefault(key => !keys.Needed.Contains(key) && !keys.Optional.Contains(key)) is { } stranger
            ? $"flasher.{stranger}: is no key of {flasher.Tool}, which takes {string.Join(", ", keys.Needed.Concat(keys.Optional))}"
            : WrongValue(flasher, flash);
    }

    private static List<string> Given(BoardFlasher flasher) =>
    [
        .. new (string Key, object? Value)[]
        {
            ("config", flasher.Config), ("address", flasher.Address), ("device", flasher.Device), ("alt", flasher.Alt),
            ("chip", flasher.Chip), ("offset", flasher.Offset), ("baud", flasher.Baud), ("target", flasher.Target),
        }.Where(pair => pair.Value is not null).Select(pair => pair.Key),
    ];

    private static string? WrongValue(BoardFlasher flasher, MemoryRegion flash) => flasher switch
    {
        // An image runs only where it was linked for.
        { Address: { } address } when address != flash.Base => string.Create(CultureInfo.InvariantCulture,
            $"flasher.address: is 0x{address:x8}, and memory.flash begins at 0x{flash.Base:x8}"),
        { Device: { } device } when !VendorAndProduct().IsMatch(device) =>
            $"flasher.device: '{device}' is not vendor:product in hexadecimal, such as 0483:df11",
        { Alt: < 0 or > 255 } => "flasher.alt: is not within 0 to 255",
        // Words of a command line: one that begins with a hyphen would be an option.
        { Chip: { } chip } when !ChipName().IsMatch(chip) =>
            $"flasher.chip: '{chip}' is not a chip as esptool names it, in small letters and digits, such as esp32c3",
        { Target: { } target } when !TargetName().IsMatch(target) =>
            $"flasher.target: '{target}' is not letters, digits and underscores, such as ESP32_S3_OCTAL",
        // The ROM starts an image without a second stage at the beginning of the chip alone.
        { Offset: { } offset and not 0 } =>
            string.Create(CultureInfo.InvariantCulture, $"flasher.offset: is 0x{offset:x}, and images begin at 0 of the flash chip"),
        { Baud: <= 0 } => "flasher.baud: is not positive",
        _ => null,
    };

    [GeneratedRegex("^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$")]
    private static partial Regex VendorAndProduct();

    [GeneratedRegex(@"^[a-z0-9]+\z")]
    private static partial Regex ChipName();

    [GeneratedRegex(@"^[A-Za-z0-9_]+\z")]
    private static partial Regex TargetName();
}
