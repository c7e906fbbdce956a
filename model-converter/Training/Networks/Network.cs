using System.Numerics;
using McuAi.ModelConverter.Graph;
using Real = McuAi.ModelConverter.Reference.RealValues;

namespace McuAi.ModelConverter.Training;

/// <summary>A float <see cref="ModelGraph"/> that can be trained: its constants become parameters, its operators run on a
/// tape with any batch size. What is trained is the very graph that is converted afterwards, whether the project built it
/// or it was imported. A softmax at the end is left to the loss.</summary>
public sealed class Network<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Momentum = 0.1;

    private readonly ModelGraph _graph;
    private readonly List<Node> _nodes;
    private readonly Dictionary<Tensor, Parameter<T>> _parameters = [];
    private readonly Dictionary<Tensor, OperatorKind> _layouts = [];
    private readonly Dictionary<Tensor, T[]> _statistics = [];
    private readonly Tensor _output;

    /// <exception cref="ModelException">The graph has an operator that cannot be trained.</exception>
    public Network(ModelGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _graph = graph;
        if (graph.Inputs.Count != 1 || graph.Outputs.Count != 1)
            throw new ModelException($"A network to be trained has one input and one output, not {graph.Inputs.Count} " +
                $"and {graph.Outputs.Count}.");
        Node? last = graph.Producer(graph.Outputs[0]);
        bool softmax = last?.Kind == OperatorKind.Softmax;
        _output = softmax ? last!.Input(0) : graph.Outputs[0];
        _nodes = [.. graph.Nodes.Where(node => !softmax || node != last)];
        foreach (Node node in _nodes)
            AddConstants(node);
    }

    public ModelGraph Graph => _graph;

    /// <summary>In the order of the graph.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => [.. _parameters.Values, .. Quantization?.Parameters ?? []];

    /// <summary>Running statistics of batch normalization: state that is not trained by gradients.</summary>
    public IReadOnlyList<T[]> Statistics => [.. _statistics.Values];

    /// <summary>Of the input of the last dense layer, in training.</summary>
    public double Dropout { get; init; }

    /// <summary>Rounds weights and activations as the integer model will; null: trains in real numbers.</summary>
    public QuantizationAwareness<T>? Quantization { get; set; }

    internal IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Logits or outputs of a batch: x [N, ...] of the graph's input shape without its first dimension.</summary>
    /// <param name="random">For dropout.</param>
    /// <param name="observer">Sees every activation.</param>
    public Tensor<T> Forward(Tape<T> tape, Tensor<T> x, Random? random = null, Action<Tensor, Tensor<T>>? observer = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(x);
        var run = new NetworkRun<T>(this, tape, x.Shape[0], random, observer);
        run.Set(_graph.Inputs[0], x);
        Node? dropped = Dropout > 0 ? _nodes.LastOrDefault(node => node.Kind == OperatorKind.FullyConnected) : null;
        foreach (Node node in _nodes)
            run.Execute(node, node == dropped ? Dropout : 0);
        return run.Get(_output);
    }

    /// <summary>Writes what was trained into the graph's constants.</summary>
    public void Store()
    {
        foreach ((Tensor constant, Parameter<T> parameter) in _parameters)
            Store(constant, ConstantLayout.ToGraph<T>(_layouts[constant], constant.Shape, parameter.Value.Data));
        foreach ((Tensor constant, T[] values) in _statistics)
            Store(constant, [.. values.Select(float.CreateChecked)]);
    }

    internal Tensor<T> Parameter(Tensor constant) => _parameters[constant].Value;

    internal Parameter<T> ParameterOf(Tensor constant) => _parameters[constant];

    /// <summary>Running mean of a batch normalization.</summary>
    internal T[] Mean(Node batchNorm) => _statistics[batchNorm.Input(3)];

    internal Tensor<T> BatchNorm(Tape<T> tape, Node node, Tensor<T> x, bool relu) => tape.BatchNorm(x,
        Parameter(node.Input(1)), Parameter(node.Input(2)), _statistics[node.Input(3)], _statistics[node.Input(4)],
        node.Get<BatchNormAttributes>().Epsilon, Momentum, relu);

    private static void Store(Tensor constant, float[] values) =>
        constant.Data = System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values).ToArray();

    private void AddConstants(Node node)
    {
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is not { IsConstant: true } constant || _parameters.ContainsKey(constant) ||
                _statistics.ContainsKey(constant))
                continue;
            if (constant.Type != DataType.Float32)
                throw new ModelException($"{node.Name}: {constant} is quantized; only float models can be trained.");
            float[] values = Real.OfConstant(constant);
            if (node.Kind == OperatorKind.BatchNorm && i >= 3)
            {
                _statistics.Add(constant, [.. values.Select(T.CreateChecked)]);
                continue;
            }

            bool weights = i == 1 && node.Kind != OperatorKind.BatchNorm;
            OperatorKind layout = weights ? node.Kind : OperatorKind.Reshape;
            _layouts[constant] = layout;
            var tensor = new Tensor<T>(ConstantLayout.ToTraining<T>(layout, constant.Shape, values),
                ConstantLayout.Shape(layout, constant.Shape)) { NeedsGradient = true };
            _parameters.Add(constant, new Parameter<T>($"{_parameters.Count}:{constant.Name}", tensor, weights));
        }
    }
}
