using System.Numerics;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;
using McuAi.ModelConverter.Quantizing;
using Real = McuAi.ModelConverter.Reference.RealValues;

namespace McuAi.ModelConverter.Training;

/// <summary>A float <see cref="ModelGraph"/> that can be trained: its constants become parameters, its operators run on a
/// tape with any batch size. What is trained is the very graph that is converted afterwards, whether the project built it
/// or it was imported. ONNX's recurrent layers are unrolled in it, as conversion would do. A softmax at the end is left to
/// the loss.</summary>
public sealed class Network<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Momentum = 0.1;

    private readonly ModelGraph _graph;
    private readonly List<Node> _nodes;
    private readonly Dictionary<Tensor, Parameter<T>> _parameters = [];
    private readonly Dictionary<Tensor, OperatorKind> _layouts = [];
    private readonly Dictionary<Tensor, T[]> _statistics = [];
    private readonly Dictionary<Tensor, Tensor<T>> _fixed = [];
    private readonly Tensor _output;

    /// <exception cref="ModelException">The graph has an operator that cannot be trained.</exception>
    public Network(ModelGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _graph = graph;
        if (graph.Inputs.Count != 1 || graph.Outputs.Count != 1)
            throw new ModelException($"A network to be trained has one input and one output, not {graph.Inputs.Count} " +
                $"and {graph.Outputs.Count}.");
        if (graph.Inputs[0].Rank == 0 || graph.Inputs[0].Shape[0] != 1)
            throw new ModelException($"A network to be trained takes one input at a time, not {graph.Inputs[0]}.");
        RecurrentUnrolling.Run(graph);
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
    public double Dropout { get; set; }

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
        int batch = x.Shape[0], count = _graph.Inputs[0].Elements;
        if (x.Count != batch * count)
            throw new ModelException($"Inputs of {x} do not fit the network's {_graph.Inputs[0]}.");
        var run = new NetworkRun<T>(this, tape, batch, random, observer);
        run.Set(_graph.Inputs[0], x);
        Node? dropped = Dropout > 0 ? _nodes.LastOrDefault(node => node.Kind == OperatorKind.FullyConnected) : null;
        foreach (Node node in _nodes)
            run.Execute(node, node == dropped ? Dropout : 0);
        Tensor<T> y = run.Get(_output);
        return _output.Shape[0] == 1 && _output.Rank > 1 ? tape.Reshape(y, [batch, .. _output.Shape[1..]]) : y;
    }

    /// <summary>Writes what was trained into the graph's constants.</summary>
    public void Store()
    {
        foreach ((Tensor constant, Parameter<T> parameter) in _parameters)
            Store(constant, ConstantLayout.ToGraph<T>(_layouts[constant], constant.Shape, parameter.Value.Data));
        foreach ((Tensor constant, T[] values) in _statistics)
            Store(constant, [.. values.Select(float.CreateChecked)]);
    }

    internal Tensor Output => _output;

    /// <summary>A constant, whether it is trained or not.</summary>
    internal Tensor<T> Parameter(Tensor constant)
    {
        if (_parameters.TryGetValue(constant, out Parameter<T>? parameter))
            return parameter.Value;
        return _fixed.TryGetValue(constant, out Tensor<T>? value)
            ? value
            : throw new ModelException($"{constant} is computed; only constant weights can be trained.");
    }

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
                _statistics.ContainsKey(constant) || _fixed.ContainsKey(constant))
                continue;
            if (constant.Type != DataType.Float32)
                throw new ModelException($"{node.Name}: {constant} is quantized; only float models can be trained.");
            float[] values = Real.OfConstant(constant);
            if (node.Kind == OperatorKind.BatchNorm && i >= 3)
                _statistics.Add(constant, [.. values.Select(T.CreateChecked)]);
            else
                AddConstant(node, i, constant, values);
        }
    }

    private void AddConstant(Node node, int index, Tensor constant, float[] values)
    {
        bool weights = index == 1 && LayerWeights.Has(node);
        OperatorKind layout = weights ? node.Kind : OperatorKind.Reshape;
        int[] shape = constant.Rank == 0 ? [1] : ConstantLayout.Shape(layout, constant.Shape);
        bool trained = IsTrained(node, constant);
        var tensor = new Tensor<T>(ConstantLayout.ToTraining<T>(layout, constant.Shape, values), shape)
        {
            NeedsGradient = trained,
        };
        if (!trained)
        {
            _fixed.Add(constant, tensor);
            return;
        }

        _layouts[constant] = layout;
        bool decays = weights || node.Kind == OperatorKind.BatchMatMul;
        _parameters.Add(constant, new Parameter<T>($"{_parameters.Count}:{constant.Name}", tensor, decays));
    }

    /// <summary>Vectors that are added or multiplied are biases and factors to be trained; a single number is part of a
    /// formula, such as the sixth of a hard swish.</summary>
    private static bool IsTrained(Node node, Tensor constant) => node.Kind switch
    {
        OperatorKind.Add or OperatorKind.Sub or OperatorKind.Mul or OperatorKind.Div => constant.Elements > 1,
        OperatorKind.BatchNorm or OperatorKind.BatchMatMul => true,
        _ => LayerWeights.Has(node),
    };
}
