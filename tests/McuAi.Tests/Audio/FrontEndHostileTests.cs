using System.Globalization;
using System.Runtime.InteropServices;
using McuAi.HostTools.Emulation;
using McuAi.ModelConverter.Audio;
using McuAi.Tests.Core;
using McuAi.Tests.Fuzz;

namespace McuAi.Tests.Audio;

/// <summary>Tables that lie, under AddressSanitizer and UBSan (tests/c/front_end_driver.c).</summary>
[TestClass]
public sealed class FrontEndHostileTests
{
    [TestMethod]
    [DataRow(0, false)] // log-mel
    [DataRow(0, true)]
    [DataRow(2, false)] // PCAN
    [DataRow(3, true)] // not normalised
    [DataRow(4, false)] // MFCC
    [DataRow(8, false)] // a hop longer than the window
    [DataRow(9, true)] // a window whose half is odd
    public async Task NoTablesHurtTheCore(int index, bool compact)
    {
        string driver = await NativeProgram.BuildAsync("gcc", ["-fsanitize=address,undefined"], "c/front_end_driver.c",
            "c/mutated_tables.c");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mcuai-front-end-");
        try
        {
            string path = Path.Combine(folder.FullName, "tables.bin");
            await File.WriteAllBytesAsync(path, FrontEndTables.Make(FrontEndCases.All[index], compact: compact));
            int rounds = LongTests.Choose(3000, 100_000);
            string counts = await ToolProcess.RunAsync(driver, [path, rounds.ToString(CultureInfo.InvariantCulture)],
                folder.FullName, ["gcc"], CancellationToken.None);
            int[] numbers = [.. counts.Split(' ').Where(word => char.IsDigit(word[0])).Select(int.Parse)];
            Assert.IsTrue(numbers[0] > rounds / 20 && numbers[1] > rounds / 4, counts); // both ways are taken
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The gains of PCAN are those in the pre-processor of TensorFlow Lite Micro, to the bit. There an
    /// amplitude of an FFT of 512 has one fractional bit less than here, hence 1024.</summary>
    [TestMethod]
    public void PcanGainsAreThoseOfTensorFlow()
    {
        byte[] model = SharedData.Bytes("tflm/models/audio_preprocessor_int8.tflite");
        byte[] tables = FrontEndTables.Make(new FrontEndSettings
        {
            SampleRate = 16000, WindowSamples = 480, HopSamples = 320, FftSize = 1024, Kind = FrontEndKind.Pcan,
        });
        ReadOnlySpan<byte> gains = MemoryMarshal.AsBytes(new FrontEndReader(tables).PcanGains[..125]);
        Assert.IsGreaterThan(0, model.AsSpan().IndexOf(gains));
        Assert.AreEqual(6, new FrontEndReader(tables).Pcan[3]);
    }
}
