namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>A transformer whose matrices are integers; as a source it gives them in real numbers.</summary>
/// <param name="Embedding">[vocabulary, width]</param>
/// <param name="FinalNorm">[width]</param>
/// <param name="Head">[vocabulary, width]; the embedding where the two are tied.</param>
public sealed record QuantizedTransformer(TransformerShape Shape, QuantizedMatrix Embedding,
    IReadOnlyList<QuantizedLayer> Layers, float[] FinalNorm, QuantizedMatrix Head) : ITransformerSource
{
    /// <summary>[vocabulary, layers * layer embedding], or null: layers look nothing up.</summary>
    public QuantizedMatrix? LayerEmbeddings { get; init; }

    /// <summary>null: nothing guesses the token after the next one.</summary>
    public QuantizedAhead? Ahead { get; init; }

    /// <summary>All matrices, each once, by the keys of <see cref="QuantizationPlan.Raised"/>.</summary>
    public IEnumerable<((int Layer, MatrixSlot Slot) Key, QuantizedMatrix Matrix)> Matrices =>
        new[] { (QuantizationPlan.EmbeddingKey, Embedding) }
            .Concat(Layers.SelectMany((layer, i) => layer.Matrices.Select(matrix => ((i, matrix.Slot), matrix.Matrix))))
            .Concat(Shape.IsTied ? [] : [(QuantizationPlan.HeadKey, Head)])
            .Concat(LayerEmbeddings is null ? [] : [(QuantizationPlan.LayerEmbeddingsKey, LayerEmbeddings)])
            .Concat(Ahead is null ? [] : Ahead.Block.Matrices.Select(each => ((QuantizationPlan.AheadLayer, each.Slot), each.Matrix)));

    /// <summary>Of all matrices, in the layout <c>rows</c>.</summary>
    public long Bytes => Matrices.Sum(matrix => matrix.Matrix.Bytes);

    /// <summary>Of all that is stored of the matrices.</summary>
    public double BitsPerWeight => 8.0 * Bytes / Matrices.Sum(matrix => (double)matrix.Matrix.Rows * matrix.Matrix.Columns);

    float[] ITransformerSource.Embedding() => Embedding.Dequantize();

    float[] ITransformerSource.LayerEmbeddings() => LayerEmbeddings?.Dequantize() ?? [];

    public LayerWeights Layer(int index) => Layers[index].Dequantize(Shape);

    float[] ITransformerSource.FinalNorm() => FinalNorm;

    float[] ITransformerSource.Head() => Head.Dequantize();

    AheadWeights? ITransformerSource.Ahead() => Ahead is null ? null : new(Ahead.Norm, Ahead.Block.Dequantize());

    /// <summary>Rounds a model without text to calibrate with; one layer at a time is held in real numbers.</summary>
    /// <param name="progress">Is told the share that is done.</param>
    public static QuantizedTransformer Plain(ITransformerSource source, QuantizationPlan plan,
        IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(plan);
        TransformerShape shape = source.Shape;
        QuantizedMatrix embedding = PlainRounding.Round(source.Embedding(), shape.Width, plan.EmbeddingFormat);
        var layers = new QuantizedLayer[shape.Layers];
        for (int i = 0; i < layers.Length; i++)
        {
            progress?.Report((double)i / layers.Length);
            int layer = i;
            layers[i] = QuantizedLayer.From(shape, source.Layer(i),
                (slot, weights, columns) => PlainRounding.Round(weights, columns, plan.FormatOf(layer, slot)));
        }

        return new QuantizedTransformer(shape, embedding, layers, source.FinalNorm(),
            shape.IsTied ? embedding : PlainRounding.Round(source.Head(), shape.Width, plan.HeadFormat))
        {
            LayerEmbeddings = RoundLayerEmbeddings(source, plan), Ahead = QuantizedAhead.Round(source, plan),
        };
    }

    /// <summary>The table in which all layers look up, which nothing is multiplied with; null where there is none.</summary>
    internal static QuantizedMatrix? RoundLayerEmbeddings(ITransformerSource source, QuantizationPlan plan) =>
        source.Shape.LayerEmbedding == 0
            ? null
            : PlainRounding.Round(source.LayerEmbeddings(), source.Shape.LayerEmbeddings, plan.LayerEmbeddingsFormat);
}

/// <summary>See <see cref="AheadWeights"/>.</summary>
/// <param name="Norm">[width]</param>
public sealed record QuantizedAhead(float[] Norm, QuantizedDense Block)
{
    /// <summary>Without text to calibrate with: a wrong guess costs time, not truth.</summary>
    internal static QuantizedAhead? Round(ITransformerSource source, QuantizationPlan plan) => source.Ahead() is not { } ahead
        ? null
        : new(ahead.Norm, QuantizedDense.From(source.Shape, ahead.Block, -1, (slot, weights, columns) =>
            PlainRounding.Round(weights, columns, plan.FormatOf(QuantizationPlan.AheadLayer, slot))));
}
