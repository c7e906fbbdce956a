using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Onnx;
using McuAi.ModelConverter.Import.Tflite;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Import;

namespace McuAi.Tests.Fuzz;

/// <summary>Mutated files of each format that the converter reads: a model or a sentence, and little memory.</summary>
[TestClass]
public sealed class ReaderFuzzTests
{
    [TestMethod]
    public void Tflite() => Fuzz([.. TfliteSampleFiles.All().Select(file => file.Build())], 31,
        bytes => TfliteImporter.Import(bytes, "fuzz"));

    [TestMethod]
    public void Onnx() => Fuzz(OnnxSampleFiles.All(), 32, bytes => OnnxImporter.Import(bytes, "fuzz"));

    /// <summary>Checksums are repaired in two of three executions: the rest meets them first.</summary>
    [TestMethod]
    public void Packs()
    {
        int execution = 0;
        Fuzz([.. SeedPacks.All()], 33, bytes =>
        {
            if (execution++ % 3 != 0)
                PackRepair.Apply(bytes);
            PackReader.Read(bytes);
        });
    }

    /// <summary>What the tool does with a pack that it has read: figures, another layout, writing it again. A pack may be
    /// sound as a file and make no sense as a program. Planning an arena takes longer than reading.</summary>
    [TestMethod]
    public void PacksInUse()
    {
        string[] families = ["portable", "dsp", "mve", "rv32"];
        int execution = 0;
        Fuzz([.. SeedPacks.All()], 34, bytes =>
        {
            PackRepair.Apply(bytes);
            PackModel model = PackReader.Read(bytes);
            ModelSummary.Macs(model);
            ModelSummary.Parameters(model);
            PackLayout.Apply(model, KernelFamilies.Named(families[execution++ % families.Length]),
                mostArena: execution % 3 == 0 ? 0 : int.MaxValue);
            PackReader.Read(PackWriter.Write(model));
        }, LongTests.Choose(3000, 100_000), 64 << 20);
    }

    private static void Fuzz(byte[][] seeds, int seed, Action<byte[]> target) =>
        Fuzz(seeds, seed, target, LongTests.Choose(50_000, 500_000), 1 << 20);

    private static void Fuzz(byte[][] seeds, int seed, Action<byte[]> target, int executions, long allowance)
    {
        FuzzReport report = MutationFuzzer.Run(seeds, executions, seed, target, allowance);
        Assert.IsGreaterThan(executions / 100, report.Rejected);
        Assert.IsGreaterThan(executions / 100, report.Accepted);
    }
}
