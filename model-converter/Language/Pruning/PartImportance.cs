using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Pruning;

/// <summary>How much parts of a model matter for a text: the mean over its sequences of the square of what a part adds to the
/// loss, to first order (Molchanov et al., Importance Estimation for Neural Network Pruning, 2019). What a part adds is the
/// sum of weight times gradient over the weights by which it writes to the residual stream.</summary>
internal sealed class PartImportance
{
    private readonly TrainedTransformer<float> _model;
    private readonly TransformerShape _shape;

    private PartImportance(TrainedTransformer<float> model)
    {
        (_model, _shape) = (model, model.Shape);
        Layers = new double[_shape.Layers];
        Groups = Each(_ => _shape.KeyValueHeads);
        Neurons = Each(layer => _shape.IsSparse(layer) ? _shape.Experts!.SharedHidden : _shape.Hidden);
        Experts = Each(layer => _shape.IsSparse(layer) ? _shape.Experts!.Count : 0);
        Channels = new double[_shape.Width];
    }

    /// <summary>[layers]</summary>
    public double[] Layers { get; }

    /// <summary>[layers][heads of keys and values]</summary>
    public double[][] Groups { get; }

    /// <summary>[layers][neurons of dense or shared networks]</summary>
    public double[][] Neurons { get; }

    /// <summary>[layers][routed experts]</summary>
    public double[][] Experts { get; }

    /// <summary>[width]</summary>
    public double[] Channels { get; }

    public static PartImportance Of(ITransformerSource source, IReadOnlyList<int[]> sequences)
    {
        var model = new TrainedTransformer<float>(source);
        var each = new PartImportance[sequences.Count];
        Parallel.For(0, sequences.Count, new ParallelOptions { MaxDegreeOfParallelism = Chunks.Threads },
            () => (new WeightTensors<float>(model.Weights, true), new Tape<float>()),
            (i, _, own) =>
            {
                each[i] = new PartImportance(model);
                each[i].Measure(own.Item1, own.Item2, sequences[i]);
                return own;
            },
            _ => { });
        var mean = new PartImportance(model);
        foreach (PartImportance one in each)
            foreach ((double[] sum, double[] values) in mean.All.Zip(one.All))
                for (int i = 0; i < sum.Length; i++)
                    sum[i] += values[i] * values[i] / each.Length;
        return mean;
    }

    private IEnumerable<double[]> All => [Layers, Channels, .. Groups, .. Neurons, .. Experts];

    private double[][] Each(Func<int, int> count) =>
        [.. Enumerable.Range(0, _shape.Layers).Select(layer => new double[count(layer)])];

    private void Measure(WeightTensors<float> weights, Tape<float> tape, int[] sequence)
    {
        weights.Clear();
        tape.Reset();
        var pass = new TransformerPass<float>(_model, weights, tape);
        tape.Backward(new NextTokenLoss().Of(tape, pass, sequence, 1, 0));
        Tensor<float> embedding = weights[_model.Embeddings], gain = weights[_model.LastNorm];
        for (int i = 0; i < embedding.Count; i++)
            Channels[i % _shape.Width] += (double)embedding.Data[i] * embedding.Gradient[i];
        // What a tied embedding adds as the head is not written to the stream.
        for (int channel = 0; channel < _shape.Width && _shape.IsTied; channel++)
            Channels[channel] -= (double)gain.Data[channel] * gain.Gradient[channel];
        for (int layer = 0; layer < _shape.Layers; layer++)
        {
            double[] numbers = Written(layer, weights[_model.Layers[layer].Attention.Output]);
            for (int i = 0; i < numbers.Length; i++)
                Groups[layer][i * Groups[layer].Length / numbers.Length] += numbers[i];
            Measure(layer, weights, _model.Layers[layer].FeedForward);
        }
    }

    private void Measure(int layer, WeightTensors<float> weights, TrainedFeedForward<float> feedForward)
    {
        if (feedForward is TrainedExperts<float> sparse)
        {
            double[] inner = Written(layer, weights[sparse.Routed.Down]);
            for (int i = 0; i < inner.Length; i++)
                Experts[layer][i * Experts[layer].Length / inner.Length] += inner[i];
        }

        TrainedGate<float>? dense = feedForward as TrainedGate<float> ?? ((TrainedExperts<float>)feedForward).Shared;
        if (dense is not null)
            Written(layer, weights[dense.Down]).CopyTo(Neurons[layer], 0);
    }

    /// <summary>What each column of a matrix adds, or of several, [count, width, columns]: the sum over its rows.</summary>
    private double[] Written(int layer, Tensor<float> matrix)
    {
        int columns = matrix.Shape[^1], area = _shape.Width * columns;
        double[] sums = new double[matrix.Count / _shape.Width];
        for (int i = 0; i < matrix.Count; i++)
        {
            double term = (double)matrix.Data[i] * matrix.Gradient[i];
            sums[(i / area * columns) + (i % columns)] += term;
            Channels[i % area / columns] += term;
            Layers[layer] += term;
        }

        return sums;
    }
}
