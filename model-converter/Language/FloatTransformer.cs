using System.Numerics.Tensors;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>A transformer in real numbers, one token at a time: what every integer model is compared with.</summary>
public sealed class FloatTransformer
{
    private readonly TransformerShape _shape;
    private readonly LayerWeights[] _layers;
    private readonly float[] _embedding, _finalNorm, _head;

    /// <summary>[layer][position * key-value width + i]</summary>
    private readonly float[][] _keys, _values;

    /// <summary>Of each pair of a head: by how much it turns a position, and how it is turned at this one.</summary>
    private readonly double[] _frequencies;
    private readonly (double Sine, double Cosine)[] _turns;

    /// <param name="source">Is read whole.</param>
    public FloatTransformer(ITransformerSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _shape = source.Shape;
        _layers = [.. Enumerable.Range(0, _shape.Layers).Select(source.Layer)];
        _embedding = source.Embedding();
        _finalNorm = source.FinalNorm();
        _head = _shape.IsTied ? _embedding : source.Head();
        _keys = [.. _layers.Select(_ => new float[_shape.Context * _shape.KeyValueWidth])];
        _values = [.. _layers.Select(_ => new float[_shape.Context * _shape.KeyValueWidth])];
        _frequencies = [.. Enumerable.Range(0, _shape.HeadWidth / 2).Select(pair =>
            Math.Pow(_shape.RotaryBase, -2.0 * pair / _shape.HeadWidth))];
        _turns = new (double, double)[_frequencies.Length];
    }

    public TransformerShape Shape => _shape;

    /// <summary>Tokens that it has seen.</summary>
    public int Position { get; private set; }

    /// <summary>Forgets all tokens.</summary>
    public void Reset() => Position = 0;

    /// <summary>Takes a token.</summary>
    /// <returns>[vocabulary] logits of the next one.</returns>
    /// <exception cref="ModelException">The context is full, or the model has no such token.</exception>
    public float[] Next(int token)
    {
        if (Position == _shape.Context)
            throw new ModelException($"The model's context of {_shape.Context:N0} tokens is full; give a shorter prompt, or ask for " +
                "fewer tokens.");
        if (token < 0 || token >= _shape.Vocabulary)
            throw new ModelException($"Token {token} is not one of the model's {_shape.Vocabulary:N0}; give the tokenizer that " +
                "belongs to the model.");
        for (int pair = 0; pair < _turns.Length; pair++)
            _turns[pair] = Math.SinCos(Position * _frequencies[pair]);
        float[] stream = _embedding[(token * _shape.Width)..((token + 1) * _shape.Width)];
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            LayerWeights weights = _layers[layer];
            Add(stream, Attend(layer, weights, Norm(stream, weights.AttentionNorm)));
            Add(stream, FeedForward(weights, Norm(stream, weights.FeedForwardNorm)));
        }

        Position++;
        return Multiply(_head, Norm(stream, _finalNorm));
    }

    private float[] Attend(int layer, LayerWeights weights, float[] x)
    {
        float[] queries = Multiply(weights.Query, x), keys = Multiply(weights.Key, x);
        Rotate(queries);
        Rotate(keys);
        int wide = _shape.KeyValueWidth, head = _shape.HeadWidth;
        keys.CopyTo(_keys[layer], Position * wide);
        Multiply(weights.Value, x).CopyTo(_values[layer], Position * wide);
        var mixed = new float[_shape.QueryWidth];
        float scale = 1 / MathF.Sqrt(head);
        for (int h = 0; h < _shape.Heads; h++)
        {
            int shared = h / (_shape.Heads / _shape.KeyValueHeads) * head;
            var weight = new float[Position + 1];
            for (int t = 0; t <= Position; t++)
                weight[t] = scale * TensorPrimitives.Dot<float>(queries.AsSpan(h * head, head),
                    _keys[layer].AsSpan((t * wide) + shared, head));
            TensorPrimitives.SoftMax<float>(weight, weight);
            Span<float> sum = mixed.AsSpan(h * head, head);
            for (int t = 0; t <= Position; t++)
                TensorPrimitives.MultiplyAdd(_values[layer].AsSpan((t * wide) + shared, head), weight[t], sum, sum);
        }

        return Multiply(weights.Output, mixed);
    }

    private static float[] FeedForward(LayerWeights weights, float[] x)
    {
        float[] gate = Multiply(weights.Gate, x), up = Multiply(weights.Up, x);
        for (int i = 0; i < gate.Length; i++)
            gate[i] = gate[i] / (1 + MathF.Exp(-gate[i])) * up[i];
        return Multiply(weights.Down, gate);
    }

    /// <summary>Turns the pairs of neighbours of every head.</summary>
    private void Rotate(float[] heads)
    {
        for (int i = 0; i < heads.Length; i += 2)
        {
            (double sine, double cosine) = _turns[i / 2 % _turns.Length];
            (float a, float b) = (heads[i], heads[i + 1]);
            heads[i] = (float)((a * cosine) - (b * sine));
            heads[i + 1] = (float)((a * sine) + (b * cosine));
        }
    }

    private float[] Norm(float[] x, float[] gain)
    {
        float scale = (float)(1 / Math.Sqrt((TensorPrimitives.SumOfSquares<float>(x) / x.Length) + _shape.Epsilon));
        var normed = new float[x.Length];
        TensorPrimitives.Multiply(x, scale, normed);
        TensorPrimitives.Multiply<float>(normed, gain, normed);
        return normed;
    }

    private static void Add(float[] stream, float[] x) => TensorPrimitives.Add<float>(stream, x, stream);

    private static float[] Multiply(float[] matrix, float[] x)
    {
        var product = new float[matrix.Length / x.Length];
        for (int row = 0; row < product.Length; row++)
            product[row] = TensorPrimitives.Dot<float>(matrix.AsSpan(row * x.Length, x.Length), x);
        return product;
    }
}
