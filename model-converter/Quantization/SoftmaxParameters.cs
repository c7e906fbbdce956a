using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Constants of the softmax of int8 rows, to int8 (scale 1/256, zero point -128) or int16 (scale 1/65536, zero
/// point -32768).</summary>
/// <param name="InputMultiplier">With the shift: a difference of inputs to Q5.26, times beta.</param>
/// <param name="InputLeftShift">0..30.</param>
/// <param name="DiffMin">Inputs further than this below their row's maximum have the output 0.</param>
/// <param name="OutputBits">8 or 16.</param>
public sealed record SoftmaxParameters(int Rows, int Depth, int InputMultiplier, int InputLeftShift, int DiffMin,
    int OutputBits)
{
    private const int ScaledDiffIntegerBits = 5;

    public static SoftmaxParameters From(Node node)
    {
        Tensor input = node.Input(0), output = node.Output;
        Quantized.Require(node, input, DataType.Int8);
        Quantized.Require(node, output, DataType.Int8, DataType.Int16);
        int bits = 8 * output.Type.HostBytes();
        float scale = Quantized.Of(output).Scale;
        double expected = Math.ScaleB(1, -bits);
        if (Math.Abs(scale - expected) > expected / 1000 || Quantized.Of(output).ZeroPoint != -(1 << (bits - 1)))
            throw new ModelException($"{node.Name}: the output of softmax has scale {scale} instead of {expected}.");

        // beta * scale as Q5.26, at most what fits 32 bits
        float beta = node.Get<SoftmaxAttributes>().Beta;
        double real = Math.Min((double)beta * Quantized.Of(input).Scale * (1 << (31 - ScaledDiffIntegerBits)),
            (1L << 31) - 1.0);
        FixedPoint.Factor factor = FixedPoint.FromReal(real);
        if (real <= 1)
            throw new ModelException($"{node.Name}: the scale of the softmax's input is too small.");

        int depth = input.Shape[^1];
        return new SoftmaxParameters(input.Elements / depth, depth, factor.Multiplier, factor.Shift,
            -InputRadius(ScaledDiffIntegerBits, factor.Shift), bits);
    }

    /// <summary>The greatest difference of inputs that, rescaled to the given integer bits, does not overflow:
    /// TensorFlow Lite's CalculateInputRadius.</summary>
    internal static int InputRadius(int integerBits, int leftShift) => (int)Math.Min(int.MaxValue, Math.Floor(
        Math.ScaleB((double)((1 << integerBits) - 1) * (1L << (31 - integerBits)), -leftShift)));
}
