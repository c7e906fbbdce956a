using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Tflite;
using McuAi.Tests.Fuzz;
using static McuAi.Tests.Import.TfliteModelBuilder;

namespace McuAi.Tests.Import;

/// <summary>Damaged and hostile files end in a sentence, never in another exception or in much memory.</summary>
[TestClass]
public class TfliteDamageTests
{
    private static readonly string[] SmallModels =
    [
        "tflm/models/hello_world_int8.tflite", "tflm/models/hello_world_float.tflite",
        "tflm/models/micro_speech_quantized.tflite", "tflm/models/keyword_scrambled_8bit.tflite",
    ];

    private delegate void Damage(TfliteModelBuilder builder);

    [TestMethod]
    public void Every_prefix_is_refused_or_complete()
    {
        byte[] file = SharedData.Bytes("tflm/models/hello_world_int8.tflite");
        for (int length = 0; length < file.Length; length++)
        {
            Attempt(file.AsMemory(0, length));
        }

        foreach (string model in TfliteExpectedModels.All.Keys)
        {
            byte[] bytes = SharedData.Bytes(model);
            for (int length = 0; length < bytes.Length; length += 1 + (bytes.Length / 97))
            {
                Attempt(bytes.AsMemory(0, length));
            }
        }
    }

    [TestMethod]
    public void Mutated_models_are_refused_or_imported()
    {
        FuzzReport report = MutationFuzzer.Run(
            SmallModels.Select(SharedData.Path).ToArray(), 8000, 1, bytes => TfliteImporter.Import(bytes, "fuzz"));
        Assert.IsGreaterThan(100, report.Rejected);
        Assert.IsGreaterThan(100, report.Accepted);
    }

    [TestMethod]
    public void Mutated_files_of_every_operator_are_refused_or_imported()
    {
        byte[][] seeds = [.. TfliteSampleFiles.All().Select(sample => sample.Build())];
        FuzzReport report = MutationFuzzer.Run(seeds, 40000, 2, bytes => TfliteImporter.Import(bytes, "fuzz"));
        Assert.IsGreaterThan(1000, report.Rejected);
        Assert.IsGreaterThan(1000, report.Accepted);
    }

    /// <summary>All tensors are one table with a long name, so that a small file asks for much.</summary>
    [TestMethod]
    public void A_table_shared_by_many_tensors_takes_little_memory()
    {
        TfliteModelBuilder builder = new();
        int output = builder.Tensor(I8, [1, 20000], 1);
        builder.Tensor(I8, [1, 1], 1);
        builder.Last.Set(3, new string('n', 5000));
        int[] inputs = [.. Enumerable.Range(0, 20000).Select(_ => builder.Again())];
        (builder.Inputs, builder.Outputs) = ([inputs[0]], [output]);
        byte[] file = builder.Operator(2, inputs, [output], 10, Options((0, 1))).Build();
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelException error = Assert.ThrowsExactly<ModelException>(() => TfliteImporter.Import(file, "many"));
        Assert.IsLessThan((64L * file.Length) + (1 << 20), GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Contains("far more than its", error.Message);
    }

    public static IEnumerable<object[]> Problems =>
    [
        Problem("CONV_2D", "dimensions", b => b.Operator(3, [0, 1], [2], 1)),
        Problem("is not supported", "TOPK_V2", b => b.Operator(48, [0, 1], [2])),
        Problem("is not supported", "WHILE", b => b.Operator(119, [0], [2])),
        Problem("custom Mine", "not supported", b => b.Operator(32, [0], [2], custom: "Mine")),
        Problem("uses tensor 99", "has", b => b.Operator(19, [99], [2])),
        Problem("lacks its input 0", "RELU", b => b.Operator(19, [-1], [2])),
        Problem("options of another operator", "ADD", b => b.Operator(0, [0, 0], [2], 8)),
        Problem("before any operator computes it", "t1", b => b.Operator(19, [1], [2])),
        Problem("written again", "t2", b => b.Operator(19, [0], [2]).Operator(19, [0], [2])),
        Problem("No operator computes", "t2", b => b.Operator(19, [0], [1])),
        Problem("is sparse", "t3", b => Read(b, I8).Set(6, new FlatTable())),
        Problem("FLOAT16 activation", "t3", b => Read(b, F16)),
        Problem("STRING", "t3", b => Read(b, 5)),
        Problem("another file", "t3", b => Read(b, I8).Set(10, 1u)),
        Problem("scale of -1", "t3", b => Read(b, I8, -1)),
        Problem("scale of NaN", "t3", b => Read(b, I8, float.NaN)),
        Problem("zero point of 128", "t3", b => Read(b, I8, 1, 128)),
        Problem("block-wise", "t3", b => Read(b, I8).Set(4, new FlatTable().Set(4, (byte)2))),
        Problem("reads the variable", "t3", b => Read(b, I8).Set(5, true)),
        Problem("uses buffer 77", "t3", b => Read(b, I8).Set(2, 77)),
        Problem("bytes of data where", "need 4", b => b.Operator(19, [b.Constant<byte>(I8, [1, 4], [1], 1)], [2])),
        Problem("cut short", "t3", b =>
        {
            b.Operator(19, [b.Constant<byte>(I8, [1, 4], [1], 1)], [2]);
            b.LastBuffer.Set(1, 1000000UL).Set(2, 4UL);
        }),
    ];

    [TestMethod]
    [DynamicData(nameof(Problems))]
    public void Problem_is_named(string first, string second, object damage)
    {
        TfliteModelBuilder builder = new();
        builder.Tensor(I8, [1, 4], 1);
        builder.Tensor(I8, [1, 4], 1);
        builder.Tensor(I8, [1, 4], 1);
        (builder.Inputs, builder.Outputs) = ([0], [2]);
        ((Damage)damage)(builder);
        ModelException error = Assert.ThrowsExactly<ModelException>(() => builder.Import());
        Assert.Contains(first, error.Message);
        Assert.Contains(second, error.Message);
    }

    private static object[] Problem(string first, string second, Damage damage) => [first, second, damage];

    /// <summary>A fourth tensor that an operator reads.</summary>
    private static FlatTable Read(TfliteModelBuilder builder, byte type, float scale = 1, int zeroPoint = 0)
    {
        builder.Operator(19, [builder.Tensor(type, [1, 4], scale, zeroPoint)], [2]);
        return builder.Last;
    }

    private static void Attempt(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            TfliteImporter.Import(bytes, "damaged");
        }
        catch (ModelException exception)
        {
            Assert.IsGreaterThan(20, exception.Message.Length);
        }
    }
}
