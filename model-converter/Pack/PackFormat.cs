using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Pack;

/// <summary>Constants of docs/pack-format.md.</summary>
internal static class PackFormat
{
    public const uint Magic = 0x314B5354; // "TSK1"
    public const int Version = 1;
    public const int HeaderBytes = 72;
    public const int TensorBytes = 44;
    public const int OperatorBytes = 16;
    public const int ShardBytes = 48;
    public const int ShardAlignment = 4096;
    public const int ConstantAlignment = 16;
    public const int ArenaAlignment = 4;
    public const ushort None = 0xFFFF;

    /// <summary>Metadata: the arena of the same model in whole layers, where they run in strips of rows.</summary>
    public const string WholeArenaKey = "arena.whole";

    /// <summary>Weights of operators are gathered in shards of at most this size, unless those of one operator are larger: what a
    /// radio neighbour sends, a damaged flash page costs, or a streaming cache holds at a time.</summary>
    public const int ShardTarget = 64 * 1024;

    /// <summary>Gate, up and down.</summary>
    private const int MatricesOfExpert = 3;

    private const int FirstExpertParameter = 8, FirstPieceParameter = 2;

    /// <summary>What operators demand in groups of at least so many bytes is a shard a group: read, and checked, by itself.</summary>
    public const int LeastDemandedShard = 8 * 1024;

    /// <summary>What an operator demands: how many groups of tensors, of how many tensors, and which parameter is the number of the
    /// first one; null of operators that only have inputs.</summary>
    public static (int Groups, int Size, int First)? Demands(Opcode opcode, int[] parameters) => opcode switch
    {
        Opcode.Experts when parameters.Length > FirstExpertParameter => (parameters[0], MatricesOfExpert, FirstExpertParameter),
        Opcode.EmbeddingPieces when parameters.Length > FirstPieceParameter => (parameters[1], 1, FirstPieceParameter),
        _ => null,
    };

    public static byte Code(DataType type) => type switch
    {
        DataType.Int8 => 1,
        DataType.Int16 => 2,
        DataType.Int32 => 3,
        DataType.Int4 => 4,
        DataType.Int2 => 5,
        DataType.UInt8 => 6,
        _ => throw new ModelException($"A pack cannot hold tensors of type {type}; quantize the model first."),
    };

    public static DataType Type(byte code) => code switch
    {
        1 => DataType.Int8,
        2 => DataType.Int16,
        3 => DataType.Int32,
        4 => DataType.Int4,
        5 => DataType.Int2,
        6 => DataType.UInt8,
        _ => throw new ModelException($"The pack has a tensor of unknown type {code}; it is damaged or too new."),
    };

    /// <summary>Whether the numbers of tensors and operators fit.</summary>
    public static bool Holds(PackModel model) => model.Tensors.Count < None && model.Operators.Count <= ushort.MaxValue;

    public static int Align(int value, int alignment) => checked((value + alignment - 1) / alignment * alignment);
}
