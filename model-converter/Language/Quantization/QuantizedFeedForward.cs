namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>A layer's feed-forward network in integers.</summary>
public abstract record QuantizedFeedForward
{
    public abstract IEnumerable<(MatrixSlot Slot, QuantizedMatrix Matrix)> Matrices { get; }

    internal abstract FeedForwardWeights Dequantize();

    internal static QuantizedFeedForward From(TransformerShape shape, FeedForwardWeights weights, MatrixRounding round) =>
        weights switch
        {
            DenseFeedForward dense => QuantizedDense.From(shape, dense, -1, round),
            ExpertFeedForward sparse => QuantizedExperts.From(shape, sparse, round),
            _ => throw new NotSupportedException($"{weights.GetType().Name} is not known here."),
        };
}

/// <summary>See <see cref="DenseFeedForward"/>; also an expert.</summary>
/// <param name="Expert">Its number; -1: it is none.</param>
public sealed record QuantizedDense(QuantizedMatrix Gate, QuantizedMatrix Up, QuantizedMatrix Down, int Expert = -1)
    : QuantizedFeedForward
{
    public override IEnumerable<(MatrixSlot Slot, QuantizedMatrix Matrix)> Matrices =>
    [
        (new MatrixSlot(MatrixRole.Gate, Expert), Gate), (new MatrixSlot(MatrixRole.Up, Expert), Up),
        (new MatrixSlot(MatrixRole.Down, Expert), Down),
    ];

    internal static QuantizedDense From(TransformerShape shape, DenseFeedForward weights, int expert, MatrixRounding round) =>
        new(round(new(MatrixRole.Gate, expert), weights.Gate, shape.Width),
            round(new(MatrixRole.Up, expert), weights.Up, shape.Width),
            round(new(MatrixRole.Down, expert), weights.Down, weights.Down.Length / shape.Width), expert);

    internal override DenseFeedForward Dequantize() => new(Gate.Dequantize(), Up.Dequantize(), Down.Dequantize());
}

/// <summary>See <see cref="ExpertFeedForward"/>. The matrices of all experts have one format; the router's is INT8.</summary>
public sealed record QuantizedExperts(QuantizedDense? Shared, QuantizedMatrix Router, float[]? RouterBias,
    IReadOnlyList<QuantizedDense> Experts) : QuantizedFeedForward
{
    public override IEnumerable<(MatrixSlot Slot, QuantizedMatrix Matrix)> Matrices => (Shared?.Matrices ?? [])
        .Append((new MatrixSlot(MatrixRole.Router), Router)).Concat(Experts.SelectMany(expert => expert.Matrices));

    internal static QuantizedExperts From(TransformerShape shape, ExpertFeedForward weights, MatrixRounding round) =>
        new(weights.Shared is null ? null : QuantizedDense.From(shape, weights.Shared, -1, round),
            round(new(MatrixRole.Router), weights.Router, shape.Width), weights.RouterBias,
            [.. weights.Experts.Select((expert, i) => QuantizedDense.From(shape, expert, i, round))]);

    internal override FeedForwardWeights Dequantize() => new ExpertFeedForward(
        Shared?.Dequantize(), Router.Dequantize(), RouterBias,
        [.. Experts.Select(expert => expert.Dequantize())]);
}
