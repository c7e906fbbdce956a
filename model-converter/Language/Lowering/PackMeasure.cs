using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Language.Lowering;

/// <summary>The pack that a model of some shape becomes, but for its numbers: what it takes is known before there is one.</summary>
public static class PackMeasure
{
    /// <exception cref="ModelException">No pack can hold such a model.</exception>
    public static PackModel Of(TransformerShape shape, QuantizationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(plan);
        var source = new InitialWeights(shape, 1);
        QuantizedMatrix embedding = Constant(shape.Vocabulary, shape.Width, plan.EmbeddingFormat);
        QuantizedLayer[] layers = [.. Enumerable.Range(0, shape.Layers).Select(index =>
            QuantizedLayer.From(shape, source.Layer(index), (slot, weights, columns) =>
                Constant(weights.Length / columns, columns, plan.FormatOf(index, slot))))];
        QuantizedMatrix head = shape.IsTied ? embedding : Constant(shape.Vocabulary, shape.Width, plan.HeadFormat);
        return TransformerLowering.Lower(new QuantizedTransformer(shape, embedding, layers, source.FinalNorm(), head),
            new LoweringOptions { Ranges = [.. Enumerable.Repeat(CacheRange.Wide, shape.Layers)] });
    }

    /// <summary>Bytes of all matrices of a model of some shape but routers and what guesses ahead, without making any.</summary>
    public static long MatrixBytes(TransformerShape shape, QuantizationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(plan);
        return BudgetedMatrices.Of(shape, plan.Attention.Bits).Sum(each => each.BytesIn(each.Key.Layer switch
        {
            QuantizationPlan.EmbeddingLayer => plan.EmbeddingFormat,
            QuantizationPlan.HeadLayer => plan.HeadFormat,
            QuantizationPlan.LayerEmbeddings => plan.LayerEmbeddingsFormat,
            _ => plan.FormatOf(each.Key.Layer, each.Key.Slot),
        }));
    }

    private static QuantizedMatrix Constant(int rows, int columns, MatrixFormat format)
    {
        sbyte[] codes = new sbyte[rows * columns];
        Array.Fill(codes, (sbyte)1);
        return new QuantizedMatrix(rows, columns, format, codes, new sbyte[rows * format.Groups(columns)], new RowFactor[rows]);
    }
}
