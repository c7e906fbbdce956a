using System.Text;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Onnx.Format;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>A node of the file with typed access to its attributes.</summary>
internal sealed class OnnxNode
{
    private readonly Dictionary<string, AttributeProto> attributes = [];

    public OnnxNode(NodeProto proto, int index, int opset)
    {
        Type = proto.OpType;
        Inputs = [.. proto.Input];
        Outputs = [.. proto.Output];
        Opset = opset;
        Index = index;
        Title = proto.Name.Length == 0 ? $"operator {index} ({Type})" : $"operator {index} ({Type} '{proto.Name}')";
        foreach (AttributeProto attribute in proto.Attribute)
            attributes[attribute.Name] = attribute;

        if (Outputs.Length == 0)
            throw Error("has no output");
    }

    public string Type { get; }

    public int Index { get; }

    public int Opset { get; }

    /// <summary>For messages: operator 3 (Conv 'conv1').</summary>
    public string Title { get; }

    /// <summary>Names of values; an absent optional one is "".</summary>
    public string[] Inputs { get; }

    public string[] Outputs { get; }

    public bool HasInput(int index) => index < Inputs.Length && Inputs[index].Length > 0;

    public bool HasOutput(int index) => index < Outputs.Length && Outputs[index].Length > 0;

    public bool Has(string name) => attributes.ContainsKey(name);

    public int Int(string name, int absent) =>
        attributes.TryGetValue(name, out AttributeProto? attribute) ? Narrow(attribute.I, name) : absent;

    public float Float(string name, float absent) =>
        attributes.TryGetValue(name, out AttributeProto? attribute) ? attribute.F : absent;

    public string Text(string name, string absent) =>
        attributes.TryGetValue(name, out AttributeProto? attribute) ? attribute.S.ToStringUtf8() : absent;

    public int[]? Ints(string name) => attributes.TryGetValue(name, out AttributeProto? attribute)
        ? [.. attribute.Ints.Select(value => Narrow(value, name))]
        : null;

    public AttributeProto? Attribute(string name) => attributes.GetValueOrDefault(name);

    /// <summary>An attribute with <paramref name="count"/> values, all <paramref name="absent"/> by default.</summary>
    public int[] Ints(string name, int count, int absent)
    {
        int[] values = Ints(name) ?? [];
        if (values.Length == 0)
            return [.. Enumerable.Repeat(absent, count)];

        return values.Length == count
            ? values
            : throw Error($"has {values.Length} values in its attribute '{name}' where {count} are needed");
    }

    public string[] Texts(string name) => attributes.TryGetValue(name, out AttributeProto? attribute)
        ? [.. attribute.Strings.Select(text => Encoding.UTF8.GetString(text.Span))]
        : [];

    /// <summary>A shape or the like for messages: [1, 3, 8, 8].</summary>
    public static string Show<T>(IEnumerable<T> values) => $"[{string.Join(", ", values.Take(16))}]";

    public ModelException Error(string what) => new($"{Title} {what}.");

    /// <summary>Sizes and indices beyond 32 bits only occur as "until the end".</summary>
    public int Narrow(long value, string what) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw Error($"has the unusable value {value} in '{what}'");

    public int Axis(int axis, int rank) => axis >= -rank && axis < rank
        ? axis < 0 ? axis + rank : axis
        : throw Error($"uses axis {axis} of a tensor with {rank} dimensions");
}
