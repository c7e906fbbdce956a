using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Language;

namespace McuAi.Tests.Fuzz;

/// <summary>Packs that are whole as files and would make a careless core read or compute out of bounds.</summary>
[TestClass]
public sealed class HostilePackTests
{
    /// <summary>Dims of a constant say more elements than its shard holds.</summary>
    [TestMethod]
    public void ConstantSmallerThanItsDims()
    {
        var x = new PackTensor("x", DataType.Int8, [64, 64], TensorPlace.Shard) { Blob = new byte[16] };
        Refuses(Opcode.Softmax, x, [64, 64], [1 << 30, 20, -1000]);
    }

    /// <summary>4096 terms of 1 leave the 31 bits of the sum of exponentials.</summary>
    [TestMethod]
    public void SoftmaxOverTooManyElements() => Refuses(Opcode.Softmax,
        new PackTensor("x", DataType.Int8, [1, 4096], TensorPlace.Arena), [1, 4096], [1 << 30, 20, -1000]);

    [TestMethod]
    [DataRow(int.MaxValue, 1)]
    [DataRow(1, int.MaxValue)]
    [DataRow(0, 1)]
    [DataRow(-1, 1)]
    public void PoolWithAnImpossibleWindow(int kernel, int stride) => Refuses(Opcode.MaxPool2D,
        new PackTensor("x", DataType.Int8, [1, 4, 4, 2], TensorPlace.Arena), [1, 2, 2, 2],
        [kernel, 2, stride, 2, 0, 0, -128, 127, 0]);

    [TestMethod]
    public void OutputLargerThanTheArena() => Refuses(Opcode.Copy,
        new PackTensor("x", DataType.Int8, [16], TensorPlace.Arena), [16], [], arenaBytes: 24);

    /// <summary>Kernels keep addresses in the scratch, and jump through them: nothing that they write may lie there. Of each operator
    /// in each layout, the first output or state is put over both ends of the scratch.</summary>
    [TestMethod]
    public void WhatAnOperatorWritesLiesInItsScratch()
    {
        var seen = new HashSet<(Opcode, WeightLayout)>();
        int states = 0;
        foreach (byte[] seed in SeedPacks.All())
        {
            PackModel model = PackReader.Read(seed);
            foreach (PackOperator node in model.Operators.Where(node => node.ScratchBytes > 0 && seen.Add((node.Opcode, node.Layout))))
            {
                int place = node.ScratchOffset, arena = model.ArenaBytes, free = (arena + 15) / 16 * 16;
                Put(model, node, free);
                OpenInCore(PackWriter.Write(model));
                foreach (PackTensor written in node.Outputs.Concat(node.Inputs.OfType<PackTensor>().Where(IsState)))
                {
                    states += IsState(written) ? 1 : 0;
                    foreach (int over in (int[])[written.Offset / 16 * 16, (written.Offset + written.Bytes - 1) / 16 * 16])
                    {
                        Put(model, node, over);
                        IsRefused(PackWriter.Write(model), "output or a state in its scratch");
                    }
                }

                (node.ScratchOffset, model.ArenaBytes) = (place, arena);
            }
        }

        foreach (WeightLayout layout in (WeightLayout[])[WeightLayout.Rows, WeightLayout.Dsp])
            Assert.IsTrue(seen.IsSupersetOf([(Opcode.Linear, layout), (Opcode.Experts, layout)]), $"{layout}");
        foreach (WeightLayout layout in (WeightLayout[])[WeightLayout.Dsp, WeightLayout.Mve, WeightLayout.Rv32])
            Assert.Contains((Opcode.DepthwiseConv2D, layout), seen);
        Assert.IsGreaterThan(0, states);

        static bool IsState(PackTensor tensor) => tensor.Place == TensorPlace.State;
    }

    /// <summary>Streaming divides by the number of operators; without it, a model whose outputs are its inputs has none.</summary>
    [TestMethod]
    public void NothingToStream()
    {
        var y = new PackTensor("y", DataType.Int8, [16], TensorPlace.Arena);
        var model = new PackModel { ArenaBytes = 16 };
        model.Tensors.Add(y);
        model.Inputs.Add(y);
        model.Outputs.Add(y);
        byte[] pack = PackWriter.Write(model);
        OpenInCore(pack);
        HostLibrary library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);
        using var store = new HostStore(library, new NotedDevice(pack, isAsynchronous: false), 4096);
        Assert.Contains("manifest", Assert.ThrowsExactly<ModelException>(() => new HostCore(library, pack, store).Dispose()).Message);
    }

    private static void Put(PackModel model, PackOperator node, int scratch)
    {
        node.ScratchOffset = scratch;
        model.ArenaBytes = Math.Max(model.ArenaBytes, scratch + node.ScratchBytes);
    }

    private static void OpenInCore(byte[] pack) =>
        new HostCore(HostLibraryBuilder.Load(ProjectFolder.Find().Root), pack).Dispose();

    /// <summary>By the core, and by the converter, which says why.</summary>
    private static void IsRefused(byte[] pack, string why)
    {
        ModelException refusal = Assert.ThrowsExactly<ModelException>(() => OpenInCore(pack));
        Assert.StartsWith("The core cannot open this pack", refusal.Message);
        Assert.Contains(why, Assert.ThrowsExactly<ModelException>(() => PackReader.Read(pack)).Message);
    }

    private static void Refuses(Opcode opcode, PackTensor x, int[] output, int[] parameters, int arenaBytes = 0)
    {
        var y = new PackTensor("y", DataType.Int8, output, TensorPlace.Arena)
        {
            Offset = x.Place == TensorPlace.Arena ? (x.Bytes + 15) / 16 * 16 : 0,
        };
        var model = new PackModel { ArenaBytes = arenaBytes > 0 ? arenaBytes : y.Offset + y.Bytes };
        model.Tensors.AddRange([x, y]);
        model.Outputs.Add(y);
        model.Operators.Add(new PackOperator(opcode, [x], [y], parameters));
        ModelException refusal = Assert.ThrowsExactly<ModelException>(() => OpenInCore(PackWriter.Write(model)));
        Assert.StartsWith("The core cannot open this pack", refusal.Message);
    }
}
