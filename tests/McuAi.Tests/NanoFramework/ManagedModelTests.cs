using McuAi.HostTools.Native;
using McuAi.ModelConverter.Pack;
using McuAi.NanoFramework;
using McuAi.Tests.Core;
using McuAi.Tests.Language;

namespace McuAi.Tests.NanoFramework;

/// <summary>The managed runtime gives the C core's bytes, wherever the pack is.</summary>
[TestClass]
public sealed class ManagedModelTests
{
    private const int Inferences = 5;

    public static IEnumerable<object[]> Shipped => ManagedRuns.Shipped;

    /// <summary>Packs that the project ships, on random inputs; states, which language models keep their text in, included.</summary>
    [TestMethod]
    [DynamicData(nameof(Shipped))]
    public void ShippedPacksGiveTheBytesOfTheCore(string name)
    {
        byte[] pack = ManagedRuns.ShippedBytes(name);
        foreach ((string place, Model model) in ManagedRuns.Everywhere(pack))
        {
            using var core = new HostCore(ManagedRuns.Library, pack);
            var random = new Random(7);
            for (int i = 0; i < Inferences; i++)
            {
                byte[] inputs = new byte[ManagedRuns.InputBytes(model)];
                random.NextBytes(inputs);
                if (model.InputCount == 2) // tokens, and their position
                    (inputs[1], inputs[2], inputs[3], inputs[4], inputs[5], inputs[6], inputs[7]) = (0, 0, 0, (byte)i, 0, 0, 0);
                CollectionAssert.AreEqual(core.Run(inputs), ManagedRuns.Run(model, inputs), $"{place}, inference {i}");
            }

            model.Verify();
        }
    }

    /// <summary>All of them.</summary>
    [TestMethod]
    [DataRow("kws")]
    [DataRow("ad")]
    [DataRow("ic")]
    [DataRow("vww")]
    [DataRow("sww")]
    public void GoldenInputsGiveTheBytesOfTensorFlowLiteMicro(string name)
    {
        PackModel packed = ReferenceModels.Pack(name, "portable");
        (byte[] input, byte[] expected) = ReferenceModels.Golden(name, packed, int.MaxValue);
        foreach ((string place, Model model) in ManagedRuns.Everywhere(PackWriter.Write(packed)))
        {
            byte[] outputs = [.. input.Chunk(packed.Inputs[0].Bytes).SelectMany(one => ManagedRuns.Run(model, one))];
            CollectionAssert.AreEqual(expected, outputs, place);
        }
    }

    /// <summary>Experts and pieces of an embedding come one by one where the cache has no room for two.</summary>
    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(32, 1)]
    [DataRow(0, 4)]
    [DataRow(32, 4)]
    public void ExpertsAreFetchedOneByOne(int layerEmbedding, int rows)
    {
        var streamed = new StreamedModel(layerEmbedding: layerEmbedding, rows: rows);
        foreach ((string place, Model model) in ManagedRuns.Everywhere(streamed.Bytes))
        {
            using var core = new HostCore(ManagedRuns.Library, streamed.Bytes);
            var random = new Random(3);
            int vocabulary = model.GetOutputInfo(0).GetShape()[^1];
            for (int position = 0; position < 12; position += rows)
            {
                byte[] inputs = [.. Enumerable.Range(0, rows).SelectMany(_ => BitConverter.GetBytes(random.Next(vocabulary))),
                    .. BitConverter.GetBytes(position)];
                CollectionAssert.AreEqual(core.Run(inputs), ManagedRuns.Run(model, inputs), $"{place}, position {position}");
            }

            if (place == "streamed")
                Assert.IsGreaterThan(3 * streamed.Bytes.Length / 2, (int)model.BytesRead);
        }
    }

    /// <summary>An expert stays only until its operator ends: its largest shard is all that this program needs at once.</summary>
    [TestMethod]
    public void TheLargestShardIsEnough()
    {
        var streamed = new StreamedModel();
        int largest = streamed.Pack.Shards.Max(shard => shard.Bytes + 15) / 16 * 16;
        Assert.IsLessThan(streamed.Pack.CacheSizes.Least, largest);
        var model = new Model(new StreamedPack(streamed.Bytes), largest);
        using var core = new HostCore(ManagedRuns.Library, streamed.Bytes);
        for (byte position = 0; position < 4; position++)
        {
            byte[] inputs = [(byte)(9 * position), 0, 0, 0, position, 0, 0, 0];
            CollectionAssert.AreEqual(core.Run(inputs), ManagedRuns.Run(model, inputs));
        }
    }

    /// <summary>The collector may move every array between two calls.</summary>
    [TestMethod]
    public void ArraysMayMoveBetweenCalls()
    {
        byte[] pack = ManagedRuns.ShippedBytes("stories.tsk");
        using var core = new HostCore(ManagedRuns.Library, pack);
        byte[]?[] gaps = [.. Enumerable.Range(0, 64).Select(_ => new byte[1000])];
        var model = new Model(new StreamedPack(pack), 300_000);
        for (int i = 0; i < 8; i++)
        {
            gaps[i * 8] = null;
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
            byte[] inputs = [(byte)(40 + i), 0, 0, 0, (byte)i, 0, 0, 0];
            CollectionAssert.AreEqual(core.Run(inputs), ManagedRuns.Run(model, inputs), $"position {i}");
        }
    }

    /// <summary>After start-up an inference takes nothing from the heap, streamed or not.</summary>
    [TestMethod]
    [DynamicData(nameof(Shipped))]
    public void InferencesAllocateNothing(string name)
    {
        foreach ((string place, Model model) in ManagedRuns.Everywhere(ManagedRuns.ShippedBytes(name)))
        {
            sbyte[] output = new sbyte[model.GetOutputInfo(0).Bytes];
            byte[] input = new byte[model.GetInputInfo(0).Bytes];
            model.Invoke(); // compiles what has not run yet
            model.SetInput(0, input);
            model.GetOutput(0, output);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Inferences; i++)
            {
                model.SetInput(0, input);
                model.Invoke();
                model.GetOutput(0, output);
            }

            Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before, place);
        }
    }

    [TestMethod]
    public void PortsTellShapesAndScales()
    {
        PackModel packed = ReferenceModels.Pack("kws", "portable");
        var model = new Model(new ArrayPack(PackWriter.Write(packed)));
        TensorInfo input = model.GetInputInfo(0), output = model.GetOutputInfo(0);
        Assert.AreEqual("1 49 10 1", string.Join(' ', input.GetShape()));
        Assert.AreEqual("1 12", string.Join(' ', output.GetShape()));
        Assert.AreEqual(ElementType.Int8, input.Type);
        Assert.AreEqual(83, input.ZeroPoint);
        Assert.AreEqual(0.584f, input.Scale, 0.001f);
        Assert.AreEqual(490, input.Bytes);
        Assert.AreEqual(1f / 256, output.Scale);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.GetInputInfo(1));
        Assert.ThrowsExactly<ArgumentException>(() => model.SetInput(0, new byte[489]));
        Assert.ThrowsExactly<ArgumentException>(() => model.SetInput(0, (sbyte[])null!));
        Assert.ThrowsExactly<ArgumentException>(() => model.GetOutput(0, new sbyte[13]));
    }

    [TestMethod]
    public void MetadataAreText()
    {
        var pack = new Pack(new ArrayPack(ManagedRuns.ShippedBytes("digits.tsk")));
        PackModel model = PackReader.Read(ManagedRuns.ShippedBytes("digits.tsk"));
        Assert.AreEqual(string.Join('\n', model.Metadata["labels"].Split('\n')), string.Join('\n', pack.GetLines("labels")));
        Assert.AreEqual(model.Metadata["name"], pack.GetText("name"));
        Assert.IsNull(pack.GetText("nam"));
        Assert.IsNull(pack.GetText("names"));
        Assert.IsNull(pack.GetText(""));
    }
}
