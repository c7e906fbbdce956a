using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>What the operators' importers share: the values known so far, in ONNX's own layout (NCHW), and the graph
/// being built. A constant with a quantization stands for real numbers, as after a DequantizeLinear.</summary>
internal sealed class OnnxContext(string name, ConstantBudget budget)
{
    private readonly Dictionary<string, Tensor> values = [];
    private readonly HashSet<Tensor> unsignedSubByte = [];
    private readonly HashSet<Tensor> dynamic = [];

    public ModelGraph Graph { get; } = new(name);

    public ConstantBudget Budget { get; } = budget;

    public void Define(string value, Tensor tensor)
    {
        if (!values.TryAdd(value, tensor))
            throw new ModelException($"The ONNX model defines the value '{value}' twice.");
    }

    public Tensor? Find(string value) => values.GetValueOrDefault(value);

    public Tensor Input(OnnxNode node, int index) => !node.HasInput(index)
        ? throw node.Error($"lacks its input {index}")
        : Find(node.Inputs[index]) ?? throw node.Error($"reads '{node.Inputs[index]}', which is not computed before");

    public Tensor? Optional(OnnxNode node, int index) => node.HasInput(index) ? Input(node, index) : null;

    /// <summary>An input that has to be known now, because it decides about shapes or because the graph has no
    /// variable form of it.</summary>
    public Tensor Constant(OnnxNode node, int index, string what)
    {
        Tensor tensor = Input(node, index);
        return tensor.IsConstant
            ? tensor
            : throw node.Error($"computes its {what} at run time ('{tensor.Name}'); it has to be constant");
    }

    /// <summary>Elements of a constant of an integer type.</summary>
    public int[]? Integers(OnnxNode node, int index, string what)
    {
        if (!node.HasInput(index))
            return null;

        Tensor tensor = Constant(node, index, what);
        if (tensor.Type == DataType.Float32)
            throw node.Error($"needs integers as its {what}");

        return [.. Enumerable.Range(0, tensor.Elements)
            .Select(i => (int)Math.Clamp(RealValues.Integer(tensor.Type, tensor.Data, i), int.MinValue, int.MaxValue))];
    }

    /// <summary>Integers that newer operator sets pass as an input and older ones as an attribute.</summary>
    public int[]? IntegersOf(OnnxNode node, int index, string attribute) =>
        node.Ints(attribute) ?? Integers(node, index, attribute);

    public float[]? Reals(OnnxNode node, int index, string what) =>
        node.HasInput(index) ? RealValues.OfConstant(Constant(node, index, what)) : null;

    public void MarkUnsignedSubByte(Tensor tensor) => unsignedSubByte.Add(tensor);

    public bool IsUnsignedSubByte(Tensor tensor) => unsignedSubByte.Contains(tensor);

    /// <summary>A real value that the file quantizes by its own range in each inference.</summary>
    public void MarkDynamic(Tensor tensor) => dynamic.Add(tensor);

    public bool IsDynamic(Tensor tensor) => dynamic.Contains(tensor);

    public void Bind(OnnxNode node, int index, Tensor tensor)
    {
        if (!node.HasOutput(index))
            return;

        if (!tensor.IsConstant && Graph.Nodes.Count > 0 && Graph.Nodes[^1].Outputs.Contains(tensor))
            tensor.Name = node.Outputs[index];

        Define(node.Outputs[index], tensor);
    }

    /// <summary>The type of an operator's result: quantized constants count as real.</summary>
    public static DataType RealType(Tensor tensor) =>
        tensor is { IsConstant: true, Quantization: not null } ? DataType.Float32 : tensor.Type;

    /// <summary>Adds a node with one output, or computes it now if its inputs are constant.</summary>
    public Tensor Emit(OnnxNode node, OperatorKind kind, int[] shape, OperatorAttributes attributes,
        params Tensor?[] inputs) =>
        Emit(node, kind, [shape], attributes, inputs)[0];

    public Tensor[] Emit(OnnxNode node, OperatorKind kind, int[][] shapes, OperatorAttributes attributes,
        params Tensor?[] inputs)
    {
        string prefix = node.Outputs.FirstOrDefault(output => output.Length > 0) ?? node.Title;
        Tensor first = inputs[0]!;
        var outputs = new Tensor[shapes.Length];
        for (int i = 0; i < shapes.Length; i++)
        {
            Check(node, shapes[i], inputs.All(input => input is null or { IsConstant: true }));
            outputs[i] = new Tensor($"{prefix}/{Graph.Nodes.Count}.{i}", RealType(first), shapes[i]);
            if (!first.IsConstant && IsMovement(kind))
                outputs[i].Quantization = first.Quantization;
        }

        return Add(new Node(kind, node.Title, inputs, outputs, attributes));
    }

    public Tensor[] Add(Node node)
    {
        if (node.Inputs.All(input => input is null or { IsConstant: true }) && Fold(node) is { } folded)
            return folded;

        Graph.Nodes.Add(node);
        return [.. node.Outputs];
    }

    public Tensor Transpose(OnnxNode node, Tensor x, params int[] permutation) => Emit(node, OperatorKind.Transpose,
        [.. permutation.Select(axis => x.Shape[axis])], new TransposeAttributes(permutation), x);

    public Tensor Reshape(OnnxNode node, Tensor x, params int[] shape) => shape.SequenceEqual(x.Shape)
        ? x
        : Emit(node, OperatorKind.Reshape, shape, OperatorAttributes.None, x);

    /// <summary>A float32 constant.</summary>
    public static Tensor Scalar(OnnxNode node, float value) =>
        Tensor.Constant<float>($"{node.Outputs[0]}/constant", DataType.Float32, [], [value]);

    public static bool IsMovement(OperatorKind kind) => kind is OperatorKind.Reshape or OperatorKind.Transpose
        or OperatorKind.Concat or OperatorKind.Split or OperatorKind.Slice or OperatorKind.Pad or OperatorKind.MaxPool2D
        or OperatorKind.ResizeNearest;

    private Tensor[]? Fold(Node node)
    {
        if (ConstantFolding.TryFold(node, Budget))
            return [.. node.Outputs];

        Node real = new(node.Kind, node.Name,
            node.Inputs.Select(input => input is null ? null : ConstantFolding.Real(input, Budget)),
            node.Outputs, node.Attributes);
        return ConstantFolding.TryFold(real, Budget) ? [.. node.Outputs] : null;
    }

    private static void Check(OnnxNode node, int[] shape, bool constant)
    {
        if (shape.Length > OnnxTensorReader.MaxRank)
            throw node.Error($"produces {shape.Length} dimensions; {OnnxTensorReader.MaxRank} are supported");

        if (shape.Any(dimension => dimension < (constant ? 0 : 1)))
            throw node.Error($"produces a tensor of the impossible shape {OnnxNode.Show(shape)}");

        OnnxTensorReader.Count(shape, node.Title);
    }
}
