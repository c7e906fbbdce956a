using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference.Transformer;

namespace McuAi.Tests.Language;

/// <summary>The core's language operators against the plain reference: the same bytes.</summary>
[TestClass]
public sealed class TransformerCoreTests
{
    private static readonly Dictionary<string, QuantizationPlan> Plans = new()
    {
        ["int8"] = QuantizationPlan.Int8, ["int4"] = QuantizationPlan.Int4, ["int2"] = QuantizationPlan.Int2,
        ["int8 in groups"] = QuantizationPlan.Of(new MatrixFormat(8, 8)),
    };

    public static IEnumerable<object[]> Cases => from kind in RandomTransformer.Shapes.Keys from plan in Plans.Keys
        select (object[])[kind, plan];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void LogitsAreThoseOfTheReference(string kind, string plan)
    {
        PackModel pack = Pack(kind, Plans[plan], rows: 1);
        var reference = new TransformerExecutor(pack);
        using var core = new HostCore(HostLibraryBuilder.Load(ProjectFolder.Find().Root), PackWriter.Write(pack));
        var random = new Random(2);
        for (int i = 0; i < RandomTransformer.Shapes[kind].Context; i++)
        {
            int token = random.Next(RandomTransformer.Shapes[kind].Vocabulary);
            CollectionAssert.AreEqual(reference.Next([token], i), Run(core, [token], i), $"position {i}");
        }
    }

    /// <summary>Four at a time, and one by one.</summary>
    [TestMethod]
    [DataRow("grouped")]
    [DataRow("experts")]
    [DataRow("looked up, experts")]
    public void TokensAtOnceAreTokensOneByOne(string kind)
    {
        PackModel one = Pack(kind, QuantizationPlan.Int4, rows: 1), four = Pack(kind, QuantizationPlan.Int4, rows: 4);
        HostLibrary library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);
        using var single = new HostCore(library, PackWriter.Write(one));
        using var many = new HostCore(library, PackWriter.Write(four));
        int[] tokens = [.. Enumerable.Range(0, 40).Select(i => i * 7 % 71)];
        for (int i = 0; i < tokens.Length; i += 4)
            CollectionAssert.AreEqual(Enumerable.Range(i, 4).SelectMany(k => Run(single, [tokens[k]], k)).ToArray(),
                Run(many, tokens[i..(i + 4)], i), $"position {i}");
    }

    /// <summary>Logits of the next tokens and of those after them.</summary>
    [TestMethod]
    public void LogitsAheadAreThoseOfTheReference()
    {
        PackModel pack = Pack("ahead", QuantizationPlan.Int4, rows: 4);
        var reference = new TransformerExecutor(pack);
        using var core = new HostCore(HostLibraryBuilder.Load(ProjectFolder.Find().Root), PackWriter.Write(pack));
        int[] tokens = [.. Enumerable.Range(0, 40).Select(i => i * 7 % 71)];
        for (int i = 0; i < tokens.Length; i += 4)
        {
            int[] expected = [.. reference.Next(tokens.AsSpan(i, 4), i), .. reference.Ahead];
            CollectionAssert.AreEqual(expected, Run(core, tokens[i..(i + 4)], i), $"position {i}");
        }
    }

    internal static PackModel Pack(string kind, QuantizationPlan plan, int rows)
    {
        var source = new RandomTransformer(RandomTransformer.Shapes[kind], 4);
        QuantizedTransformer quantized = QuantizedTransformer.Plain(source, plan);
        return TransformerLowering.Lower(quantized, new LoweringOptions
        {
            Rows = rows, Ranges = [.. Enumerable.Repeat(new CacheRange(4, 4), source.Shape.Layers)],
        });
    }

    private static int[] Run(HostCore core, int[] tokens, int position)
    {
        byte[] inputs = MemoryMarshal.AsBytes<int>([.. tokens, position]).ToArray();
        return MemoryMarshal.Cast<byte, int>(core.Run(inputs)).ToArray();
    }
}
