using System.Numerics;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>What goes through a layer of a pass, all [width, T].</summary>
/// <param name="Input">The residual stream before.</param>
/// <param name="Attention">What attention adds to it.</param>
/// <param name="Middle">The stream between the two.</param>
/// <param name="FeedForward">What the feed-forward network adds.</param>
/// <param name="Output">The stream after.</param>
internal sealed record LayerTrace<T>(Tensor<T> Input, Tensor<T> Attention, Tensor<T> Middle, Tensor<T> FeedForward,
    Tensor<T> Output)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>A sequence's way through a transformer, all positions at once; in real numbers the same as
/// FloatTransformer.</summary>
internal sealed class TransformerPass<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TrainedTransformer<T> _model;
    private readonly WeightTensors<T> _weights;
    private readonly Tape<T> _tape;
    private readonly TransformerShape _shape;

    public TransformerPass(TrainedTransformer<T> model, WeightTensors<T> weights, Tape<T> tape)
    {
        (_model, _weights, _tape, _shape) = (model, weights, tape, model.Shape);
        Loads = [.. model.Layers.Select(_ => new int[_shape.Experts?.Count ?? 0])];
    }

    /// <summary>Of each layer, how often each expert was chosen.</summary>
    public IReadOnlyList<int[]> Loads { get; }

    /// <summary>Logits [V, T] after each of the tokens.</summary>
    /// <param name="traces">Is given one for each layer, if it is not null.</param>
    public Tensor<T> Logits(ReadOnlyMemory<int> tokens, List<LayerTrace<T>>? traces = null) =>
        Logits(Stream(tokens, traces));

    /// <summary>The residual stream [width, T] after all layers.</summary>
    public Tensor<T> Stream(ReadOnlyMemory<int> tokens, List<LayerTrace<T>>? traces = null)
    {
        Tensor<T> stream = _tape.Embed(_weights[_model.Embeddings], tokens);
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            Tensor<T> attention = Attention(layer, stream), middle = _tape.Sum(stream, attention);
            Tensor<T> feedForward = FeedForward(layer, middle, tokens), output = _tape.Sum(middle, feedForward);
            traces?.Add(new LayerTrace<T>(stream, attention, middle, feedForward, output));
            stream = output;
        }

        return stream;
    }

    public Tensor<T> Logits(Tensor<T> stream) => _tape.Project(_weights[_model.Logits], Normed(stream, _model.LastNorm));

    /// <summary>Logits [V, T] of the tokens after the next ones, from the stream after all layers; null where nothing guesses
    /// them.</summary>
    public Tensor<T>? Ahead(Tensor<T> stream) => _model.Guessing is not { } guessing
        ? null
        : Logits(_tape.Sum(stream, Dense(guessing.Block, Normed(stream, guessing.Norm))));

    /// <summary>What a layer's attention adds to the stream.</summary>
    public Tensor<T> Attention(int layer, Tensor<T> stream)
    {
        TrainedLayer<T> weights = _model.Layers[layer];
        Tensor<T> x = Normed(stream, weights.AttentionNorm);
        Tensor<T> mixed = weights.Attention switch
        {
            TrainedGroupedAttention<T> grouped => Grouped(grouped, x),
            TrainedLatentAttention<T> latent => Latent(latent, x, _shape.Latent!),
            _ => throw new NotSupportedException($"{weights.Attention.GetType().Name} is not known here."),
        };
        return _tape.Project(_weights[weights.Attention.Output],
            _model.RoundsActivations ? _tape.Rounded8(mixed, mixed.Shape[0]) : mixed);
    }

    /// <summary>What a layer's feed-forward network adds to the stream, and what it looks up for the tokens.</summary>
    public Tensor<T> FeedForward(int layer, Tensor<T> stream, ReadOnlyMemory<int> tokens)
    {
        TrainedLayer<T> weights = _model.Layers[layer];
        Tensor<T> x = Normed(stream, weights.FeedForwardNorm), output = FeedForward(layer, weights, x);
        return weights.Embedding is null ? output : _tape.Sum(output, LookedUp(layer, weights.Embedding, x, tokens));
    }

    private Tensor<T> FeedForward(int layer, TrainedLayer<T> weights, Tensor<T> x)
    {
        if (weights.FeedForward is TrainedGate<T> dense)
            return Dense(dense, x);
        var sparse = (TrainedExperts<T>)weights.FeedForward;
        Tensor<T> gates = _tape.Route(_tape.Project(_weights[sparse.Router], x), _shape.Experts!, sparse.Biases,
            Loads[layer]);
        Tensor<T> experts = Routed(sparse.Routed, x, gates);
        return sparse.Shared is null ? experts : _tape.Sum(Dense(sparse.Shared, x), experts);
    }

    private Tensor<T> LookedUp(int layer, TrainedLayerEmbedding<T> weights, Tensor<T> x, ReadOnlyMemory<int> tokens)
    {
        int width = _shape.LayerEmbedding;
        Tensor<T> rows = _tape.Embed(_weights[_model.Tables!], tokens, layer * width, width);
        return _tape.Project(_weights[weights.Output], Rounded(_tape.SwiGlu(_tape.Project(_weights[weights.Gate], x), rows)));
    }

    private Tensor<T> Grouped(TrainedGroupedAttention<T> weights, Tensor<T> x)
    {
        Tensor<T> queries = Turned(Heads(weights.Query, weights.QueryBias), weights.QueryNorm);
        Tensor<T> keys = Rounded(Turned(Heads(weights.Key, weights.KeyBias), weights.KeyNorm));
        Tensor<T> values = Rounded(Heads(weights.Value, weights.ValueBias));
        return CausalAttention<T>.Of(_tape, queries, keys, values, _shape.Heads, _shape.KeyValueHeads, ScoreFactor);

        Tensor<T> Heads(TrainedWeights<T> matrix, TrainedWeights<T>? bias)
        {
            Tensor<T> heads = _tape.Project(_weights[matrix], x);
            return bias is null ? heads : _tape.Shift(heads, _weights[bias]);
        }

        Tensor<T> Turned(Tensor<T> heads, TrainedWeights<T>? norm) => _tape.Rotate(
            norm is null ? heads : _tape.Norm(heads, _weights[norm], _shape.Epsilon), _shape.HeadWidth, 0,
            _model.Rotations);
    }

    private Tensor<T> Latent(TrainedLatentAttention<T> weights, Tensor<T> x, LatentShape shape)
    {
        Tensor<T> compressed = weights.QueryDown is null
            ? x
            : Normed(_tape.Project(_weights[weights.QueryDown], x), weights.QueryNorm!);
        Tensor<T> queries = _tape.Project(_weights[weights.Query], compressed);
        Tensor<T> latents = _tape.Project(_weights[weights.Down], x, 0, shape.Width);
        Tensor<T> keys = _tape.Project(_weights[weights.Down], x, shape.Width, shape.RotatedWidth);
        if (weights.LatentNorm is not null)
            latents = _tape.Norm(latents, _weights[weights.LatentNorm], _shape.Epsilon);
        Tensor<T> turned = _tape.Rotate(queries, _shape.HeadWidth, shape.PlainWidth, _model.Rotations);
        if (_model.RoundsActivations)
            _tape.Round8(queries, shape.PlainWidth, _shape.HeadWidth);
        Tensor<T> absorbed = _tape.ProjectHeads(_weights[weights.KeyUp], queries, _shape.HeadWidth);
        Tensor<T> lines = Rounded(latents);
        Tensor<T> turnedKeys = Rounded(_tape.Rotate(keys, shape.RotatedWidth, 0, _model.Rotations));
        Tensor<T> sums = CausalAttention<T>.Of(_tape, _tape.Join(absorbed, turned, _shape.Heads),
            _tape.Join(lines, turnedKeys, 1), lines,
            _shape.Heads, 1, ScoreFactor);
        sums = _model.RoundsActivations ? _tape.Rounded8(sums, shape.Width) : sums;
        return _tape.ProjectHeads(_weights[weights.ValueUp], sums, shape.Width);
    }

    private double ScoreFactor => _shape.ScoreFactor ?? (1 / Math.Sqrt(_shape.HeadWidth));

    private Tensor<T> Dense(TrainedGate<T> weights, Tensor<T> x) =>
        _tape.Project(_weights[weights.Down], Rounded(Inner(weights, x)));

    private Tensor<T> Routed(TrainedGate<T> weights, Tensor<T> x, Tensor<T> gates)
    {
        Tensor<T> inner = Inner(weights, x);
        if (_model.RoundsActivations)
            _tape.Round8(inner, _shape.Experts!.Hidden);
        return _tape.ProjectExperts(_weights[weights.Down], _tape.Weigh(inner, gates));
    }

    private Tensor<T> Inner(TrainedGate<T> weights, Tensor<T> x) =>
        _tape.SwiGlu(_tape.Project(_weights[weights.Gate], x), _tape.Project(_weights[weights.Up], x));

    private Tensor<T> Normed(Tensor<T> x, TrainedWeights<T> gain) => Rounded(_tape.Norm(x, _weights[gain], _shape.Epsilon));

    private Tensor<T> Rounded(Tensor<T> x)
    {
        if (_model.RoundsActivations)
            _tape.Round8(x, x.Shape[0]);
        return x;
    }
}
