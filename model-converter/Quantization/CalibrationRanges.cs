using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Ranges of the activations of a float graph over calibration inputs.</summary>
public sealed class CalibrationRanges
{
    private const int Bins = 4096;

    private readonly Dictionary<Tensor, (double Min, double Max)> ranges = [];

    /// <summary>Runs every input through the float reference: once for the extremes and, for percentiles, again for a
    /// histogram of each activation between them.</summary>
    /// <param name="graph">In float; states go on from one input to the next.</param>
    /// <param name="calibration">For each inference one array for each input of the graph.</param>
    /// <param name="options">Method and percentile.</param>
    public static CalibrationRanges Of(ModelGraph graph, IReadOnlyList<float[][]> calibration, QuantizerOptions options)
    {
        if (calibration.Count == 0)
            throw new ModelException("Quantization needs at least one calibration input.");

        var result = new CalibrationRanges();
        Observe(graph, calibration, result.Extend);
        if (options.Method == CalibrationMethod.Percentile)
            result.Cut(graph, calibration, options.Percentile / 100);

        return result;
    }

    /// <summary>The range of an activation or of a constant.</summary>
    public (double Min, double Max) this[Tensor tensor]
    {
        get
        {
            if (!ranges.ContainsKey(tensor) && tensor.IsConstant)
                Extend(tensor, RealValues.OfConstant(tensor));

            return ranges[tensor];
        }
    }

    private static void Observe(ModelGraph graph, IReadOnlyList<float[][]> calibration,
        Action<Tensor, float[]> observer)
    {
        var executor = new FloatExecutor(graph);
        foreach (float[][] inputs in calibration)
            executor.Run(inputs, observer);
    }

    private void Extend(Tensor tensor, float[] values)
    {
        (double min, double max) = ranges.GetValueOrDefault(tensor, (double.PositiveInfinity, double.NegativeInfinity));
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                throw new ModelException($"Tensor {tensor} has the value {value} in calibration; check the model.");

            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        ranges[tensor] = (min, max);
    }

    private void Cut(ModelGraph graph, IReadOnlyList<float[][]> calibration, double fraction)
    {
        var histograms = new Dictionary<Tensor, long[]>();
        Observe(graph, calibration, (tensor, values) =>
        {
            if (!histograms.TryGetValue(tensor, out long[]? histogram))
                histograms[tensor] = histogram = new long[Bins];

            (double min, double max) = ranges[tensor];
            double perUnit = max > min ? Bins / (max - min) : 0;
            foreach (float value in values)
                histogram[Math.Clamp((int)((value - min) * perUnit), 0, Bins - 1)]++;
        });
        foreach ((Tensor tensor, long[] histogram) in histograms)
            ranges[tensor] = Inside(histogram, ranges[tensor], fraction);
    }

    private static (double, double) Inside(long[] histogram, (double Min, double Max) range, double fraction)
    {
        long outside = (long)((1 - fraction) * histogram.Sum());
        double width = (range.Max - range.Min) / Bins;
        int low = 0, high = Bins;
        for (long seen = histogram[low]; seen <= outside && low < Bins - 1; seen += histogram[low])
            low++;

        for (long seen = histogram[high - 1]; seen <= outside && high > low + 1; seen += histogram[high - 1])
            high--;

        return (range.Min + (low * width), range.Min + (high * width));
    }
}
