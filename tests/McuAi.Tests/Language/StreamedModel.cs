using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Language;

/// <summary>A TinySeek of random weights whose experts are shards of their own, and runs of it in the core.</summary>
internal sealed class StreamedModel
{
    /// <param name="layerEmbedding">Numbers that each layer looks up for a token.</param>
    /// <param name="rows">Tokens of a pass.</param>
    public StreamedModel(string size = "tinyseek-1m", int layerEmbedding = 0, int rows = 1)
    {
        (ITransformerSource source, ITokenizer tokenizer) = TinySeekSizes.Random(size);
        if (layerEmbedding > 0)
            source = new InitialWeights(source.Shape with { LayerEmbedding = layerEmbedding }, 1);
        Pack = TransformerLowering.Lower(QuantizedTransformer.Plain(source, QuantizationPlan.Int4), new LoweringOptions
        {
            Ranges = [.. Enumerable.Repeat(CacheRange.Wide, source.Shape.Layers)], Rows = rows,
        });
        Pack.Tokenizer = TokenizerTables.Make(tokenizer);
        Bytes = PackWriter.Write(Pack);
    }

    public PackModel Pack { get; }

    public byte[] Bytes { get; }

    public static HostLibrary Library { get; } = HostLibraryBuilder.Load(ProjectFolder.Find().Root);

    /// <summary>The logits of every token of a fixed text.</summary>
    public List<int[]> Run(HostStore? store, int tokens = 24)
    {
        using var generator = new HostGenerator(Library, store is null ? Bytes : Bytes[..BitConverter.ToInt32(Bytes, 8)], store);
        var random = new Random(3);
        var logits = new List<int[]>();
        for (int i = 0; i < tokens; i++)
        {
            generator.Feed([random.Next(generator.Vocabulary)]);
            logits.Add(generator.Logits.ToArray());
        }

        return logits;
    }

    /// <summary>The number of the shard at this offset.</summary>
    public int ShardAt(long offset) => Pack.Shards.FindIndex(shard => shard.Offset == offset);
}

/// <summary>A device that notes what is read and may fail.</summary>
internal sealed class NotedDevice(byte[] pack, bool isAsynchronous) : IBlockDevice
{
    public List<long> Offsets { get; } = [];

    /// <summary>Called with each read and what came; false: it failed.</summary>
    public Func<long, Memory<byte>, bool> Spoil { get; init; } = (_, _) => true;

    public bool IsAsynchronous => isAsynchronous;

    public bool Read(long offset, Span<byte> destination)
    {
        Offsets.Add(offset);
        byte[] bytes = pack.AsSpan((int)offset, destination.Length).ToArray();
        bool done = Spoil(offset, bytes);
        bytes.CopyTo(destination);
        return done;
    }

    public int Wait() => 0;
}
