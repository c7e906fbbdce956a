using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

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
        byte[] pack = PackWriter.Write(model);
        HostLibrary library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);
        ModelException refusal = Assert.ThrowsExactly<ModelException>(() => new HostCore(library, pack).Dispose());
        Assert.StartsWith("The core cannot open this pack", refusal.Message);
    }
}
