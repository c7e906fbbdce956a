using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;

namespace McuAi.ModelConverter.Pack;

/// <summary>Where a tensor's bytes are.</summary>
public enum TensorPlace : byte
{
    Arena = 0,
    Shard = 1,
    State = 2,
}

/// <summary>A tensor of a pack. <see cref="Offset"/> is set by the memory planner (arena and state) or by the writer
/// (constants).</summary>
public sealed class PackTensor(string name, DataType type, int[] shape, TensorPlace place)
{
    public string Name { get; } = name;

    public DataType Type { get; } = type;

    /// <summary>At most four dimensions, outermost first.</summary>
    public int[] Shape { get; } = shape;

    public TensorPlace Place { get; } = place;

    public float Scale { get; init; }

    public int ZeroPoint { get; init; }

    /// <summary>The tensor whose memory this one shares under another shape, or of which it is a part. It is no view
    /// itself.</summary>
    public PackTensor? ViewOf { get; init; }

    /// <summary>Where the view begins in that tensor, in bytes.</summary>
    public int ViewOffset { get; init; }

    /// <summary>The bytes of a constant, in the layout of the operator that reads it.</summary>
    public byte[]? Blob { get; set; }

    public int Offset { get; set; }

    public int Shard { get; set; }

    public int Elements => Shape.Aggregate(1, (product, dimension) => checked(product * dimension));

    public int Bytes => Blob?.Length ?? checked(Elements * Type.Bits() / 8);

    /// <summary>Dimension <paramref name="index"/> of the shape aligned to the right in four dimensions.</summary>
    public int Dim(int index) => index - (4 - Shape.Length) is >= 0 and var i ? Shape[i] : 1;
}

/// <summary>One operator of the program; parameters as docs/pack-format.md lists them.</summary>
public sealed class PackOperator(Opcode opcode, PackTensor?[] inputs, PackTensor[] outputs, int[] parameters)
{
    public Opcode Opcode { get; } = opcode;

    public PackTensor?[] Inputs { get; } = inputs;

    public PackTensor[] Outputs { get; } = outputs;

    public int[] Parameters { get; } = parameters;

    /// <summary>Constants that are no inputs: the operator reads some of them when it knows which. They are neighbours among the
    /// model's tensors; the writer puts the number of the first one into the parameters.</summary>
    public IReadOnlyList<PackTensor> OnDemand { get; init; } = [];

    /// <summary>The same in groups, of which the operator uses one at a time: experts, or pieces of an embedding.</summary>
    internal IEnumerable<PackTensor[]> Demanded =>
        PackFormat.Demands(Opcode, Parameters) is { } demands ? OnDemand.Chunk(demands.Size) : [];

    public WeightLayout Layout { get; set; }

    public int ScratchBytes { get; set; }

    public int ScratchOffset { get; set; }

    public PackTensor Input(int index) => Inputs[index]!;

    public PackTensor Output => Outputs[0];

    public bool HasWeights => Opcode is Opcode.Conv2D or Opcode.DepthwiseConv2D or Opcode.FullyConnected;

    public override string ToString() => $"{Opcode} {string.Join("x", Output.Shape)}";
}

/// <summary>A part of the pack's weights that is read and checked as a whole.</summary>
public sealed record PackShard(int Offset, int Bytes, uint Crc32C, byte[] Sha256);

/// <summary>A model lowered to the core's operators: what a .tsk file holds.</summary>
public sealed class PackModel
{
    public List<PackTensor> Tensors { get; } = [];

    public List<PackOperator> Operators { get; } = [];

    public List<PackTensor> Inputs { get; } = [];

    public List<PackTensor> Outputs { get; } = [];

    public List<PackShard> Shards { get; set; } = [];

    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Tables of the audio front end that makes the input, if there is one.</summary>
    public byte[]? FrontEnd { get; set; }

    /// <summary>Tables of the anomaly detector around the model, if there is one.</summary>
    public byte[]? Detector { get; set; }

    /// <summary>The record of how a keyword spotter decides, if there is one.</summary>
    public byte[]? Spotter { get; set; }

    /// <summary>The record of a language model's tokenizer, if there is one.</summary>
    public byte[]? Tokenizer { get; set; }

    /// <summary>RAM that the core takes for activations, states and scratch.</summary>
    public int ArenaBytes { get; set; }

    /// <summary>What caches for streaming hold, of a model whose shards were assigned.</summary>
    public CacheSizes CacheSizes => CacheSizes.Of(this);

    /// <summary>What the arena would have taken with whole layers when the pack was converted; null where no layers run in
    /// strips of rows.</summary>
    public int? WholeArenaBytes
    {
        get => int.TryParse(Metadata.GetValueOrDefault(PackFormat.WholeArenaKey), out int bytes) ? bytes : null;
        set => Metadata[PackFormat.WholeArenaKey] = $"{value}";
    }

    public int WeightBytes => Tensors.Sum(tensor => tensor.Blob?.Length ?? 0);

    public string Name => Metadata.GetValueOrDefault("name", "model");
}
