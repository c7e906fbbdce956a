using McuAi.HostTools.Boards;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;

namespace McuAi.Tests.Core;

/// <summary>The dsp kernels on an emulated board against plain loops: every class of shapes, every form of a row's
/// scale, and the same weights as the portable kernels read them.</summary>
[TestClass]
public sealed class KernelTests
{
    private const string Board = "mps2-an386";
    private const int Attempts = 200;
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 31, 33, 36, 64, 68];

    public static IEnumerable<object[]> Kinds =>
        from kind in Enum.GetValues<KernelKind>()
        from type in (DataType[])[DataType.Int8, DataType.Int4, DataType.Int2]
        select new object[] { kind, type };

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public async Task DspKernelsGiveThePlainBytes(object kind, DataType type)
    {
        KernelFamily family = KernelFamilies.Named("dsp");
        byte[][] cases = [.. Cases((KernelKind)kind, type, family, 250)];
        await KernelProgram.RunAsync(Board, ["KERNEL_CHECK_FAMILY dsp"], cases);
        await KernelProgram.RunAsync(Board,
            ["KERNEL_CHECK_FAMILY dsp", "KERNEL_CHECK_FOREIGN MCUAI_LAYOUT_DSP"], cases);
    }

    /// <summary>One wrong bias among the cases is found, by either reader.</summary>
    [TestMethod]
    [DataRow("")]
    [DataRow("KERNEL_CHECK_FOREIGN MCUAI_LAYOUT_DSP")]
    public async Task AWrongOutputIsNoticed(string foreign)
    {
        KernelFamily family = KernelFamilies.Named("dsp");
        var rows = new RowWeights(4, 4, DataType.Int8, new sbyte[16], [1, 2, 3, 4], [1 << 30, 1 << 30, 1 << 30, 1 << 30],
            [1, 1, 1, 1], 0);
        var layer = new KernelCase(KernelKind.Dense, Dense(4, 4), rows, new sbyte[4], 0, -128, 127);
        byte[] right = layer.Write(family, layer.Encode(family)!, 0);
        byte[] wrong = layer.Write(family, (layer with { Weights = rows with { Bias = [1, 2, 3, 5] } }).Encode(family)!, 0);
        string[] defines = [.. ((string[])["KERNEL_CHECK_FAMILY dsp", foreign]).Where(define => define.Length > 0)];
        await KernelProgram.RunAsync(Board, defines, [right, right]);
        BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(
            () => KernelProgram.RunAsync(Board, defines, [right, wrong]));
        StringAssert.Contains(error.Message, "case 1 FAILED");
        StringAssert.Contains(error.Message, "output 3 is 5, expected 4");
    }

    private static IEnumerable<byte[]> Cases(KernelKind kind, DataType type, KernelFamily family, int count)
    {
        int general = 0, exchanged = 0;
        for (int seed = 0; seed < count; seed++)
        {
            (KernelCase layer, byte[] blob) = Fitting(kind, type, family, seed);
            RowWeights decoded = layer.Decode(family, blob);
            CollectionAssert.AreEqual(layer.Weights.Values, decoded.Values);
            CollectionAssert.AreEqual(layer.Weights.Bias, decoded.Bias);
            CollectionAssert.AreEqual(layer.Weights.Multiplier, decoded.Multiplier);
            CollectionAssert.AreEqual(layer.Weights.Shift, decoded.Shift);
            general += layer.Weights.Shift.Any(shift => shift >= 0) ? 1 : 0;
            exchanged += HasExchange(layer.Weights) ? 1 : 0;
            yield return layer.Write(family, blob, seed % 16);
        }

        Assert.IsInRange(count / 2, count * 9 / 10, general, "layers with a shift to the left or none");
        if (kind != KernelKind.Depthwise && type == DataType.Int8)
            Assert.IsGreaterThan(count / 10, exchanged, "layers with -128 beside a negative weight");
    }

    private static (KernelCase Layer, byte[] Blob) Fitting(KernelKind kind, DataType type, KernelFamily family, int seed)
    {
        var random = new Random(seed);
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            KernelCase layer = Make(kind, type, random);
            if (layer.Encode(family) is { } blob)
                return (layer, blob);
        }

        throw new AssertFailedException($"no layer of {Attempts} fits the layout, seed {seed}");
    }

    private static bool HasExchange(RowWeights weights) => Enumerable.Range(0, weights.Rows / 2).Any(pair =>
        Enumerable.Range(0, weights.Depth).Any(k => weights[2 * pair, k] < 0 && weights[(2 * pair) + 1, k] == -128));

    private static KernelCase Make(KernelKind kind, DataType type, Random random)
    {
        ConvGeometry geometry = kind switch
        {
            KernelKind.Dense => Dense(Sizes[random.Next(Sizes.Length)], random.Next(1, 14)),
            KernelKind.Conv2D => Window(random, depthwise: false),
            _ => Window(random, depthwise: true),
        };
        int depth = kind == KernelKind.Depthwise ? geometry.KernelH * geometry.KernelW : geometry.Depth;
        int zeroPoint = random.Next(4) switch { 0 => -128, 1 => 127, _ => random.Next(-128, 128) };
        RowWeights weights = new KernelWeights(random).Make(geometry.OutC, depth, type, zeroPoint);
        var input = new sbyte[geometry.InH * geometry.InW * geometry.InC];
        // Small values as well: they make halves, which round by their sign.
        int most = random.Next(3) == 0 ? 3 : 128;
        for (int i = 0; i < input.Length; i++)
            input[i] = (sbyte)random.Next(-most, most);
        (int low, int high) = random.Next(4) switch
        {
            0 => (zeroPoint, 127),
            1 => (random.Next(-128, 1), random.Next(1, 128)),
            _ => (-128, 127),
        };
        return new KernelCase(kind, geometry, weights, input, random.Next(-128, 128), low, high);
    }

    private static ConvGeometry Dense(int depth, int rows) => new(1, 1, depth, 1, 1, rows, 1, 1, 1, 1, 1, 1, 0, 0);

    /// <summary>Half of them pointwise, or of depthwise ones through planes.</summary>
    private static ConvGeometry Window(Random random, bool depthwise)
    {
        bool usual = random.Next(2) == 0;
        int kernelH = random.Next(1, 5), kernelW = random.Next(1, 5), stride = random.Next(1, 3);
        if (usual)
            kernelH = kernelW = depthwise ? 3 : 1;
        int strideW = usual ? stride : random.Next(1, 3), dilation = !usual && random.Next(3) == 0 ? 2 : 1;
        int padTop = usual && !depthwise ? 0 : random.Next(Math.Min(kernelH, 2));
        int padLeft = usual && !depthwise ? 0 : random.Next(Math.Min(kernelW, 2));
        int outH = random.Next(1, 8), outW = usual && depthwise ? random.Next(4, 10) : random.Next(1, 8);
        int inH = Inputs(random, outH, kernelH, stride, dilation, padTop);
        int inW = Inputs(random, outW, kernelW, strideW, dilation, padLeft);
        int inC = depthwise && usual ? 4 * random.Next(1, 4) : random.Next(1, 14);
        int outC = depthwise ? inC : random.Next(1, 14);
        return new ConvGeometry(inH, inW, inC, outH, outW, outC, kernelH, kernelW, stride, strideW, dilation, dilation,
            padTop, padLeft);
    }

    /// <summary>What the windows cover, or one less: then the last has padding behind the image, but starts inside.</summary>
    private static int Inputs(Random random, int outputs, int kernel, int stride, int dilation, int before)
    {
        int start = ((outputs - 1) * stride) - before;
        return Math.Max(1, Math.Max(start + 1, start + ((kernel - 1) * dilation) + 1 - random.Next(2)));
    }
}
