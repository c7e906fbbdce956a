using System.Numerics;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Training;

/// <summary>Quantization-aware training of a network: weights are rounded with learned scales, activations to int8 with
/// calibrated ones, exactly where the integer model rounds them.</summary>
public sealed class QuantizationAwareness<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly Dictionary<Node, DataType> _types = [];
    private readonly Dictionary<Node, Parameter<T>> _scales = [];
    private readonly Dictionary<Tensor, Quantization> _activations = [];
    private readonly Dictionary<Node, Tensor> _stored = [];

    /// <param name="weightType">Int8, Int4 or Int2 for each layer with weights.</param>
    public QuantizationAwareness(Network<T> network, Func<Node, DataType> weightType)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weightType);
        _network = network;
        foreach (Node node in network.Nodes.Where(LayerWeights.Has))
        {
            MakeFactorsPositive(node);
            _types[node] = weightType(node);
            Tensor<T> weights = network.Parameter(node.Input(1));
            T[] scales = [.. Enumerable.Range(0, weights.Channels).Select(channel =>
                T.CreateChecked(Scale(weights, channel, _types[node])))];
            _scales[node] = new Parameter<T>($"scale of {node.Output.Name}",
                new Tensor<T>(scales, scales.Length) { NeedsGradient = true }, false);
        }
    }

    public IEnumerable<Parameter<T>> Parameters => _scales.Values;

    /// <summary>Fixed quantizations of activations, such as those that the model's input is given with.</summary>
    public IDictionary<Tensor, Quantization> Activations => _activations;

    public DataType WeightType(Node node) => _types[node];

    /// <summary>The weights as the integer model has them.</summary>
    internal Tensor<T> Weights(Tape<T> tape, Node node, Tensor<T> weights)
    {
        ActivationRange range = WeightQuantizer.Range(_types[node]);
        return tape.FakeQuantizeWeights(weights, _scales[node].Value, range.Min, range.Max);
    }

    /// <summary>The activation as the integer model has it; as it is where it has no quantization.</summary>
    internal Tensor<T> Activation(Tape<T> tape, Tensor tensor, Tensor<T> value) =>
        _activations.TryGetValue(tensor, out Quantization? quantization)
            ? tape.FakeQuantize(value, quantization.Scale, quantization.ZeroPoint, sbyte.MinValue, sbyte.MaxValue)
            : value;

    /// <summary>Sets the quantizations of all activations from what <paramref name="batches"/> of typical inputs give. The
    /// batches run in real numbers.</summary>
    /// <param name="percentile">Share of the values, in percent, that stays inside each end.</param>
    public void Calibrate(IEnumerable<Tensor<T>> batches, double percentile, IReadOnlyDictionary<Tensor, Quantization>? given = null)
    {
        ArgumentNullException.ThrowIfNull(batches);
        var samples = new Dictionary<Tensor, List<T[]>>();
        HashSet<Tensor> rounded = RoundedTensors();
        var tape = new Tape<T> { IsTraining = false };
        _activations.Clear();
        foreach (Tensor<T> batch in batches)
        {
            _network.Forward(tape, batch, observer: (tensor, value) =>
            {
                if (!rounded.Contains(tensor))
                    return;
                if (!samples.TryGetValue(tensor, out List<T[]>? list))
                    samples.Add(tensor, list = []);
                list.Add(value.Data.ToArray());
            });
            tape.Reset();
        }

        foreach ((Tensor tensor, List<T[]> values) in samples)
        {
            T[] sorted = [.. values.SelectMany(value => value)];
            Array.Sort(sorted);
            int cut = (int)((1 - (percentile / 100)) * sorted.Length);
            _activations[tensor] = PostTrainingQuantizer.FromRange(double.CreateChecked(sorted[cut]),
                double.CreateChecked(sorted[^(cut + 1)]));
        }

        foreach ((Tensor tensor, Quantization quantization) in given ?? new Dictionary<Tensor, Quantization>())
            _activations[tensor] = quantization;
        // An average is rounded to the scale of what it averages.
        foreach (Node node in _network.Nodes.Where(node => node.Kind == OperatorKind.AveragePool2D))
            if (_activations.TryGetValue(node.Input(0), out Quantization? same))
                _activations[node.Output] = same;
    }

    /// <summary>After each step: keeps the factors of batch normalization and the scales positive.</summary>
    public void Constrain()
    {
        foreach (Node norm in _network.Nodes.Where(node => node.Kind == OperatorKind.BatchNorm))
            RaiseTo(_network.Parameter(norm.Input(1)), T.CreateChecked(1e-3));
        foreach (Parameter<T> scales in _scales.Values)
            RaiseTo(scales.Value, T.CreateChecked(1e-6));
    }

    private static void RaiseTo(Tensor<T> tensor, T least) =>
        System.Numerics.Tensors.TensorPrimitives.Max<T>(tensor.Data, least, tensor.Data);

    /// <summary>Writes integer weights and the activations' quantizations into the network's graph, for the converter to
    /// take over.</summary>
    public void Store()
    {
        foreach ((Node node, Parameter<T> scales) in _scales)
            StoreWeights(node, [.. scales.Value.Data.ToArray().Select(float.CreateChecked)]);
        foreach ((Tensor tensor, Quantization quantization) in _activations)
            tensor.Quantization = quantization;
    }

    /// <summary>Takes back what <see cref="Store"/> wrote, so that training can go on.</summary>
    public void Forget()
    {
        foreach ((Node node, Tensor filter) in _stored)
            node.Inputs[1] = filter;
        foreach (Tensor tensor in _activations.Keys)
            tensor.Quantization = null;
        _stored.Clear();
    }

    private void StoreWeights(Node node, float[] scales)
    {
        Tensor filter = _stored[node] = node.Input(1);
        float[] values = ConstantLayout.ToGraph<T>(node.Kind, filter.Shape, _network.Parameter(filter).Data);
        int axis = node.Kind == OperatorKind.DepthwiseConv2D ? 3 : 0;
        int inner = Dimensions.Product(filter.Shape.AsSpan(axis + 1));
        sbyte[] levels = [.. values.Select((value, i) =>
            WeightQuantizer.Round(value, scales[i / inner % scales.Length], _types[node]))];
        Tensor quantized = Tensor.Constant<sbyte>(filter.Name, _types[node], filter.Shape, levels);
        quantized.Quantization = new Quantization(scales, new int[scales.Length], axis);
        node.Inputs[1] = quantized;
    }

    /// <summary>Activations that exist in the integer model: not those between a layer and what is fused into it.
    /// </summary>
    private HashSet<Tensor> RoundedTensors()
    {
        var rounded = new HashSet<Tensor>(_network.Graph.Inputs);
        foreach (Node node in _network.Nodes)
        {
            Node[] consumers = [.. _network.Nodes.Where(other => other.Inputs.Contains(node.Output))];
            bool fused = consumers is [{ Kind: OperatorKind.BatchNorm or OperatorKind.Relu or OperatorKind.Relu6 }];
            // Operators that only move elements keep the quantization of their input.
            bool moves = node.Kind is OperatorKind.Reshape or OperatorKind.Transpose or OperatorKind.MaxPool2D
                or OperatorKind.AveragePool2D or OperatorKind.Slice or OperatorKind.Split or OperatorKind.Pad
                or OperatorKind.ResizeNearest;
            if (!fused && !moves)
                rounded.Add(node.Output);
        }

        return rounded;
    }

    /// <summary>Batch normalization after a layer may have negative factors, which would turn the signs of its integers
    /// around when it is folded; the layer's weights and the factors are negated instead, which changes nothing.</summary>
    private void MakeFactorsPositive(Node node)
    {
        if (_network.Nodes.SingleOrDefault(other => other.Inputs.Contains(node.Output)) is not
            { Kind: OperatorKind.BatchNorm } norm)
            return;
        (Tensor<T> weights, Tensor<T> gamma) = (_network.Parameter(node.Input(1)), _network.Parameter(norm.Input(1)));
        T[] mean = _network.Mean(norm);
        for (int channel = 0; channel < gamma.Count; channel++)
        {
            if (gamma.Data[channel] >= T.Zero)
                continue;
            gamma.Data[channel] = -gamma.Data[channel];
            mean[channel] = -mean[channel];
            for (int i = channel; i < weights.Count; i += weights.Channels)
                weights.Data[i] = -weights.Data[i];
            if (node.OptionalInput(2) is { } bias)
                _network.Parameter(bias).Data[channel] = -_network.Parameter(bias).Data[channel];
        }
    }

    private static double Scale(Tensor<T> weights, int channel, DataType type)
    {
        float[] row = [.. Enumerable.Range(0, weights.Rows).Select(i =>
            float.CreateChecked(weights.Data[(i * weights.Channels) + channel]))];
        return Array.TrueForAll(row, value => value == 0) ? 1e-3 : WeightQuantizer.Scale(row, type);
    }
}
