using Google.Protobuf;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Onnx.Format;
using McuAi.ModelConverter.Passes;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Reads .onnx files (operator sets 7 to 25). Inside the graph images are NHWC; its inputs and outputs keep
/// the file's own layout, so that their values compare with other runtimes'. Dimensions left open in the file become
/// 1. Half, bfloat16 and double values become float32. Quantized models (QDQ or QLinear) give the graph that the same
/// model as .tflite would give: int8 activations, weights symmetric per channel, int32 biases.</summary>
public static class OnnxImporter
{
    public const int OldestOpset = 7;
    public const int NewestOpset = 25;

    public static IEnumerable<string> SupportedOperators => OperatorTable.Names;

    public static ModelGraph Import(ReadOnlyMemory<byte> file, string name)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(file.Span);
        }
        // The library reports some malformed lengths as an index out of range.
        catch (Exception broken) when (broken is InvalidProtocolBufferException or IndexOutOfRangeException)
        {
            throw new ModelException($"'{name}' is no ONNX model, or is damaged: {broken.Message}", broken);
        }

        return Import(model, name, file.Length);
    }

    internal static ModelGraph Import(ModelProto model, string name, long fileBytes)
    {
        OnnxContext context = Translate(model, name, fileBytes);
        ImportPasses.Run(context.Graph, context.Budget);
        for (int i = 0; i < context.Graph.Outputs.Count; i++)
            context.Graph.Outputs[i].Name = model.Graph.Output[i].Name;

        return context.Graph;
    }

    /// <summary>The graph before any pass: every value in the file's layout, transposes around spatial
    /// operators.</summary>
    internal static OnnxContext Translate(ModelProto model, string name, long fileBytes)
    {
        if (model.Graph is null)
            throw new ModelException($"'{name}' is no ONNX model: it holds no graph.");

        int opset = Opset(model, name);
        var context = new OnnxContext(name, new ConstantBudget(fileBytes));
        DefineInputs(context, model.Graph);
        for (int i = 0; i < model.Graph.Node.Count; i++)
        {
            var node = new OnnxNode(model.Graph.Node[i], i, opset);
            OperatorTable.Find(node, model.Graph.Node[i].Domain)(context, node);
        }

        DefineOutputs(context, model.Graph);
        foreach (StringStringEntryProto entry in model.MetadataProps)
            context.Graph.Metadata[entry.Key] = entry.Value;

        if (model.DocString.Length > 0)
            context.Graph.Metadata.TryAdd("description", model.DocString);

        return context;
    }

    private static int Opset(ModelProto model, string name)
    {
        long version = model.OpsetImport.Where(entry => entry.Domain is "" or "ai.onnx").Select(entry => entry.Version)
            .DefaultIfEmpty(1).Max();
        return version is >= OldestOpset and <= NewestOpset
            ? (int)version
            : throw new ModelException($"'{name}' uses ONNX operator set {version}; {OldestOpset} to {NewestOpset} are "
                + "supported. Export or convert it for one of them.");
    }

    private static void DefineInputs(OnnxContext context, GraphProto graph)
    {
        foreach (TensorProto initializer in graph.Initializer)
        {
            Tensor constant = OnnxTensorReader.Read(initializer, initializer.Name, context.Budget);
            if (OnnxTensorReader.Offset(initializer.DataType) != 0)
                context.MarkUnsignedSubByte(constant);

            context.Define(initializer.Name, constant);
        }

        foreach (ValueInfoProto input in graph.Input)
        {
            if (context.Find(input.Name) is not null)
                continue; // the default value of an input is the initializer of its name

            Tensor tensor = Declared(input);
            context.Define(input.Name, tensor);
            context.Graph.Inputs.Add(tensor);
        }
    }

    private static Tensor Declared(ValueInfoProto input)
    {
        if (input.Type?.TensorType is not { Shape: { } shape } tensor)
            throw new ModelException($"Input '{input.Name}' is not a tensor of known rank.");

        DataType type = OnnxTensorReader.TypeOf(tensor.ElemType)
            ?? throw OnnxTensorReader.Unsupported($"Input '{input.Name}'", (TensorProto.Types.DataType)tensor.ElemType);
        if (type.Bits() < 8)
            throw new ModelException($"Input '{input.Name}' has elements of less than a byte, which is not supported.");

        var sizes = new int[shape.Dim.Count];
        for (int i = 0; i < sizes.Length; i++)
        {
            // An open dimension is the batch, or something as free.
            long size = shape.Dim[i].HasDimValue ? shape.Dim[i].DimValue : 1;
            if (size is < 1 or > 1 << 28 || sizes.Length > OnnxTensorReader.MaxRank)
                throw new ModelException($"Input '{input.Name}' has the unusable size {size} as dimension {i}.");

            sizes[i] = (int)size;
        }

        OnnxTensorReader.Count(sizes, input.Name);
        return new Tensor(input.Name, type, sizes);
    }

    private static void DefineOutputs(OnnxContext context, GraphProto graph)
    {
        if (graph.Output.Count == 0)
            throw new ModelException("The ONNX model has no outputs.");

        foreach (ValueInfoProto output in graph.Output)
        {
            Tensor tensor = context.Find(output.Name)
                ?? throw new ModelException($"No operator computes the model's output '{output.Name}'.");
            if (tensor.IsConstant)
                tensor = ConstantFolding.Real(tensor, context.Budget);

            bool copy = tensor.IsConstant || context.Graph.Inputs.Contains(tensor)
                || context.Graph.Outputs.Contains(tensor);
            if (tensor.Shape.Contains(0))
                throw new ModelException($"The model's output '{output.Name}' is empty.");

            context.Graph.Outputs.Add(copy ? Copy(context.Graph, tensor, output.Name) : tensor);
        }
    }

    /// <summary>A graph's output is written by a node and is one output only.</summary>
    private static Tensor Copy(ModelGraph graph, Tensor tensor, string name)
    {
        var copy = new Tensor(name, tensor.Type, tensor.Shape) { Quantization = tensor.Quantization };
        graph.Nodes.Add(new Node(OperatorKind.Reshape, $"output '{name}'", [tensor], [copy], OperatorAttributes.None));
        return copy;
    }
}
