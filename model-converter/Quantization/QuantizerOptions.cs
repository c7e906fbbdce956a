using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>How the range of an activation follows from the values seen in calibration.</summary>
public enum CalibrationMethod
{
    /// <summary>Least and greatest value.</summary>
    MinMax,

    /// <summary>Cuts the rarest values off at both ends: less range, finer steps.</summary>
    Percentile,
}

/// <summary>Options of <see cref="PostTrainingQuantizer"/>.</summary>
public sealed record QuantizerOptions
{
    public CalibrationMethod Method { get; init; } = CalibrationMethod.Percentile;

    /// <summary>Percent of values that stay inside each end of the range.</summary>
    public double Percentile { get; init; } = 99.99;

    /// <summary>Int8, Int4 or Int2.</summary>
    public DataType WeightType { get; init; } = DataType.Int8;

    /// <summary>Layers whose weights take <see cref="WeightType"/>; the others stay Int8. All if null.</summary>
    public Func<Node, bool>? Shrinks { get; init; }

    public DataType WeightTypeOf(Node node) => Shrinks is null || Shrinks(node) ? WeightType : DataType.Int8;
}
