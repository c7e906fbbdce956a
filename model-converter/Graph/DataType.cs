namespace McuAi.ModelConverter.Graph;

/// <summary>Element types of a model graph. <see cref="Int4"/> and <see cref="Int2"/> constants are kept one element
/// per byte (sign-extended) in memory; only a pack stores them packed.</summary>
public enum DataType
{
    Float32,
    Int8,
    Int16,
    Int32,
    Int4,
    Int2,
    UInt8,
    Int64,
    UInt32,
    UInt64,
    Bool,
}

/// <summary>Sizes of <see cref="DataType"/> elements.</summary>
public static class DataTypes
{
    /// <summary>Bytes that one element takes in the memory of the converter.</summary>
    public static int HostBytes(this DataType type) => type switch
    {
        DataType.Float32 or DataType.Int32 or DataType.UInt32 => 4,
        DataType.Int64 or DataType.UInt64 => 8,
        DataType.Int16 => 2,
        _ => 1,
    };

    /// <summary>Bits that one element takes in a pack.</summary>
    public static int Bits(this DataType type) => type switch
    {
        DataType.Int4 => 4,
        DataType.Int2 => 2,
        _ => 8 * type.HostBytes(),
    };
}
