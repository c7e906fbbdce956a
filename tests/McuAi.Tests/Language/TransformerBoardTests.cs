using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Reals;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference.Transformer;

namespace McuAi.Tests.Language;

/// <summary>Whole language models on emulated boards, in layouts of their own family and of another: the reference's bytes.
/// </summary>
[TestClass]
public sealed class TransformerBoardTests
{
    private static readonly Dictionary<string, QuantizationPlan> Plans = new()
    {
        ["int8"] = QuantizationPlan.Int8, ["int4"] = QuantizationPlan.Int4, ["int2"] = QuantizationPlan.Int2,
    };

    public static IEnumerable<object[]> Kinds => from kind in RandomTransformer.Shapes.Keys from plan in Plans.Keys
        select (object[])[kind, plan];

    public static IEnumerable<object[]> Boards => from board in (string[])["mps2-an386", "mps2-an500", "mps3-an547", "riscv32-virt"]
        from kind in (string[])["grouped", "biases", "compressed", "grouped experts", "looked up, experts"]
        from plan in Plans.Keys
        where board is "mps2-an386" or "mps3-an547" || plan == "int4"
        select new object[] { board, kind, plan };

    /// <summary>On the host, whose kernels are the portable ones, the dsp layout is read by the portable reader.</summary>
    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void PortableReadersReadTheDspLayout(string kind, string plan)
    {
        PackModel pack = TransformerCoreTests.Pack(kind, Plans[plan], rows: 1);
        (int[] inputs, int[] expected) = Reference(pack, RandomTransformer.Shapes[kind], 12);
        PackLayout.Apply(pack, KernelFamilies.Named("dsp"));
        Assert.IsTrue(pack.Operators.Exists(node => node.Layout == WeightLayout.Dsp));
        using var core = new HostCore(HostLibraryBuilder.Load(ProjectFolder.Find().Root), PackWriter.Write(pack));
        byte[] bytes = MemoryMarshal.AsBytes<int>(inputs).ToArray();
        for (int i = 0; i < 12; i++)
            CollectionAssert.AreEqual(expected[(i * (expected.Length / 12))..((i + 1) * (expected.Length / 12))],
                MemoryMarshal.Cast<byte, int>(core.Run(bytes.AsSpan(8 * i, 8))).ToArray(), $"position {i}");
    }

    [TestMethod]
    [DynamicData(nameof(Boards))]
    public async Task BoardsGiveTheReferencesLogits(string boardName, string kind, string plan)
    {
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find(boardName);
        PackModel pack = TransformerCoreTests.Pack(kind, Plans[plan], rows: 1);
        TransformerShape shape = RandomTransformer.Shapes[kind];
        (int[] inputs, int[] expected) = Reference(pack, shape, shape.Context);
        byte[] bytes = MemoryMarshal.AsBytes<int>(inputs).ToArray();
        EmulationResult result = await BoardRun.EmulateAsync(board, BoardPack.AsItIs(pack, PackWriter.Write(pack)), bytes,
            CancellationToken.None);
        CollectionAssert.AreEqual(expected, MemoryMarshal.Cast<byte, int>(result.Outputs).ToArray(), "rows");
        PackLayout.Apply(pack, KernelFamilies.Named("dsp"));
        result = await BoardRun.EmulateAsync(board, BoardPack.AsItIs(pack, PackWriter.Write(pack)), bytes, CancellationToken.None);
        CollectionAssert.AreEqual(expected, MemoryMarshal.Cast<byte, int>(result.Outputs).ToArray(), "dsp");
    }

    /// <summary>The trained model over 256 positions: its mean is the project's figure for speed.</summary>
    [TestMethod]
    [DataRow("mps2-an386", "int8", 0.50e6)]
    [DataRow("mps2-an386", "int4", 0.60e6)]
    [DataRow("mps2-an386", "int2", 0.57e6)]
    [DataRow("mps2-an500", "int8", 0.50e6)]
    [DataRow("mps3-an547", "int8", 0.22e6)]
    [DataRow("mps3-an547", "int4", 0.26e6)]
    [DataRow("mps3-an547", "int2", 0.33e6)]
    [DataRow("riscv32-virt", "int8", 2.75e6)]
    [DataRow("riscv32-virt", "int4", 2.80e6)]
    [DataRow("riscv32-virt", "int2", 2.75e6)]
    public async Task StoriesTakeFewInstructions(string boardName, string plan, double most)
    {
        const int Positions = 256;
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find(boardName);
        using var source = new Llama2cCheckpoint(SharedData.Path("language/stories260k/stories260K.bin"));
        QuantizedTransformer quantized = QuantizedTransformer.Plain(new ShortContext(source, Positions), Plans[plan]);
        var reals = new FloatTransformer(quantized);
        int[] tokens = new int[Positions];
        for (int i = 0, token = 1; i < Positions; i++)
        {
            tokens[i] = token;
            float[] logits = reals.Next(token);
            token = Array.IndexOf(logits, logits.Order().ElementAt(logits.Length - 1 - (i % 3)));
        }

        PackModel pack = TransformerLowering.Lower(quantized, new LoweringOptions
        {
            Ranges = [.. reals.Greatest.Select(greatest => new CacheRange(greatest.Keys.Max(), greatest.Value))],
        });
        var reference = new TransformerExecutor(pack);
        int[] expected = [.. Enumerable.Range(0, Positions).SelectMany(i => reference.Next([tokens[i]], i))];
        int[] inputs = [.. Enumerable.Range(0, Positions).SelectMany(i => (int[])[tokens[i], i])];
        EmulationResult result = await BoardRun.EmulateAsync(board, BoardPack.For(pack, board),
            MemoryMarshal.AsBytes<int>(inputs).ToArray(), CancellationToken.None);
        CollectionAssert.AreEqual(expected, MemoryMarshal.Cast<byte, int>(result.Outputs).ToArray());
        Console.WriteLine($"{boardName}, {plan}: {result.Instructions.Average():N0} instructions per token, arena " +
            $"{result.ArenaBytes:N0}, core {result.Sizes.CoreCode:N0}, stack {result.StackBytes:N0} bytes");
        Assert.IsInRange(most / 2, most, result.Instructions.Average());
    }

    /// <summary>Random tokens, each with its position, and the logits that follow.</summary>
    private static (int[] Inputs, int[] Logits) Reference(PackModel pack, TransformerShape shape, int count)
    {
        var reference = new TransformerExecutor(pack);
        var random = new Random(2);
        int[] inputs = [.. Enumerable.Range(0, count).SelectMany(i => (int[])[random.Next(shape.Vocabulary), i])];
        return (inputs, [.. Enumerable.Range(0, count).SelectMany(i => reference.Next([inputs[2 * i]], i))]);
    }
}
