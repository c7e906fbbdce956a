using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Memory;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Turns a fully quantized graph into a planned pack: operators get integer parameters, weights their rows
/// layout, reshapes become views, and the arena is planned.</summary>
public sealed partial class GraphLowering
{
    private readonly ModelGraph _graph;
    private readonly PackModel _model = new();
    private readonly Dictionary<Tensor, PackTensor> _tensors = new(ReferenceEqualityComparer.Instance);

    private GraphLowering(ModelGraph graph) => _graph = graph;

    /// <summary>Lowers <paramref name="graph"/> for the kernels of <paramref name="family"/>.</summary>
    /// <param name="mostArena">Bytes that the arena should take at most, as in <see cref="PackLayout.Apply"/>.</param>
    /// <exception cref="ModelException">An operator or a tensor cannot be run in fixed point.</exception>
    public static PackModel Lower(ModelGraph graph, KernelFamily family, int mostArena = int.MaxValue)
    {
        var lowering = new GraphLowering(FloatEdges.Drop(graph));
        lowering.Run();
        ConstantSharing.Run(lowering._model);
        PackLayout.Apply(lowering._model, family, mostArena);
        return lowering._model;
    }

    private void Run()
    {
        foreach (Tensor input in _graph.Inputs)
            _model.Inputs.Add(Activation(input));
        foreach (Node node in _graph.Nodes)
            Lower(node);
        foreach (Tensor output in _graph.Outputs)
            _model.Outputs.Add(Output(output));
        _model.Metadata["name"] = _graph.Name;
        foreach ((string key, string value) in _graph.Metadata)
            _model.Metadata[key] = value;
        for (int i = 0; i < _graph.Inputs.Count; i++)
            _model.Metadata[$"input.{i}"] = _graph.Inputs[i].Name;
        for (int i = 0; i < _graph.Outputs.Count; i++)
            _model.Metadata[$"output.{i}"] = _graph.Outputs[i].Name;
    }

    /// <summary>The pack's tensor for an activation or a state of the graph.</summary>
    private PackTensor Activation(Tensor tensor)
    {
        if (_tensors.TryGetValue(tensor, out PackTensor? known))
            return known;
        return Add(tensor, tensor.IsState ? TensorPlace.State : TensorPlace.Arena, null);
    }

    /// <summary>A model output has to be in the arena, and separate from the inputs: a constant or a view of an input
    /// is copied.</summary>
    private PackTensor Output(Tensor output)
    {
        PackTensor tensor = output.IsConstant ? Data(output) : Activation(output);
        if (tensor.Place == TensorPlace.Arena)
            return tensor;
        var copy = new PackTensor(output.Name + " (copy)", tensor.Type, tensor.Shape, TensorPlace.Arena)
        {
            Scale = tensor.Scale,
            ZeroPoint = tensor.ZeroPoint,
        };
        _model.Tensors.Add(copy);
        Emit(Opcode.Copy, [tensor], [copy], []);
        return copy;
    }

    private PackTensor Add(Tensor tensor, TensorPlace place, PackTensor? viewOf)
    {
        if (tensor.Type is not (DataType.Int8 or DataType.Int16 or DataType.Int32 or DataType.UInt8))
            throw new ModelException($"Tensor '{tensor.Name}' is {tensor.Type}; the core computes in integers only. " +
                "Quantize the model: convert with --calibrate DATA.");
        int[] shape = Collapse(tensor);
        var lowered = new PackTensor(tensor.Name, tensor.Type, shape, place)
        {
            Scale = tensor.Quantization?.Scale ?? 0,
            ZeroPoint = tensor.Quantization?.ZeroPoint ?? 0,
            ViewOf = viewOf,
        };
        _tensors[tensor] = lowered;
        _model.Tensors.Add(lowered);
        return lowered;
    }

    /// <summary>The shape with at most four dimensions: leading ones are dropped.</summary>
    private static int[] Collapse(Tensor tensor)
    {
        int[] shape = tensor.Shape;
        while (shape.Length > 4 && shape[0] == 1)
            shape = shape[1..];
        return shape.Length <= 4
            ? shape
            : throw new ModelException($"Tensor '{tensor.Name}' has {tensor.Rank} dimensions " +
                $"[{string.Join(", ", tensor.Shape)}]; the core handles four.");
    }

    /// <summary>A constant of plain elements.</summary>
    private PackTensor Data(Tensor constant)
    {
        if (_tensors.TryGetValue(constant, out PackTensor? known))
            return known;
        PackTensor lowered = Add(constant, TensorPlace.Shard, null);
        lowered.Blob = constant.Data;
        return lowered;
    }

    /// <summary>An operand that may be an activation or a constant.</summary>
    private PackTensor Operand(Tensor tensor) => tensor.IsConstant ? Data(tensor) : Activation(tensor);

    /// <summary>The weights of a convolution or dense layer, without dead channels.</summary>
    private PackTensor Weights(Node node, ConvParameters parameters, int[] shape) => Weights(node.Input(1),
        ConstantRows.Simplify(ConvParameters.Rows(node), parameters.ActivationMin, parameters.ActivationMax), shape);

    private PackTensor Weights(Tensor filter, RowWeights rows) => Weights(filter, rows, filter.Shape);

    /// <summary>Weights in rows layout, for now; <see cref="PackLayout"/> chooses another.</summary>
    private PackTensor Weights(Tensor filter, RowWeights rows, int[] shape)
    {
        var lowered = new PackTensor(filter.Name, rows.Type, shape, TensorPlace.Shard)
        {
            Scale = filter.Quantization?.Scale ?? 0,
            Blob = new RowsFamily().EncodeDense(rows),
        };
        _model.Tensors.Add(lowered);
        return lowered;
    }

    private void Emit(Opcode opcode, PackTensor?[] inputs, PackTensor[] outputs, int[] parameters) =>
        _model.Operators.Add(new PackOperator(opcode, inputs, outputs, parameters));
}
