using System.Numerics;
using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Causal attention of a sequence in one operation. Weights are never kept: the way back computes them anew, a
/// tile of some queries after another, from the logarithm of their sum (Dao et al., 2022).</summary>
internal sealed class CausalAttention<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Queries of one head that are looked at together: of 256 tokens their weights stay in the first-level
    /// cache.</summary>
    private const int Tile = 32;

    private readonly Tape<T> _tape;
    private readonly Tensor<T> _queries, _keys, _values, _output;
    private readonly int _heads, _groups, _tokens, _depth, _width;
    private readonly T _scale;

    /// <summary>[heads, T]: the logarithm of the sum of exponentials of scores.</summary>
    private readonly T[] _logSums;

    private CausalAttention(Tape<T> tape, Tensor<T> queries, Tensor<T> keys, Tensor<T> values, int heads, int groups,
        double scale)
    {
        (_tape, _queries, _keys, _values, _heads, _groups) = (tape, queries, keys, values, heads, groups);
        _scale = T.CreateChecked(scale);
        _tokens = values.Channels;
        (_depth, _width) = (keys.Shape[0] / groups, values.Shape[0] / groups);
        if (queries.Shape[0] != heads * _depth)
            throw new ArgumentException($"Queries of {queries}, keys of {keys} and values of {values} do not fit " +
                $"{heads} heads.");
        _output = tape.New(queries.NeedsGradient || keys.NeedsGradient || values.NeedsGradient, heads * _width, _tokens);
        _logSums = tape.Scratch(heads * _tokens);
    }

    /// <summary>For each head, softmax(scale * queries' keys) values, over the tokens so far.</summary>
    /// <param name="queries">[heads * depth, T]</param>
    /// <param name="keys">[groups * depth, T]</param>
    /// <param name="values">[groups * width, T]</param>
    /// <returns>[heads * width, T]</returns>
    public static Tensor<T> Of(Tape<T> tape, Tensor<T> queries, Tensor<T> keys, Tensor<T> values, int heads, int groups,
        double scale)
    {
        var attention = new CausalAttention<T>(tape, queries, keys, values, heads, groups, scale);
        attention.Forward();
        tape.Record(attention._output, attention.Backward);
        return attention._output;
    }

    private void Forward()
    {
        T[] weights = _tape.Scratch(_tokens * Tile), mixed = _tape.Scratch(_width * Tile), sums = _tape.Scratch(Tile);
        T[] queries = _tape.Scratch(_depth * Tile);
        for (int head = 0; head < _heads; head++)
            for (int first = 0; first < _tokens; first += Tile)
            {
                int seen = Math.Min(_tokens, first + Tile), count = seen - first, group = head / (_heads / _groups);
                Score(queries, weights, head, group, first, seen);
                ToWeights(weights, seen, sums, _logSums.AsSpan((head * _tokens) + first, count));
                Unsee(weights, first, seen);
                MatrixKernel.Multiply(_values.Array, new Pitch(group * _width * _tokens, _tokens), new Pitch(0, 1), 0,
                    _width, ..seen, weights, 0, mixed, 0, Tile, false);
                for (int c = 0; c < _width; c++)
                    TensorPrimitives.Divide(mixed.AsSpan(c * Tile, count), sums.AsSpan(0, count),
                        _output.Array.AsSpan((((head * _width) + c) * _tokens) + first, count));
            }
    }

    private void Backward()
    {
        T[] dOutput = _tape.Gradient(_output);
        var tile = new TileBuffers(_tape.Scratch(_tokens * Tile), _tape.Scratch(_tokens * Tile),
            _tape.Scratch(_width * Tile), _tape.Scratch(Tile), _tape.Scratch(Tile),
            _tape.Scratch(Tile * Padded(Math.Max(_width, _depth))), _tape.Scratch(_depth * Tile), _tape.Scratch(_depth * Tile));
        for (int group = 0; group < _groups; group++)
        {
            int heads = _heads / _groups;
            T[] dValues = Tokens(_width), dKeys = Tokens(_depth);
            for (int head = group * heads; head < (group + 1) * heads; head++)
                for (int first = 0; first < _tokens; first += Tile)
                    TileBackward(tile, dOutput, head, group, first, dKeys, dValues);
            AddTransposed(dValues, _width, _tape.Gradient(_values), group);
            AddTransposed(dKeys, _depth, _tape.Gradient(_keys), group);
        }

        // [T, a multiple of a vector], so that products fill vectors.
        T[] Tokens(int width)
        {
            T[] array = _tape.Scratch(_tokens * Padded(width));
            array.AsSpan().Clear();
            return array;
        }
    }

    private void TileBackward(TileBuffers tile, T[] dOutput, int head, int group, int first, T[] dKeys, T[] dValues)
    {
        int seen = Math.Min(_tokens, first + Tile), count = seen - first;
        (T[] weights, T[] dScores, T[] d, T[] logSums, T[] means, T[] transposed, T[] queries, T[] dQueries) = tile;
        Score(queries, weights, head, group, first, seen);
        logSums.AsSpan().Clear();
        means.AsSpan().Clear();
        _logSums.AsSpan((head * _tokens) + first, count).CopyTo(logSums);
        Pack(dOutput, head * _width, _width, first, count, d);
        for (int c = 0; c < _width; c++)
        {
            Span<T> mean = means.AsSpan(0, count);
            TensorPrimitives.MultiplyAdd(d.AsSpan(c * Tile, count),
                _output.Data.Slice((((head * _width) + c) * _tokens) + first, count), mean, mean);
        }

        MatrixKernel.Multiply(_values.Array, new Pitch(group * _width * _tokens, 1), new Pitch(0, _tokens), 0, seen,
            .._width, d, 0, dScores, 0, Tile, false);
        ToGradients(weights, dScores, seen, logSums, means);
        Unsee(weights, first, seen);
        Unsee(dScores, first, seen);
        AddProduct(weights, d, _width, seen, transposed, dValues);
        AddProduct(dScores, queries, _depth, seen, transposed, dKeys);
        MatrixKernel.Multiply(_keys.Array, new Pitch(group * _depth * _tokens, _tokens), new Pitch(0, 1), 0, _depth, ..seen,
            dScores, 0, dQueries, 0, Tile, false);
        T[] flow = _tape.Gradient(_queries);
        for (int c = 0; c < _depth; c++)
        {
            Span<T> to = flow.AsSpan((((head * _depth) + c) * _tokens) + first, count);
            TensorPrimitives.MultiplyAdd(dQueries.AsSpan(c * Tile, count), _scale, to, to);
        }
    }

    /// <summary>Scores [seen, tile], and the queries [depth, tile], scaled; 0 beyond the last token.</summary>
    private void Score(T[] queries, T[] scores, int head, int group, int first, int seen)
    {
        Pack(_queries.Array, head * _depth, _depth, first, seen - first, queries);
        TensorPrimitives.Multiply(queries, _scale, queries);
        MatrixKernel.Multiply(_keys.Array, new Pitch(group * _depth * _tokens, 1), new Pitch(0, _tokens), 0, seen, .._depth,
            queries, 0, scores, 0, Tile, false);
        for (int key = first + 1; key < seen; key++)
            scores.AsSpan(key * Tile, key - first).Fill(T.CreateChecked(-1e9));
    }

    /// <summary>Exponentials of scores less the greatest of each query.</summary>
    private static void ToWeights(T[] scores, int seen, T[] sums, Span<T> logSums)
    {
        T[] greatest = new T[Tile];
        for (int lane = 0; lane < Tile; lane += Vector<T>.Count)
        {
            var most = new Vector<T>(scores, lane);
            for (int key = 1; key < seen; key++)
                most = Vector.Max(most, new Vector<T>(scores, (key * Tile) + lane));
            Vector<T> sum = default;
            for (int key = 0; key < seen; key++)
            {
                Vector<T> weight = Exponentials.Exp(new Vector<T>(scores, (key * Tile) + lane) - most);
                sum += weight;
                weight.CopyTo(scores, (key * Tile) + lane);
            }

            sum.CopyTo(sums, lane);
            most.CopyTo(greatest, lane);
        }

        for (int i = 0; i < logSums.Length; i++)
            logSums[i] = greatest[i] + T.Log(sums[i]);
    }

    /// <summary>Scores to weights, and gradients of weights to those of scores.</summary>
    private static void ToGradients(T[] scores, T[] gradients, int seen, T[] logSums, T[] means)
    {
        for (int lane = 0; lane < Tile; lane += Vector<T>.Count)
        {
            Vector<T> logSum = new(logSums, lane), mean = new(means, lane);
            for (int at = lane; at < seen * Tile; at += Tile)
            {
                Vector<T> weight = Exponentials.Exp(new Vector<T>(scores, at) - logSum);
                weight.CopyTo(scores, at);
                (weight * (new Vector<T>(gradients, at) - mean)).CopyTo(gradients, at);
            }
        }
    }

    /// <summary>Nothing from later tokens.</summary>
    private static void Unsee(T[] tile, int first, int seen)
    {
        for (int key = first + 1; key < seen; key++)
            tile.AsSpan(key * Tile, key - first).Clear();
    }

    /// <summary>sums [T, width] += weights [seen, tile] * x' [tile, width].</summary>
    private static void AddProduct(T[] weights, T[] x, int width, int seen, T[] transposed, T[] sums)
    {
        int padded = Padded(width);
        transposed.AsSpan(0, Tile * padded).Clear();
        for (int c = 0; c < width; c++)
            for (int lane = 0; lane < Tile; lane++)
                transposed[(lane * padded) + c] = x[(c * Tile) + lane];
        MatrixKernel.Multiply(weights, new Pitch(0, Tile), new Pitch(0, 1), 0, seen, ..Tile, transposed, 0, sums, 0, padded,
            true);
    }

    private void AddTransposed(T[] sums, int width, T[] gradient, int group)
    {
        int padded = Padded(width);
        for (int c = 0; c < width; c++)
        {
            Span<T> row = gradient.AsSpan(((group * width) + c) * _tokens, _tokens);
            for (int t = 0; t < row.Length; t++)
                row[t] += sums[(t * padded) + c];
        }
    }

    private void Pack(T[] x, int channel, int width, int first, int count, T[] tile)
    {
        if (count < Tile)
            tile.AsSpan().Clear();
        for (int c = 0; c < width; c++)
            x.AsSpan(((channel + c) * _tokens) + first, count).CopyTo(tile.AsSpan(c * Tile));
    }

    private sealed record TileBuffers(T[] Weights, T[] DScores, T[] DOutput, T[] LogSums, T[] Means, T[] Transposed,
        T[] Queries, T[] DQueries);

    private static int Padded(int width) => (width + Vector<T>.Count - 1) / Vector<T>.Count * Vector<T>.Count;
}
