using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>The weights of a dense layer, a convolution or a depthwise convolution in the form that every layout is
/// made from: <c>y[r] = requantize(Bias[r] + sum over k of Values[r, k] * x[k])</c>.</summary>
/// <param name="Type">Int8, Int4 or Int2.</param>
/// <param name="Values">Row-major, <paramref name="Rows"/> x <paramref name="Depth"/>, sign-extended.</param>
/// <param name="Bias">The layer's bias minus the input's zero point times the row's sum (wrapping).</param>
/// <param name="Multiplier">0, or in [2^30, 2^31).</param>
/// <param name="Shift">-31..30; positive shifts to the left before the multiplication.</param>
/// <param name="OutputZeroPoint">Of the layer's output, -128..127.</param>
public sealed record RowWeights(int Rows, int Depth, DataType Type, sbyte[] Values, int[] Bias, int[] Multiplier,
    int[] Shift, int OutputZeroPoint)
{
    public ReadOnlySpan<sbyte> Row(int row) => Values.AsSpan(row * Depth, Depth);

    public sbyte this[int row, int k] => k < Depth && row < Rows ? Values[(row * Depth) + k] : (sbyte)0;
}
