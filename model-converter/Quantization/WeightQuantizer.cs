using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Symmetric quantization of the weights of one output channel.</summary>
public static class WeightQuantizer
{
    private const int Candidates = 80, Refinements = 3;

    /// <summary>The scale of a channel. Int8 takes the one at which the greatest weight is 127; fewer bits the one with
    /// the least squared error, which saturates outliers: Lloyd's alternation of rounding and least squares from many
    /// starts.</summary>
    /// <param name="weights">Of one channel; not all zero.</param>
    /// <param name="type">Int8, Int4 or Int2.</param>
    public static double Scale(ReadOnlySpan<float> weights, DataType type)
    {
        double greatest = 0;
        foreach (float weight in weights)
            greatest = Math.Max(greatest, Math.Abs(weight));

        ActivationRange range = Range(type);
        if (type == DataType.Int8)
            return greatest / range.Max;

        double best = greatest / range.Max, bestError = Error(weights, best, range);
        double least = greatest / -range.Min * 0.25;
        for (int i = 0; i < Candidates; i++)
        {
            double scale = least * Math.Pow(greatest / range.Max / least, (double)i / (Candidates - 1));
            for (int step = 0; step < Refinements; step++)
                scale = LeastSquares(weights, scale, range);

            double error = Error(weights, scale, range);
            if (error < bestError)
                (best, bestError) = (scale, error);
        }

        return best;
    }

    /// <summary>The integer nearest to a weight at a scale.</summary>
    public static sbyte Round(double weight, double scale, DataType type) => (sbyte)Level(weight, scale, Range(type));

    /// <summary>Int8 leaves -128 unused, as TensorFlow Lite's specification wants.</summary>
    internal static ActivationRange Range(DataType type) => type switch
    {
        DataType.Int8 => new ActivationRange(-127, 127),
        DataType.Int4 or DataType.Int2 => ActivationRange.OfType(type),
        _ => throw new ModelException($"Weights can be Int8, Int4 or Int2, not {type}."),
    };

    private static int Level(double weight, double scale, ActivationRange range) =>
        (int)Math.Clamp(Math.Round(weight / scale, MidpointRounding.AwayFromZero), range.Min, range.Max);

    private static double Error(ReadOnlySpan<float> weights, double scale, ActivationRange range)
    {
        double sum = 0;
        foreach (float weight in weights)
        {
            double error = weight - (scale * Level(weight, scale, range));
            sum += error * error;
        }

        return sum;
    }

    /// <summary>The best scale for the integers that <paramref name="scale"/> rounds to.</summary>
    private static double LeastSquares(ReadOnlySpan<float> weights, double scale, ActivationRange range)
    {
        double product = 0, square = 0;
        foreach (float weight in weights)
        {
            int level = Level(weight, scale, range);
            product += weight * (double)level;
            square += level * level;
        }

        return product > 0 ? product / square : scale;
    }
}
