using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Onnx;
using McuAi.Tests.Fuzz;
using Element = McuAi.ModelConverter.Import.Onnx.Format.TensorProto.Types.DataType;

namespace McuAi.Tests.Import;

/// <summary>Damaged and hostile files: a <see cref="ModelException"/> or a graph, never anything else.</summary>
[TestClass]
public sealed class OnnxDamageTests
{
    [TestMethod]
    public void EveryTruncation_IsRefusedOrImported()
    {
        foreach (byte[] file in Samples())
        {
            for (int length = 0; length < file.Length; length += 1 + (file.Length / 400))
                Import(file[..length]);
        }
    }

    [TestMethod]
    public void Mutations_OnlyGiveModelExceptions()
    {
        FuzzReport report = MutationFuzzer.Run(Samples(), 6000, 7, bytes => OnnxImporter.Import(bytes, "damaged"));
        Assert.AreEqual(6000, report.Accepted + report.Rejected);
        Assert.IsGreaterThan(500, report.Rejected);
    }

    /// <summary>Most byte edits end in the protobuf parser; these reach the importer.</summary>
    [TestMethod]
    public void WrongFields_OnlyGiveModelExceptions()
    {
        byte[][] samples = Samples();
        var random = new Random(11);
        var mutation = new OnnxFieldMutation(random);
        for (int i = 0; i < 4000; i++)
        {
            byte[] mutant = mutation.Mutate(samples[random.Next(samples.Length)]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Import(mutant);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.IsLessThan((128L * mutant.Length) + (8 << 20), allocated);
        }
    }

    [TestMethod]
    public void ConstantsThatDouble_AreStopped()
    {
        var builder = new OnnxModelBuilder();
        string x = builder.Constant([1f, 2f, 3f, 4f], 4);
        for (int i = 0; i < 26; i++)
            x = builder.Node("Concat", [x, x], ("axis", 0));

        builder.Output(builder.Node("Add", [builder.Input("x", 1), x]));
        Assert.Contains("out of proportion", Refusal(builder));
    }

    [TestMethod]
    public void HugeShapes_AreStopped()
    {
        var builder = new OnnxModelBuilder();
        string shape = builder.Integers(1 << 20, 1 << 20);
        builder.Output(builder.Node("ConstantOfShape", [shape]));
        Assert.Contains("too large", Refusal(builder));

        builder = new OnnxModelBuilder();
        builder.Output(builder.Node("Relu", [builder.Input("x", 1 << 15, 1 << 15)]));
        Assert.Contains("too large", Refusal(builder));
    }

    private static string Refusal(OnnxModelBuilder builder) =>
        Assert.ThrowsExactly<ModelException>(() => OnnxImporter.Import(builder.Build(), "hostile")).Message;

    private static void Import(byte[] bytes)
    {
        try
        {
            OnnxImporter.Import(bytes, "damaged");
        }
        catch (ModelException)
        {
            // What a damaged file is for.
        }
    }

    private static byte[][] Samples() =>
    [
        new NaiveClassifier(new Random(1)).Model(),
        .. Enumerable.Range(0, 12).Select(seed => new OnnxRandomNetwork(seed).Build().Build()),
        .. Enumerable.Range(0, 6).Select(Quantized),
    ];

    private static byte[] Quantized(int seed)
    {
        Element type = seed % 2 == 0 ? Element.Int8 : Element.Uint8;
        return new OnnxQdqNetwork(seed, type, realInput: seed % 3 == 0).Build(realOutput: seed % 2 == 0).Build();
    }
}
