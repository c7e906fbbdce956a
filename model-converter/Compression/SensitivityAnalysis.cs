using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Compression;

/// <summary>What a network loses when the weights of one layer alone are quantized.</summary>
/// <param name="LossIncrease">Of the mean cross-entropy; rounding may happen to help, then it is negative.</param>
/// <param name="Accuracy">With that layer quantized.</param>
public sealed record LayerSensitivity(Node Layer, DataType Type, double LossIncrease, double Accuracy);

/// <summary>Measures on labelled inputs, layer by layer and width by width, what quantization after training costs.</summary>
public static class SensitivityAnalysis
{
    private const int BatchSize = 100;

    /// <summary>One entry for each layer with weights and each of <paramref name="types"/>, in the order of the graph. The
    /// network is left as it was.</summary>
    /// <param name="inputs">[N, ...]</param>
    public static IReadOnlyList<LayerSensitivity> Of(Network<float> network, Tensor<float> inputs, IReadOnlyList<int> labels,
        IReadOnlyList<DataType> types)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(types);
        double loss = Judge(network, inputs, labels).Loss;
        var result = new List<LayerSensitivity>();
        foreach (Node layer in network.Nodes.Where(LayerWeights.Has))
        {
            Tensor<float> weights = network.Parameter(layer.Input(1));
            float[] real = weights.Data.ToArray();
            foreach (DataType type in types)
            {
                Round(weights, type);
                (double rounded, double accuracy) = Judge(network, inputs, labels);
                result.Add(new LayerSensitivity(layer, type, rounded - loss, accuracy));
                real.CopyTo(weights.Data);
            }
        }

        return result;
    }

    /// <summary>Mean cross-entropy and share of right answers.</summary>
    public static (double Loss, double Accuracy) Judge(Network<float> network, Tensor<float> inputs, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(labels);
        var tape = new Tape<float> { IsTraining = false };
        int count = labels.Count, size = inputs.Count / inputs.Shape[0], right = 0;
        double loss = 0;
        for (int first = 0; first < count; first += BatchSize)
        {
            int n = Math.Min(BatchSize, count - first);
            tape.Reset();
            Tensor<float> outputs = network.Forward(tape, new Tensor<float>(
                inputs.Data.Slice(first * size, n * size).ToArray(), [n, .. inputs.Shape[1..]]));
            for (int i = 0; i < n; i++)
            {
                ReadOnlySpan<float> logits = outputs.Data.Slice(i * outputs.Channels, outputs.Channels);
                right += TensorPrimitives.IndexOfMax(logits) == labels[first + i] ? 1 : 0;
                loss += LogSum(logits) - logits[labels[first + i]];
            }
        }

        return (loss / count, (double)right / count);
    }

    /// <summary>Rounds weights [..., O] for each output channel as the converter does after training.</summary>
    private static void Round(Tensor<float> weights, DataType type)
    {
        int channels = weights.Channels;
        var row = new float[weights.Rows];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int k = 0; k < row.Length; k++)
                row[k] = weights.Data[(k * channels) + channel];
            if (Array.TrueForAll(row, weight => weight == 0))
                continue;
            double scale = WeightQuantizer.Scale(row, type);
            for (int k = 0; k < row.Length; k++)
                weights.Data[(k * channels) + channel] = (float)(scale * WeightQuantizer.Round(row[k], scale, type));
        }
    }

    private static double LogSum(ReadOnlySpan<float> logits)
    {
        double greatest = TensorPrimitives.Max(logits), sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - greatest);
        return greatest + Math.Log(sum);
    }
}
