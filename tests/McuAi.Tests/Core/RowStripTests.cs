using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Memory;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference;
using McuAi.Tests.Fuzz;

namespace McuAi.Tests.Core;

/// <summary>Layers in strips of rows give the bytes of whole layers, in any layout, and never read what the arena no
/// longer holds.</summary>
[TestClass]
public sealed class RowStripTests
{
    private static readonly string[] Families = ["portable", "dsp", "mve", "rv32"];

    public static IEnumerable<object[]> LayoutsAndTypes =>
        from family in Families
        from type in (DataType[])[DataType.Int8, DataType.Int4, DataType.Int2]
        select new object[] { family, type };

    /// <summary>Chains in strips of a random height, whether that saves memory or not.</summary>
    [TestMethod]
    [DynamicData(nameof(LayoutsAndTypes))]
    public void StripsGiveTheBytesOfWholeLayers(string family, DataType weights)
    {
        const int cases = 80;
        int strips = 0;
        for (int seed = 0; seed < cases; seed++)
        {
            var test = new OperatorCase(seed);
            ModelGraph graph = LayerChain.Make(test, weights);
            PackModel model = GraphLowering.Lower(graph, KernelFamilies.Named(family));
            if (InStrips(model, test.Random) is not { } program)
                continue;
            strips++;
            string what = $"seed {seed}, {family}, {weights}";
            ArenaPlan.Apply(program);
            Compare(graph, program, test, what);
            Compare(graph, Moved(program, Families[seed % Families.Length]), test, what + ", laid out again");
        }

        Console.WriteLine($"{strips} of {cases} chains in strips");
        Assert.IsGreaterThan(cases / 4, strips);
    }

    /// <summary>What the planner chooses itself, which is never more than whole layers take.</summary>
    [TestMethod]
    public void TheLeastArenaKeepsTheBytes()
    {
        int smaller = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            var test = new OperatorCase(seed);
            ModelGraph graph = LayerChain.Make(test, DataType.Int8);
            KernelFamily family = KernelFamilies.Named(Families[seed % Families.Length]);
            PackModel whole = GraphLowering.Lower(graph, family), least = GraphLowering.Lower(graph, family, mostArena: 0);
            Assert.IsLessThanOrEqualTo(whole.ArenaBytes, least.ArenaBytes);
            Assert.AreEqual(least.ArenaBytes < whole.ArenaBytes ? whole.ArenaBytes : null, least.WholeArenaBytes);
            Compare(graph, least, test, $"seed {seed}");
            smaller += least.ArenaBytes < whole.ArenaBytes ? 1 : 0;
        }

        Console.WriteLine($"{smaller} of 150 chains take less");
        Assert.IsGreaterThan(20, smaller);
    }

    /// <summary>With as much memory as whole layers take, they stay whole; with less, strips are no finer than needed.
    /// </summary>
    [TestMethod]
    public void StripsFollowTheMemoryThatThereIs()
    {
        int whole = ReferenceModels.Pack("ic", "dsp").ArenaBytes, least = ReferenceModels.Pack("ic", "dsp", 0).ArenaBytes;
        Assert.IsNull(ReferenceModels.Pack("ic", "dsp", whole).WholeArenaBytes);
        PackModel between = ReferenceModels.Pack("ic", "dsp", (whole + least) / 2);
        Assert.IsLessThanOrEqualTo((whole + least) / 2, between.ArenaBytes);
        Assert.IsLessThan(ReferenceModels.Pack("ic", "dsp", 0).Operators.Count, between.Operators.Count);
    }

    /// <summary>So that fuzzing meets views of rows and shared weights.</summary>
    [TestMethod]
    public void SeedsOfFuzzingHaveStrips() =>
        Assert.IsTrue(SeedPacks.All().Exists(pack => PackReader.Read(pack).Tensors.Exists(tensor => tensor.ViewOffset > 0)));

    [TestMethod]
    [DataRow(0, 16, true)]
    [DataRow(4, 12, true)]
    [DataRow(4, 16, false)]
    [DataRow(-4, 8, false)]
    public void ViewsLieInsideTheirTensor(int offset, int bytes, bool sound)
    {
        var x = new PackTensor("x", DataType.Int8, [16], TensorPlace.Arena) { Offset = 16 };
        var view = new PackTensor("view", DataType.Int8, [bytes], TensorPlace.Arena) { ViewOf = x, Offset = 16 + offset };
        var model = new PackModel { ArenaBytes = 48 };
        var y = new PackTensor("y", DataType.Int8, [16], TensorPlace.Arena) { Offset = 32 };
        model.Tensors.AddRange([x, view, y]);
        model.Inputs.Add(x);
        model.Operators.Add(new PackOperator(Opcode.Copy, [x], [y], []));
        byte[] pack = PackWriter.Write(model);
        if (sound)
            Assert.AreEqual(offset, PackReader.Read(pack).Tensors[1].ViewOffset);
        else
            Assert.Contains("a view of", Assert.ThrowsExactly<ModelException>(() => PackReader.Read(pack)).Message);
    }

    [TestMethod]
    public void WeightsThatOperatorsReadInTwoWaysAreRefused()
    {
        PackModel model = ReferenceModels.Pack("kws", "portable");
        PackOperator a = model.Operators[2], b = model.Operators[3];
        model.Operators[3] = new PackOperator(b.Opcode, [b.Input(0), a.Input(1)], b.Outputs, b.Parameters);
        Assert.Contains("shares its weights", Assert.ThrowsExactly<ModelException>(() =>
            PackLayout.Apply(model, KernelFamilies.Named("dsp"))).Message);
    }

    private static PackModel? InStrips(PackModel model, Random random)
    {
        var search = new StripSearch(model);
        StripRegion[] regions = [.. search.Regions([], new StripRegion(model.Operators.Count / 2, model.Operators.Count / 2, 0))];
        if (regions.Length == 0)
            return null;
        StripRegion region = regions[random.Next(regions.Length)];
        int height = model.Operators[region.Last].Output.Dim(1);
        return height > 1 && search.Program(region with { Rows = random.Next(1, height) }) is { } strips
            ? RowStrips.Assemble(model, [strips])
            : null;
    }

    /// <summary>The pack written, read and laid out for another family.</summary>
    private static PackModel Moved(PackModel model, string family)
    {
        PackModel read = PackReader.Read(PackWriter.Write(model));
        PackLayout.Apply(read, KernelFamilies.Named(family));
        return read;
    }

    private static void Compare(ModelGraph graph, PackModel model, OperatorCase test, string what)
    {
        ArenaSimulation.Check(model, what);
        byte[][] inputs = test.Graph.RandomInputs();
        byte[] expected = new IntegerExecutor(graph).Run(inputs)[0];
        using HostCore core = CoreRun.Open(model);
        CollectionAssert.AreEqual(expected, core.Run(inputs[0]), what);
    }
}
