using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.ModelConverter.Language.Batches;

/// <summary>A transformer in real numbers that takes many sequences at once: <see cref="Reals.FloatTransformer"/> for much
/// text.</summary>
internal sealed class BatchTransformer
{
    private readonly LayerWeights[] _layers;
    private readonly float[] _embedding, _layerEmbeddings, _finalNorm, _head;
    private readonly RealProducts _products;

    /// <param name="source">Is read whole.</param>
    /// <param name="products">Of its matrices; null: as they are.</param>
    public BatchTransformer(ITransformerSource source, RealProducts? products = null)
    {
        _products = products ?? new RealProducts();
        Shape = source.Shape;
        _layers = [.. Enumerable.Range(0, Shape.Layers).Select(source.Layer)];
        _embedding = source.Embedding();
        _layerEmbeddings = source.LayerEmbeddings();
        _finalNorm = source.FinalNorm();
        _head = Shape.IsTied ? _embedding : source.Head();
    }

    public TransformerShape Shape { get; }

    /// <summary>Memory for sequences that grow together.</summary>
    public BatchState Begin(int sequences, int positions) => new(Shape, sequences, positions);

    /// <summary>[tokens, vocabulary] logits.</summary>
    /// <param name="tokens">Sequence after sequence.</param>
    public float[] Next(BatchState state, TokenBatch batch, ReadOnlySpan<int> tokens)
    {
        _products.Layer = QuantizationPlan.EmbeddingLayer;
        float[] stream = Embed(_products.Values(MatrixSlot.Embedding, _embedding, Shape.Width), tokens, Shape);
        _products.Layer = QuantizationPlan.LayerEmbeddings;
        float[] lookedUp = _products.Values(MatrixSlot.Embedding, _layerEmbeddings, Shape.LayerEmbeddings);
        for (int i = 0; i < _layers.Length; i++)
        {
            _products.Layer = i;
            state.Layers[i].Attend(batch, _layers[i], stream, state.Rotation, _products);
            state.Layers[i].FeedForward(_layers[i], stream, LookUp(lookedUp, tokens, Shape, i), _products);
        }

        _products.Layer = Shape.IsTied ? QuantizationPlan.EmbeddingLayer : QuantizationPlan.HeadLayer;
        return _products.Multiply(MatrixSlot.Embedding, _head, BatchVectors.Norm(stream, _finalNorm, Shape.Epsilon),
            Shape.Width);
    }

    /// <summary>[tokens, layer embedding] that a layer looks up; empty where none does.</summary>
    /// <param name="table">[vocabulary, layers * layer embedding]</param>
    public static float[] LookUp(float[] table, ReadOnlySpan<int> tokens, TransformerShape shape, int layer)
    {
        int width = shape.LayerEmbedding;
        var rows = new float[tokens.Length * width];
        for (int i = 0; i < tokens.Length && width > 0; i++)
            table.AsSpan((tokens[i] * shape.LayerEmbeddings) + (layer * width), width).CopyTo(rows.AsSpan(i * width));
        return rows;
    }

    /// <summary>[tokens, width] of the embedding.</summary>
    /// <exception cref="ModelException">The model has no such token.</exception>
    public static float[] Embed(float[] embedding, ReadOnlySpan<int> tokens, TransformerShape shape)
    {
        var stream = new float[tokens.Length * shape.Width];
        for (int i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] < 0 || tokens[i] >= shape.Vocabulary)
                throw new ModelException($"Token {tokens[i]} is not one of the model's {shape.Vocabulary:N0}; give the " +
                    "tokenizer that belongs to the model.");
            embedding.AsSpan(tokens[i] * shape.Width, shape.Width).CopyTo(stream.AsSpan(i * shape.Width));
        }

        return stream;
    }
}

/// <summary>What a <see cref="BatchTransformer"/> remembers of its sequences.</summary>
internal sealed class BatchState(TransformerShape shape, int sequences, int positions)
{
    public BatchLayer[] Layers { get; } =
        [.. Enumerable.Range(0, shape.Layers).Select(_ => new BatchLayer(shape, sequences, positions))];

    public BatchRotation Rotation { get; } = new(shape, positions);
}
