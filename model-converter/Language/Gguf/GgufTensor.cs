namespace McuAi.ModelConverter.Language;

/// <summary>How a GGUF tensor's numbers are stored.</summary>
public enum GgufType
{
    F32 = 0,
    F16 = 1,

    /// <summary>32 weights: an f16 scale, 32 nibbles that stand for -8 to 7.</summary>
    Q4_0 = 2,

    /// <summary>32 weights: an f16 scale, 32 int8.</summary>
    Q8_0 = 8,

    /// <summary>256 weights: two f16, 8 groups with 6 bits of scale and of minimum each, nibbles.</summary>
    Q4_K = 12,

    /// <summary>256 weights: 6 bits each in two planes, 16 int8 scales, an f16.</summary>
    Q6_K = 14,

    BF16 = 30,
}

/// <param name="Shape">Outermost first.</param>
/// <param name="Offset">In bytes, from where the tensors begin.</param>
public sealed record GgufTensor(string Name, IReadOnlyList<int> Shape, GgufType Type, long Offset)
{
    private const int MostDimensions = 4;

    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    public long Bytes => Elements / GgufBlocks.Weights(Type) * GgufBlocks.Bytes(Type);

    internal static GgufTensor Read(GgufReader reader)
    {
        string name = reader.Text();
        uint dimensions = reader.UInt32();
        if (dimensions > MostDimensions)
            throw reader.Damaged($"has a tensor {name} of {dimensions} dimensions; there are at most {MostDimensions}");
        var shape = new int[dimensions];
        long elements = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            ulong size = reader.UInt64();
            if (size is 0 or > int.MaxValue || (elements *= (long)size) > Array.MaxLength)
                throw reader.Damaged($"has a tensor {name} of more numbers than can be");
            shape[i] = (int)size;
        }

        uint type = reader.UInt32();
        if (!Enum.IsDefined((GgufType)type))
            throw reader.Unsupported($"stores {name} as type {type}; convert the model to one of {string.Join(", ",
                Enum.GetNames<GgufType>())}");
        int row = shape.Length == 0 ? 1 : shape[^1];
        if (row % GgufBlocks.Weights((GgufType)type) != 0)
            throw reader.Damaged($"has rows of {row} numbers in {name}, which are no whole blocks");
        ulong offset = reader.UInt64();
        if (offset > long.MaxValue)
            throw reader.Damaged($"has the tensor {name} beyond its end");
        return new GgufTensor(name, shape, (GgufType)type, (long)offset);
    }
}
