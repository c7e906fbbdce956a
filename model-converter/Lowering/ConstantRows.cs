using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Rewrites rows whose output is the same for every input. Training leaves such dead channels with huge biases
/// and tiny multipliers; as they are, they would not fit the number ranges of the packed layouts and keep their whole
/// layer from the fast kernels.</summary>
internal static class ConstantRows
{
    private const int GreatestInput = 128; // of an int8, without sign

    /// <summary>The same layer, its constant rows with weights of zero. Outputs are equal for all inputs.</summary>
    public static RowWeights Simplify(RowWeights weights, int activationMin, int activationMax)
    {
        RowWeights simplified = weights with
        {
            Values = [.. weights.Values],
            Bias = [.. weights.Bias],
            Multiplier = [.. weights.Multiplier],
            Shift = [.. weights.Shift],
        };
        for (int row = 0; row < weights.Rows; row++)
            if (ConstantOutput(weights, row, activationMin, activationMax) is { } output)
                SetConstant(simplified, row, output);
        return simplified;
    }

    /// <summary>The one output that the row has, or null. Requantization is monotonic, so the least and the greatest
    /// accumulator decide, as long as no sum wraps.</summary>
    private static int? ConstantOutput(RowWeights weights, int row, int activationMin, int activationMax)
    {
        long low = weights.Bias[row], high = low;
        foreach (sbyte weight in weights.Row(row))
        {
            low += weight > 0 ? -GreatestInput * weight : (GreatestInput - 1) * weight;
            high += weight > 0 ? (GreatestInput - 1) * weight : -GreatestInput * weight;
        }

        if (low < int.MinValue || high > int.MaxValue || weights.Shift[row] > 0)
            return null;
        int Output(long accumulator) => (int)Math.Clamp(
            (long)FixedPoint.Requantize((int)accumulator, weights.Multiplier[row], weights.Shift[row]) +
                weights.OutputZeroPoint, activationMin, activationMax);
        return Output(low) == Output(high) ? Output(low) : null;
    }

    /// <summary>A bias of 2^8 times the output, halved by the multiplier and divided by 2^7: exact.</summary>
    private static void SetConstant(RowWeights weights, int row, int output)
    {
        weights.Values.AsSpan(row * weights.Depth, weights.Depth).Clear();
        weights.Bias[row] = (output - weights.OutputZeroPoint) * 256;
        weights.Multiplier[row] = 1 << 30;
        weights.Shift[row] = -7;
    }
}
