using System.Numerics.Tensors;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language.Reals;

/// <summary>A transformer in real numbers, one token at a time: what every integer model is compared with.</summary>
public sealed class FloatTransformer
{
    private readonly LayerWeights[] _layers;
    private readonly FloatAttention[] _attention;
    private readonly float[] _embedding, _layerEmbeddings, _finalNorm, _head;
    private readonly FloatRotation _rotation;
    private readonly AheadWeights? _ahead;
    private float[] _stream = [];

    /// <param name="source">Is read whole.</param>
    public FloatTransformer(ITransformerSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Shape = source.Shape;
        _layers = [.. Enumerable.Range(0, Shape.Layers).Select(source.Layer)];
        _embedding = source.Embedding();
        _layerEmbeddings = source.LayerEmbeddings();
        _finalNorm = source.FinalNorm();
        _head = Shape.IsTied ? _embedding : source.Head();
        _rotation = new FloatRotation(Shape);
        _ahead = source.Ahead();
        _attention = [.. _layers.Select(layer => FloatAttention.Of(Shape, layer.Attention, _rotation))];
    }

    public TransformerShape Shape { get; }

    /// <summary>Tokens that it has seen.</summary>
    public int Position { get; private set; }

    /// <summary>Is given the residual stream after each layer, [width], if somebody wants to know.</summary>
    public Action<int, float[]>? Watch { get; set; }

    /// <summary>[layers] the greatest magnitudes of each number of keys (in latent attention of latent and rotated key), and that of
    /// values, of all tokens since it was made.</summary>
    public IReadOnlyList<(float[] Keys, float Value)> Greatest => [.. _attention.Select(attention =>
        (attention.GreatestKeys, attention.GreatestValue))];

    /// <summary>Forgets all tokens.</summary>
    public void Reset() => Position = 0;

    /// <summary>Takes a token.</summary>
    /// <returns>[vocabulary] logits of the next one.</returns>
    /// <exception cref="ModelException">The context is full, or the model has no such token.</exception>
    public float[] Next(int token)
    {
        if (Position == Shape.Context)
            throw new ModelException($"The model's context of {Shape.Context:N0} tokens is full; give a shorter prompt, or ask for " +
                "fewer tokens.");
        if (token < 0 || token >= Shape.Vocabulary)
            throw new ModelException($"Token {token} is not one of the model's {Shape.Vocabulary:N0}; give the tokenizer that " +
                "belongs to the model.");
        _rotation.MoveTo(Position);
        float[] stream = _embedding[(token * Shape.Width)..((token + 1) * Shape.Width)];
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            LayerWeights weights = _layers[layer];
            Add(stream, _attention[layer].Next(FloatVectors.Norm(stream, weights.AttentionNorm, Shape.Epsilon), Position));
            float[] x = FloatVectors.Norm(stream, weights.FeedForwardNorm, Shape.Epsilon);
            Add(stream, FloatFeedForward.Run(Shape, weights.FeedForward, x));
            if (weights.Embedding is { } embedding)
                Add(stream, FloatFeedForward.LookedUp(embedding, x, _layerEmbeddings.AsSpan(
                    (token * Shape.LayerEmbeddings) + (layer * Shape.LayerEmbedding), Shape.LayerEmbedding)));
            Watch?.Invoke(layer, stream);
        }

        Position++;
        _stream = stream;
        return Logits(stream);
    }

    /// <summary>[vocabulary] logits of the token after the next one, after a token was taken.</summary>
    /// <exception cref="ModelException">The model has nothing that guesses it.</exception>
    public float[] Ahead()
    {
        if (_ahead is null)
            throw new ModelException("The model guesses no token ahead; train it with --predict-ahead.");
        float[] stream = [.. _stream];
        Add(stream, FloatFeedForward.Run(Shape, _ahead.Block, FloatVectors.Norm(stream, _ahead.Norm, Shape.Epsilon)));
        return Logits(stream);
    }

    private float[] Logits(float[] stream) => FloatVectors.Multiply(_head, FloatVectors.Norm(stream, _finalNorm, Shape.Epsilon));

    private static void Add(float[] stream, float[] x) => TensorPrimitives.Add<float>(stream, x, stream);
}
