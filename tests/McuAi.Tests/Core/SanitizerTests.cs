using McuAi.HostTools.Emulation;
using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Core;

/// <summary>The core under AddressSanitizer and UBSan on whole models, in place and streamed with the least cache
/// (tests/c/core_driver.c).</summary>
[TestClass]
public sealed class SanitizerTests
{
    [TestMethod]
    [DataRow("kws", "portable", 8)]
    [DataRow("ad", "portable", 12)]
    [DataRow("ic", "portable", 2)]
    [DataRow("vww", "portable", 2)]
    [DataRow("sww", "portable", 12)]
    [DataRow("kws", "dsp", 1)]
    [DataRow("ad", "dsp", 1)]
    [DataRow("kws", "mve", 1)]
    [DataRow("ad", "mve", 1)]
    [DataRow("kws", "rv32", 1)]
    [DataRow("ad", "rv32", 1)]
    public async Task GoldenBytesWithoutAnAccessBesideABuffer(string name, string family, int inputs)
    {
        PackModel model = ReferenceModels.Pack(name, family);
        (byte[] input, byte[] expected) = ReferenceModels.Golden(name, model, inputs);
        CollectionAssert.AreEqual(expected, await RunAsync(PackWriter.Write(model), input));
    }

    /// <summary>A pack whose arena is 16 bytes smaller than planned is refused, or its last tensor lies outside.</summary>
    [TestMethod]
    public async Task TooSmallAnArenaIsRefused()
    {
        PackModel model = ReferenceModels.Pack("kws", "portable");
        (byte[] input, _) = ReferenceModels.Golden("kws", model, 1);
        model.ArenaBytes -= 16;
        ToolException refusal = await Assert.ThrowsExactlyAsync<ToolException>(() => RunAsync(PackWriter.Write(model), input));
        Assert.Contains("core_driver: open", refusal.Output);
    }

    /// <summary>Outputs of tests/c/core_driver.c; the status of a program that a sanitizer ended is an exception.</summary>
    /// <param name="rows">How many tokens a language model runs; all if null.</param>
    internal static async Task<byte[]> RunAsync(byte[] pack, byte[] input, int? rows = null)
    {
        string driver = await NativeProgram.BuildAsync("gcc", ["-fsanitize=address,undefined"], "c/core_driver.c");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mcuai-driver-");
        try
        {
            string[] paths = [.. ((string[])["pack.tsk", "input.bin", "output.bin"]).Select(
                file => Path.Combine(folder.FullName, file))];
            await File.WriteAllBytesAsync(paths[0], pack);
            await File.WriteAllBytesAsync(paths[1], input);
            string[] arguments = rows is null ? paths : [.. paths, $"{rows}"];
            await ToolProcess.RunAsync(driver, arguments, folder.FullName, ["gcc"], CancellationToken.None);
            return await File.ReadAllBytesAsync(paths[2]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
