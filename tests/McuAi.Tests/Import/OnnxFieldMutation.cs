using Google.Protobuf;
using McuAi.ModelConverter.Import.Onnx.Format;

namespace McuAi.Tests.Import;

/// <summary>Changes fields of a model that stays well-formed protobuf, so that hostile values get past the parser to
/// the importer itself.</summary>
internal sealed class OnnxFieldMutation(Random random)
{
    private static readonly long[] Edges =
        [0, 1, -1, 2, 3, 4, 5, 7, 8, 255, 65536, 1 << 20, 1 << 28, int.MaxValue, int.MinValue, long.MaxValue,
        long.MinValue];

    private static readonly float[] Reals =
        [0, 1, -1, 6, 1e-30f, 1e30f, float.NaN, float.PositiveInfinity, float.MaxValue];

    public byte[] Mutate(byte[] file)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(file);
        for (int edits = 1 + random.Next(3); edits > 0; edits--)
            Edit(model.Graph);

        return model.ToByteArray();
    }

    private void Edit(GraphProto graph)
    {
        switch (random.Next(7))
        {
            case 0:
                EditConnections(graph);
                break;
            case 1 or 2:
                EditAttribute(Any(graph.Node));
                break;
            case 3 or 4:
                EditTensor(graph);
                break;
            case 5:
                EditInput(graph);
                break;
            default:
                NodeProto node = Any(graph.Node)!;
                node.OpType = Any(graph.Node)!.OpType;
                break;
        }
    }

    private void EditConnections(GraphProto graph)
    {
        NodeProto node = Any(graph.Node)!;
        switch (random.Next(5))
        {
            case 0 when node.Input.Count > 0:
                node.Input[random.Next(node.Input.Count)] = AnyValue(graph);
                break;
            case 1 when node.Input.Count > 0:
                node.Input.RemoveAt(random.Next(node.Input.Count));
                break;
            case 2:
                node.Input.Add(AnyValue(graph));
                break;
            case 3:
                node.Output.Add($"extra{random.Next(1000)}");
                break;
            default:
                graph.Output[0].Name = AnyValue(graph);
                break;
        }
    }

    private void EditAttribute(NodeProto? node)
    {
        if (node is null || Any(node.Attribute) is not { } attribute)
            return;

        switch (random.Next(5))
        {
            case 0:
                node.Attribute.Remove(attribute);
                break;
            case 1:
                attribute.I = Edges[random.Next(Edges.Length)];
                attribute.F = Reals[random.Next(Reals.Length)];
                break;
            case 2:
                attribute.Ints.Add(Edges[random.Next(Edges.Length)]);
                break;
            case 3 when attribute.Ints.Count > 0:
                attribute.Ints[random.Next(attribute.Ints.Count)] = Edges[random.Next(Edges.Length)];
                break;
            default:
                attribute.Name = Any(node.Attribute)!.Name;
                break;
        }
    }

    private void EditTensor(GraphProto graph)
    {
        if (Any(graph.Initializer) is not { } tensor)
            return;

        switch (random.Next(6))
        {
            case 0:
                tensor.DataType = Any(graph.Initializer)!.DataType;
                break;
            case 1 when tensor.Dims.Count > 0:
                tensor.Dims[random.Next(tensor.Dims.Count)] = Edges[random.Next(Edges.Length)];
                break;
            case 2:
                tensor.Dims.Insert(0, 1);
                break;
            case 3 when tensor.Dims.Count > 1:
                (tensor.Dims[0], tensor.Dims[^1]) = (tensor.Dims[^1], tensor.Dims[0]);
                break;
            case 4:
                tensor.Dims.Clear();
                tensor.Dims.Add(0);
                tensor.RawData = ByteString.Empty;
                break;
            default:
                EditElement(tensor);
                break;
        }
    }

    private void EditElement(TensorProto tensor)
    {
        byte[] data = tensor.RawData.ToByteArray();
        if (data.Length >= 8 && tensor.DataType == TensorProto.Types.DataType.Int64)
            BitConverter.TryWriteBytes(data.AsSpan(random.Next(data.Length / 8) * 8), Edges[random.Next(Edges.Length)]);
        else if (data.Length >= 4)
            BitConverter.TryWriteBytes(data.AsSpan(random.Next(data.Length / 4) * 4), Reals[random.Next(Reals.Length)]);

        tensor.RawData = ByteString.CopyFrom(data);
    }

    private void EditInput(GraphProto graph)
    {
        ValueInfoProto input = Any(graph.Input)!;
        TypeProto.Types.Tensor tensor = input.Type.TensorType;
        switch (random.Next(4))
        {
            case 0:
                tensor.ElemType = random.Next(12);
                break;
            case 1:
                tensor.Shape.Dim.Insert(random.Next(tensor.Shape.Dim.Count + 1),
                    new TensorShapeProto.Types.Dimension { DimValue = 1 });
                break;
            case 2 when tensor.Shape.Dim.Count > 0:
                tensor.Shape.Dim.RemoveAt(random.Next(tensor.Shape.Dim.Count));
                break;
            default:
                if (Any(tensor.Shape.Dim) is { } dimension)
                    dimension.DimValue = random.Next(4) > 0 ? random.Next(1, 20) : Edges[random.Next(Edges.Length)];

                break;
        }
    }

    private string AnyValue(GraphProto graph)
    {
        string[] names = [.. graph.Node.SelectMany(node => node.Output),
            .. graph.Initializer.Select(tensor => tensor.Name), "x", ""];
        return names[random.Next(names.Length)];
    }

    private T? Any<T>(IList<T> list) where T : class => list.Count == 0 ? null : list[random.Next(list.Count)];
}
