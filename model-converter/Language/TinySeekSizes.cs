using System.Text;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Training;

namespace McuAi.ModelConverter.Language;

/// <summary>The named sizes of TinySeek: latent attention, one small network that all tokens share beside many experts of which each
/// takes two, and an embedding that also gives the logits.</summary>
public static class TinySeekSizes
{
    /// <summary>How a path begins that names a size with random weights.</summary>
    public const string RandomPrefix = "random:";

    private const string Prefix = "tinyseek-";
    private const int Seed = 20_241_226;

    /// <summary>By name, from the smallest one on.</summary>
    public static IReadOnlyDictionary<string, TransformerShape> All { get; } = new Dictionary<string, TransformerShape>
    {
        [Prefix + "260k"] = Shape(64, 4, new LatentShape(0, 24, 8, 8, 16), heads: 4, Experts(5, 1, 32, 64), 512, 256),
        [Prefix + "1m"] = Shape(96, 5, new LatentShape(0, 32, 16, 8, 24), heads: 4, Experts(10, 2, 48, 64), 1024, 256),
        [Prefix + "2m"] = Shape(128, 6, new LatentShape(0, 32, 16, 16, 32), heads: 4, Experts(8, 2, 64, 128), 1024, 256),
        [Prefix + "8m"] = Shape(256, 6, new LatentShape(0, 48, 32, 16, 32), heads: 4, Experts(16, 2, 80, 128), 2048, 256),
        [Prefix + "28m"] = Shape(256, 7, new LatentShape(64, 48, 32, 16, 32), heads: 4, Experts(84, 2, 56, 80), 4096, 256),
        [Prefix + "96m"] = Shape(384, 8, new LatentShape(96, 64, 32, 16, 32), heads: 6, Experts(52, 2, 192, 64), 4096, 128),
    };

    /// <summary>Weights that share a multiplier when they are INT4. The factors and multipliers of 96 M weights in groups of 32
    /// would take the pack beyond 52 MB.</summary>
    public static int GroupOf(string name) => name == Prefix + "96m" ? 128 : 32;

    /// <summary>A model of a size whose weights are random, from a fixed seed: it speaks nonsense, but takes the memory, reads and
    /// time that a trained one takes.</summary>
    /// <exception cref="ModelException">There is no such size.</exception>
    public static (ITransformerSource Source, ITokenizer Tokenizer) Random(string name)
    {
        if (!All.TryGetValue(name, out TransformerShape? shape))
            throw new ModelException($"{name} is no size of TinySeek; the sizes are {string.Join(", ", All.Keys)}.");
        return (new InitialWeights(shape, Seed), new SentencePieceTokenizer(Pieces(shape.Vocabulary), begin: 1, end: 2, unknown: 0));
    }

    private static TransformerShape Shape(int width, int layers, LatentShape latent, int heads, ExpertShape experts, int vocabulary,
        int context) => new()
        {
            Width = width, Layers = layers, Heads = heads, KeyValueHeads = heads,
            HeadWidth = latent.PlainWidth + latent.RotatedWidth, Hidden = experts.SharedHidden, Vocabulary = vocabulary,
            Context = context, IsTied = true, Latent = latent, Experts = experts,
        };

    private static ExpertShape Experts(int count, int chosen, int hidden, int shared) =>
        new() { Count = count, Chosen = chosen, Hidden = hidden, SharedHidden = shared };

    /// <summary>Unknown, begin, end, the bytes, then made-up syllables and words of two of them.</summary>
    private static List<Piece> Pieces(int count)
    {
        const string consonants = "bdfghjklmnprstvwyzcx", vowels = "aeiou";
        int syllables = consonants.Length * vowels.Length;
        List<Piece> pieces = [new("<unk>"u8.ToArray(), 0, PieceKind.Control), new("<s>"u8.ToArray(), 0, PieceKind.Control),
            new("</s>"u8.ToArray(), 0, PieceKind.Control)];
        for (int value = 0; value < 256; value++)
            pieces.Add(new Piece([(byte)value], 0, PieceKind.Byte));
        for (int i = 0; pieces.Count < count; i++)
            pieces.Add(new Piece(Encoding.ASCII.GetBytes(i < syllables ? Syllable(i) : $" {Syllable(i / syllables)}{Syllable(i)}"), -i,
                PieceKind.Text));
        return pieces;

        string Syllable(int i) => $"{consonants[i % syllables / vowels.Length]}{vowels[i % vowels.Length]}";
    }
}
