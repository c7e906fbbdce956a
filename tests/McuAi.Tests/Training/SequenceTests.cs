using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Training;

/// <summary>Layers over sequences: gradients, and results that are computed again by plain loops.</summary>
[TestClass]
public sealed class SequenceTests
{
    private readonly Random random = new(11);

    private Tensor<double> P(params int[] shape) => GradientCheck.Parameter(random, shape);

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(false, true)]
    [DataRow(true, false)]
    [DataRow(true, true)]
    public void Gru(bool linearBeforeReset, bool withInitial)
    {
        (int count, int steps, int inputs, int hidden) = (2, 4, 3, 5);
        Tensor<double> x = P(count, steps, inputs);
        var weights = new GruWeights<double>(P(inputs, 3 * hidden), P(hidden, 3 * hidden), P(3 * hidden), P(3 * hidden));
        Tensor<double>? initial = withInitial ? P(count, hidden) : null;
        Tensor<double>[] all = [x, weights.Input, weights.Recurrent, weights.InputBias, weights.RecurrentBias,
            .. initial is null ? Array.Empty<Tensor<double>>() : [initial]];
        GradientCheck.Check(tape => tape.Gru(x, weights, initial, linearBeforeReset), all);

        Tensor<double> y = new Tape<double>().Gru(x, weights, initial, linearBeforeReset);
        for (int n = 0; n < count; n++)
        {
            double[] h = initial is null ? new double[hidden] : initial.Data.Slice(n * hidden, hidden).ToArray();
            for (int t = 0; t < steps; t++)
            {
                h = PlainGru(x.Data.Slice(((n * steps) + t) * inputs, inputs).ToArray(), h, weights, linearBeforeReset);
                for (int i = 0; i < hidden; i++)
                    Assert.AreEqual(h[i], y.Data[(((n * steps) + t) * hidden) + i], 1e-12);
            }
        }
    }

    [TestMethod]
    [DataRow(1, false, 5)]
    [DataRow(2, true, 5)]
    [DataRow(4, false, 3)]
    public void Attention(int heads, bool causal, int seen)
    {
        (int count, int rows, int width) = (2, 5, 8);
        Tensor<double> q = P(count, rows, width), k = P(count, seen, width), v = P(count, seen, width);
        GradientCheck.Check(tape => tape.Attention(q, k, v, heads, causal), q, k, v);
        Tensor<double> y = new Tape<double>().Attention(q, k, v, heads, causal);
        int depth = width / heads;
        for (int i = 0; i < y.Count; i++)
        {
            (int n, int row, int channel) = (i / (rows * width), i / width % rows, i % width);
            int head = channel / depth;
            double sum = 0, total = 0;
            for (int s = 0; s < (causal ? row + 1 : seen); s++)
            {
                double score = 0;
                for (int d = head * depth; d < (head + 1) * depth; d++)
                    score += q.Data[(((n * rows) + row) * width) + d] * k.Data[(((n * seen) + s) * width) + d];
                double weight = Math.Exp(score / Math.Sqrt(depth));
                sum += weight * v.Data[(((n * seen) + s) * width) + channel];
                total += weight;
            }

            Assert.AreEqual(sum / total, y.Data[i], 1e-12);
        }
    }

    [TestMethod]
    [DataRow(1, 1, 0, 0)]
    [DataRow(2, 1, 1, 1)]
    [DataRow(1, 3, 6, 0)] // causal
    public void Conv1D(int stride, int dilation, int before, int after)
    {
        (int count, int steps, int channels, int outputs, int kernel) = (2, 9, 3, 4, 3);
        Tensor<double> x = P(count, steps, channels), w = P(kernel, channels, outputs);
        GradientCheck.Check(tape => tape.Conv1D(x, w, stride, dilation, before, after), x, w);
        Tensor<double> y = new Tape<double>().Conv1D(x, w, stride, dilation, before, after);
        int length = ((steps + before + after - ((kernel - 1) * dilation) - 1) / stride) + 1;
        CollectionAssert.AreEqual(new[] { count, length, outputs }, y.Shape);
        for (int i = 0; i < y.Count; i++)
        {
            (int n, int t, int o) = (i / (length * outputs), i / outputs % length, i % outputs);
            double sum = 0;
            for (int j = 0; j < kernel * channels; j++)
                if ((t * stride) + (j / channels * dilation) - before is var from && from >= 0 && from < steps)
                    sum += x.Data[(((n * steps) + from) * channels) + (j % channels)] * w.Data[(j * outputs) + o];
            Assert.AreEqual(sum, y.Data[i], 1e-12);
        }
    }

    [TestMethod]
    public void Embedding()
    {
        Tensor<double> table = P(6, 4);
        int[] symbols = [3, 0, 3, 5];
        GradientCheck.Check(tape => tape.Scale(tape.Embedding(table, symbols), 2), table);
        Tensor<double> y = new Tape<double>().Embedding(table, symbols);
        for (int i = 0; i < y.Count; i++)
            Assert.AreEqual(table.Data[(symbols[i / 4] * 4) + (i % 4)], y.Data[i]);
        Assert.ThrowsExactly<ArgumentException>(() => new Tape<double>().Embedding(table, 6));
    }

    /// <summary>One step of ONNX's GRU, gate by gate.</summary>
    private static double[] PlainGru(double[] x, double[] h, GruWeights<double> w, bool linearBeforeReset)
    {
        int hidden = h.Length;
        double[] z = [.. Range().Select(i => Sigmoid(FromInput(i) + FromState(i, h)))];
        double[] r = [.. Range().Select(i => Sigmoid(FromInput(hidden + i) + FromState(hidden + i, h)))];
        double[] scaled = [.. Range().Select(i => r[i] * h[i])];
        double[] n = [.. Range().Select(i => Math.Tanh(FromInput((2 * hidden) + i) + (linearBeforeReset
            ? r[i] * FromState((2 * hidden) + i, h)
            : FromState((2 * hidden) + i, scaled))))];
        return [.. Range().Select(i => ((1 - z[i]) * n[i]) + (z[i] * h[i]))];

        IEnumerable<int> Range() => Enumerable.Range(0, hidden);
        double FromInput(int column) => w.InputBias.Data[column] + Sum(x, w.Input, column);
        double FromState(int column, double[] state) => w.RecurrentBias.Data[column] + Sum(state, w.Recurrent, column);
        static double Sum(double[] vector, Tensor<double> matrix, int column)
        {
            double sum = 0;
            for (int i = 0; i < vector.Length; i++)
                sum += vector[i] * matrix.Data[(i * matrix.Channels) + column];
            return sum;
        }

        static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));
    }
}
