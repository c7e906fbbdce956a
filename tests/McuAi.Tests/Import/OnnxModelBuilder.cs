using System.Runtime.InteropServices;
using Google.Protobuf;
using McuAi.ModelConverter.Import.Onnx.Format;
using Element = McuAi.ModelConverter.Import.Onnx.Format.TensorProto.Types.DataType;

namespace McuAi.Tests.Import;

/// <summary>Writes small ONNX models for tests.</summary>
internal sealed class OnnxModelBuilder
{
    private readonly ModelProto model = new() { IrVersion = 8, Graph = new GraphProto { Name = "test" } };
    private int names;

    public OnnxModelBuilder(int opset = 21) => model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });

    public ModelProto Model => model;

    public string Input(string name, Element type, params int[] shape)
    {
        model.Graph.Input.Add(Value(name, type, shape));
        return name;
    }

    public string Input(string name, params int[] shape) => Input(name, Element.Float, shape);

    public string Constant(float[] values, params int[] shape) =>
        Constant(Element.Float, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    public string Integers(params long[] values) =>
        Constant(Element.Int64, MemoryMarshal.AsBytes(values.AsSpan()), values.Length);

    public string Constant(Element type, ReadOnlySpan<byte> data, params int[] shape)
    {
        var tensor = new TensorProto { Name = Name("c"), DataType = type, RawData = ByteString.CopyFrom(data) };
        tensor.Dims.AddRange(shape.Select(size => (long)size));
        model.Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>A node with one output, whose name it returns.</summary>
    public string Node(string type, string[] inputs, params (string Name, object Value)[] attributes) =>
        Nodes(type, inputs, 1, attributes)[0];

    public string[] Nodes(string type, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = type, Name = Name(type) };
        node.Input.AddRange(inputs);
        node.Output.AddRange(Enumerable.Range(0, outputs).Select(_ => Name("v")));
        node.Attribute.AddRange(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        model.Graph.Node.Add(node);
        return [.. node.Output];
    }

    public void Output(string value, Element type = Element.Float)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type };
        model.Graph.Output.Add(new ValueInfoProto { Name = value, Type = new TypeProto { TensorType = tensor } });
    }

    public byte[] Build() => model.ToByteArray();

    private static ValueInfoProto Value(string name, Element type, int[] shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (int size in shape)
        {
            dimensions.Dim.Add(size < 0
                ? new TensorShapeProto.Types.Dimension { DimParam = "N" }
                : new TensorShapeProto.Types.Dimension { DimValue = size });
        }

        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case int integer:
                (attribute.I, attribute.Type) = (integer, 2);
                break;
            case float real:
                (attribute.F, attribute.Type) = (real, 1);
                break;
            case string text:
                (attribute.S, attribute.Type) = (ByteString.CopyFromUtf8(text), 3);
                break;
            case int[] integers:
                attribute.Ints.AddRange(integers.Select(item => (long)item));
                attribute.Type = 7;
                break;
            default:
                throw new ArgumentException($"attribute {name}");
        }

        return attribute;
    }

    private string Name(string prefix) => $"{prefix}{names++}";
}
