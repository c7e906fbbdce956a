using System.Globalization;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;

namespace McuAi.Tests.Emulation;

/// <summary>Parts of ports and apps that need no register, compiled for the host around simulated hardware.</summary>
[TestClass]
public sealed class PortDriverTests
{
    private static readonly string Root = ProjectFolder.Find().Root;

    /// <summary>Chips of up to 16 MB are read with three bytes of address, larger ones with four, also by makers whose codes begin
    /// anew at 64 MB. SST's and Microchip's codes are no powers of two, and their chips have 8 MB at most (SST26VF064B, table 5-1;
    /// SST25VF032B, table 6).</summary>
    [TestMethod]
    [DataRow("ef", "18", 0u, "03")]
    [DataRow("ef", "18", 0xFFFF00u, "03")]
    [DataRow("c2", "15", 0x1234u, "03")]
    [DataRow("c2", "19", 0x01FFFF00u, "13")]
    [DataRow("ef", "20", 0x03000123u, "13")]
    [DataRow("ef", "22", 0x03000123u, "13")]
    [DataRow("bf", "43", 0x012345u, "03")]
    [DataRow("bf", "4a", 0x012345u, "03")]
    [DataRow("bf", "8e", 0x012345u, "03")]
    public async Task TheFlashChipIsReadAtItsAddresses(string maker, string capacity, uint offset, string command)
    {
        const int bytes = 200;
        Dictionary<string, string> told = await FlashAsync(maker, capacity, offset, bytes);
        Assert.AreEqual("1", told["open"]);
        Assert.AreEqual("1", told["read"]);
        Assert.AreEqual(command, told["command"]);
        Assert.AreEqual("0", told["selected"]);
        byte[] expected = [.. Enumerable.Range(0, bytes).Select(i => (byte)(unchecked((offset + (uint)i) * 2654435761) >> 24))];
        Assert.AreEqual(Convert.ToHexStringLower(expected), told["data"]);
    }

    /// <summary>A line that nothing drives reads as zeros or ones.</summary>
    [TestMethod]
    [DataRow("00")]
    [DataRow("ff")]
    public async Task AMissingFlashChipIsNoticed(string maker)
    {
        Dictionary<string, string> told = await FlashAsync(maker, maker, 0, 16);
        Assert.AreEqual("0", told["open"]);
        Assert.AreEqual("0", told["read"]);
    }

    /// <summary>Contacts bounce within 2,000,000 ticks.</summary>
    [TestMethod]
    [DataRow("0:0 10:1 20:1 9000000:1", "0100", "pressed soon after the start, and held")]
    [DataRow("0:1 10:1 5000000:1", "100", "held at reset")]
    [DataRow("5000000:1 5000100:0 5000200:1 5000300:0 5000400:1 9000000:1", "100000", "bounces when it goes down")]
    [DataRow("5000000:1 9000000:0 9000100:1 9000200:0 9900000:0 20000000:1", "100001", "bounces when it goes up")]
    [DataRow("5000000:1 5001000:0 8000000:0 11000000:1", "1001", "released at once, and pressed again")]
    public async Task APressCountsOnce(string looks, string presses, string what)
    {
        string program = await BuildAsync("button", "firmware/apps/button.c", "tests/c/button_driver.c");
        Assert.AreEqual(presses, (await ToolProcess.RunAsync(program, looks.Split(' '), Root, [], default)).Trim(), what);
    }

    /// <summary>The first look is the app's, the second that of the port before it sleeps.</summary>
    [TestMethod]
    [DataRow("1")]
    [DataRow("2")]
    public async Task APressThatComesBeforeTheSleepEndsIt(string looks)
    {
        string program = await BuildAsync("button", "firmware/apps/button.c", "tests/c/button_driver.c");
        Assert.AreEqual("awake", (await ToolProcess.RunAsync(program, ["wait", looks], Root, [], default)).Trim());
    }

    private static async Task<Dictionary<string, string>> FlashAsync(string maker, string capacity, uint offset, int bytes)
    {
        string program = await BuildAsync("spi-flash", "firmware/ports/spi-flash/device.c", "tests/c/spi_flash_driver.c");
        string text = await ToolProcess.RunAsync(program, [maker, capacity, offset.ToString(CultureInfo.InvariantCulture),
            bytes.ToString(CultureInfo.InvariantCulture)], Root, [], default);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => words[1]);
    }

    private static async Task<string> BuildAsync(string name, params string[] sources)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Root, "artifacts", "test-programs")).FullName;
        string program = Path.Combine(folder, name), unfinished = $"{program}.{Guid.NewGuid():N}";
        string[] includes = [.. ((string[])["core/include", "ports", "apps"])
            .Select(part => "-I" + Path.Combine(Root, "firmware", part))];
        await ToolProcess.RunAsync("gcc", ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O1", .. includes,
            .. sources.Select(source => Path.Combine(Root, source)), "-o", unfinished], folder, ["gcc"], default);
        File.Move(unfinished, program, overwrite: true);
        return program;
    }
}
