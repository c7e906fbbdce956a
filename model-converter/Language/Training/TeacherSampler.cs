using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Samples many sequences of a model of grouped attention at a time, token by token: sequences are what fills vectors.
/// </summary>
internal sealed class TeacherSampler(TrainedTransformer<float> model)
{
    private const int Lanes = 64;

    /// <summary>Sequences of <paramref name="length"/> tokens, drawn from the model's probabilities.</summary>
    /// <param name="begin">The first token of each.</param>
    public TokenSequences Sample(int count, int length, int begin, int seed)
    {
        ushort[] tokens = new ushort[count * length];
        Parallel.For(0, (count + Lanes - 1) / Lanes, new ParallelOptions { MaxDegreeOfParallelism = Chunks.Threads }, block =>
        {
            int lanes = Math.Min(Lanes, count - (block * Lanes));
            var run = new Block(model, lanes, length);
            int[] last = new int[lanes];
            Array.Fill(last, begin);
            var random = new IndexedRandom(seed, 78, block);
            for (int position = 0; position < length; position++)
            {
                for (int lane = 0; lane < lanes; lane++)
                    tokens[(((block * Lanes) + lane) * length) + position] = (ushort)last[lane];
                if (position + 1 < length)
                    run.Next(last, position, ref random);
            }
        });
        return new TokenSequences(tokens, length);
    }

    /// <summary>Some sequences, with what attention remembers of them: [layer][position][key-value width, lanes].</summary>
    private sealed class Block(TrainedTransformer<float> model, int lanes, int length)
    {
        private readonly TransformerShape _shape = model.Shape;
        private readonly Tape<float> _tape = new() { IsTraining = false };
        private readonly WeightTensors<float> _weights = new(model.Weights, false);
        private readonly float[][][] _keys = Caches(model.Shape, length), _values = Caches(model.Shape, length);
        private readonly float[] _scores = new float[length * lanes];

        /// <summary>Replaces the token of each lane by one that follows it.</summary>
        public void Next(int[] tokens, int position, ref IndexedRandom random)
        {
            _tape.Reset();
            Tensor<float> stream = _tape.Embed(_weights[model.Embeddings], tokens);
            var pass = new TransformerPass<float>(model, _weights, _tape);
            for (int layer = 0; layer < _shape.Layers; layer++)
            {
                stream = _tape.Sum(stream, Attention(layer, stream, position));
                stream = _tape.Sum(stream, pass.FeedForward(layer, stream));
            }

            Tensor<float> logits = pass.Logits(stream);
            float[] shares = new float[_shape.Vocabulary];
            for (int lane = 0; lane < lanes; lane++)
            {
                for (int v = 0; v < shares.Length; v++)
                    shares[v] = logits.Array[(v * lanes) + lane];
                TensorPrimitives.Subtract(shares, TensorPrimitives.Max<float>(shares), shares);
                Exponentials.Exp<float>(shares);
                tokens[lane] = Draw(shares, random.NextDouble() * TensorPrimitives.Sum<float>(shares));
            }
        }

        private static int Draw(float[] shares, double at)
        {
            for (int v = 0; v < shares.Length; v++)
                if ((at -= shares[v]) < 0)
                    return v;
            return TensorPrimitives.IndexOfMax<float>(shares);
        }

        private Tensor<float> Attention(int layer, Tensor<float> stream, int position)
        {
            TrainedLayer<float> weights = model.Layers[layer];
            var grouped = (TrainedGroupedAttention<float>)weights.Attention;
            Tensor<float> x = _tape.Norm(stream, _weights[weights.AttentionNorm], _shape.Epsilon);
            Tensor<float> queries = _tape.Project(_weights[grouped.Query], x), keys = _tape.Project(_weights[grouped.Key], x);
            Turn(queries, position);
            Turn(keys, position);
            _keys[layer][position] = keys.Data.ToArray();
            _values[layer][position] = _tape.Project(_weights[grouped.Value], x).Data.ToArray();
            Tensor<float> mixed = _tape.New(false, _shape.QueryWidth, lanes);
            for (int head = 0; head < _shape.Heads; head++)
                Mix(queries, layer, head, position + 1, mixed);
            return _tape.Project(_weights[grouped.Output], mixed);
        }

        private void Mix(Tensor<float> queries, int layer, int head, int positions, Tensor<float> mixed)
        {
            int width = _shape.HeadWidth, first = head / (_shape.Heads / _shape.KeyValueHeads) * width;
            float scale = (float)(_shape.ScoreFactor ?? (1 / Math.Sqrt(width)));
            Span<float> scores = _scores.AsSpan(0, positions * lanes);
            Span<float> greatest = _tape.Scratch(lanes), sum = _tape.Scratch(lanes);
            greatest.Fill(float.NegativeInfinity);
            scores.Clear();
            for (int t = 0; t < positions; t++)
            {
                Span<float> score = scores.Slice(t * lanes, lanes);
                for (int c = 0; c < width; c++)
                    TensorPrimitives.MultiplyAdd(queries.Data.Slice(((head * width) + c) * lanes, lanes),
                        _keys[layer][t].AsSpan((first + c) * lanes, lanes), score, score);
                TensorPrimitives.Max(greatest, score, greatest);
            }

            sum.Clear();
            Span<float> output = mixed.Data.Slice(head * width * lanes, width * lanes);
            output.Clear();
            for (int t = 0; t < positions; t++)
            {
                Span<float> weight = scores.Slice(t * lanes, lanes);
                TensorPrimitives.Subtract(weight, greatest, weight);
                TensorPrimitives.Multiply(weight, scale, weight);
                Exponentials.Exp(weight);
                TensorPrimitives.Add(sum, weight, sum);
                for (int c = 0; c < width; c++)
                    TensorPrimitives.MultiplyAdd(weight, _values[layer][t].AsSpan((first + c) * lanes, lanes),
                        output.Slice(c * lanes, lanes), output.Slice(c * lanes, lanes));
            }

            for (int c = 0; c < width; c++)
                TensorPrimitives.Divide(output.Slice(c * lanes, lanes), sum, output.Slice(c * lanes, lanes));
        }

        /// <summary>Every lane is at the same position.</summary>
        private void Turn(Tensor<float> heads, int position)
        {
            Span<float> turned = _tape.Scratch(lanes), other = _tape.Scratch(lanes);
            for (int channel = 0; channel < heads.Shape[0]; channel += 2)
            {
                int pair = channel % _shape.HeadWidth / 2;
                float cosine = model.Rotations.Cosines(pair, position + 1).Span[^1], sine = model.Rotations.Sines(pair, position + 1).Span[^1];
                Span<float> a = heads.Data.Slice(channel * lanes, lanes), b = heads.Data.Slice((channel + 1) * lanes, lanes);
                TensorPrimitives.Multiply(a, sine, other);
                TensorPrimitives.MultiplyAdd(b, cosine, other, other);
                TensorPrimitives.Multiply(b, -sine, turned);
                TensorPrimitives.MultiplyAdd(a, cosine, turned, a);
                other.CopyTo(b);
            }
        }

        private static float[][][] Caches(TransformerShape shape, int length) =>
            [.. Enumerable.Range(0, shape.Layers).Select(_ => new float[length][])];
    }
}
