using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Element types of the TFLite schema and how they are stored.</summary>
internal readonly record struct TfliteTensorType(byte Code)
{
    private const byte Float16Code = 1;

    private static readonly string[] Names =
    [
        "FLOAT32", "FLOAT16", "INT32", "UINT8", "INT64", "STRING", "BOOL", "INT16", "COMPLEX64", "INT8", "FLOAT64",
        "COMPLEX128", "UINT64", "RESOURCE", "VARIANT", "UINT32", "UINT16", "INT4", "BFLOAT16", "INT2",
    ];

    public string Name => Code < Names.Length ? Names[Code] : $"of type {Code}";

    /// <summary>Constants only: they become float32 when they are read.</summary>
    public bool IsFloat16 => Code == Float16Code;

    /// <summary>Type in the model graph, null when it has none.</summary>
    public DataType? DataType => Code switch
    {
        0 or Float16Code => Graph.DataType.Float32,
        2 => Graph.DataType.Int32,
        3 => Graph.DataType.UInt8,
        4 => Graph.DataType.Int64,
        6 => Graph.DataType.Bool,
        7 => Graph.DataType.Int16,
        9 => Graph.DataType.Int8,
        12 => Graph.DataType.UInt64,
        15 => Graph.DataType.UInt32,
        17 => Graph.DataType.Int4,
        19 => Graph.DataType.Int2,
        _ => null,
    };

    /// <summary>Bits of an element in the file.</summary>
    public int FileBits => IsFloat16 ? 16 : DataType!.Value.Bits();
}
