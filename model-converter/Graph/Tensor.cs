using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Graph;

/// <summary>Affine quantization <c>real = scale * (q - zero point)</c>, per tensor (one scale) or per slice of
/// <see cref="Axis"/> (one scale a slice).</summary>
public sealed record Quantization(float[] Scales, int[] ZeroPoints, int Axis = 0)
{
    public Quantization(float scale, int zeroPoint) : this([scale], [zeroPoint]) { }

    public float Scale => Scales[0];

    public int ZeroPoint => ZeroPoints.Length == 0 ? 0 : ZeroPoints[0];

    public bool IsPerAxis => Scales.Length > 1;
}

/// <summary>A value of the graph: an activation, a constant (<see cref="Data"/> is set) or a state that one inference
/// leaves to the next (<see cref="IsState"/>).</summary>
public sealed class Tensor(string name, DataType type, params int[] shape)
{
    public string Name { get; set; } = name;

    public DataType Type { get; set; } = type;

    /// <summary>Dimensions, outermost first; images are NHWC. Every dimension is known and positive.</summary>
    public int[] Shape { get; set; } = shape;

    public Quantization? Quantization { get; set; }

    /// <summary>Elements of a constant, little-endian, <see cref="DataTypes.HostBytes"/> each; null otherwise.</summary>
    public byte[]? Data { get; set; }

    public bool IsState { get; set; }

    public bool IsConstant => Data is not null;

    public int Rank => Shape.Length;

    public int Elements => Shape.Aggregate(1, (product, dimension) => checked(product * dimension));

    /// <summary>The constant's elements; <typeparamref name="T"/> has to have the size of the element type.</summary>
    public ReadOnlySpan<T> As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Data);

    public static Tensor Constant<T>(string name, DataType type, int[] shape, ReadOnlySpan<T> values)
        where T : unmanaged =>
        new(name, type, shape) { Data = MemoryMarshal.AsBytes(values).ToArray() };

    public override string ToString() => $"{Name}: {Type}[{string.Join(", ", Shape)}]";
}
