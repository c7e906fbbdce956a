using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Pruning;

namespace McuAi.HostTools.Language;

/// <summary>How a language model is shrunk.</summary>
/// <param name="Folder">Where sampled text and checkpoints are kept: a run that was stopped goes on from there.</param>
public sealed record ShrinkOptions(string Folder)
{
    /// <summary>Of the pack.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the pack says of where the model is from.</summary>
    public string Source { get; init; } = "";

    /// <summary>Sizes of what is kept of the teacher; kinds that are not here are kept whole.</summary>
    public IReadOnlyDictionary<PrunedKind, int> Sizes { get; init; } = new Dictionary<PrunedKind, int>();

    /// <summary>What the pack may take. Without a student, parts of the teacher go until it fits.</summary>
    public ShrinkBudget Budget { get; init; } = new(double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>Sizes of a student of latent attention and experts; null: the teacher's own shape is kept.</summary>
    public StudentShape? Student { get; init; }

    /// <summary>A student that takes nothing of its teacher but what it learns from it; null: there is none.</summary>
    public FreshStudent? Fresh { get; init; }

    /// <summary>Whether what is kept of the teacher does not depend on a budget.</summary>
    public bool HasKnownSizes => Student is not null || Fresh is not null || !Budget.IsLimited;

    /// <summary>Of all matrices but routers, which are INT8, and the embedding.</summary>
    public MatrixFormat Weights { get; init; } = MatrixFormat.Int4;

    public MatrixFormat Embedding { get; init; } = MatrixFormat.Int4;

    /// <summary>Bits a weight on average, all that is stored of matrices included: matrices get the formats that help most; null:
    /// formats are those above.</summary>
    public double? Bits { get; init; }

    /// <summary>Text to learn from, as a file; null: text that the teacher makes up.</summary>
    public string? Data { get; init; }

    /// <summary>A teacher of which there is only text; then the model given learns the next token of it.</summary>
    public TeacherEndpoint? Endpoint { get; init; }

    /// <summary>Sequences that the teacher makes up; of an endpoint, texts.</summary>
    public int Sequences { get; init; } = 4000;

    /// <summary>Tokens of a sequence that are learned from, and that the pack looks back on at least.</summary>
    public int Tokens { get; init; } = 256;

    /// <summary>Steps in which what is kept of a teacher learns to do without the rest.</summary>
    public int PruneSteps { get; init; } = 1000;

    /// <summary>Steps in which a student learns its teacher's blocks one by one.</summary>
    public int BlockSteps { get; init; } = 600;

    /// <summary>Steps in which a student learns its teacher's probabilities in real numbers.</summary>
    public int TeachingSteps { get; init; } = 10_000;

    /// <summary>Steps in which weights are rounded; 0: they are rounded at once.</summary>
    public int IntegerSteps { get; init; } = 5_000;

    public double Rate { get; init; } = 0.01;

    public double IntegerRate { get; init; } = 1e-3;

    /// <summary>Tokens that the pack looks back on.</summary>
    public int Context { get; init; } = LanguageOptions.DefaultContext;

    public int Seed { get; init; } = 1;

    /// <summary>How matrices are stored; with <see cref="Bits"/>, at least.</summary>
    public QuantizationPlan Plan => Bits is not null
        ? QuantizationPlan.Of(new MatrixFormat(Weights.Bits, 0))
        : new() { Embedding = Embedding, Attention = Weights, FeedForward = Weights };

    /// <summary>What is learned from, for the descriptions of checkpoints: another teacher, text or tokenizer, even in the same
    /// files, is another run.</summary>
    public string Learned(TrainedTransformer<float> teacher, TokenSequences data)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(data);
        return $"{teacher.Shape.Parameters} weights {teacher.Digest()} teach {Endpoint?.ToString() ?? "text"} {data.Digest()}, " +
            $"{data.Count} sequences, {Tokens} tokens, seed {Seed}";
    }

    /// <summary>The sizes that a student has unless told otherwise: a quarter of what the teacher remembers of a token, and about
    /// half of what it reads.</summary>
    /// <exception cref="ModelException">The teacher is too small.</exception>
    public static StudentShape DefaultStudent(TransformerShape teacher)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        const int Rotated = 4;
        int latent = (teacher.CachedWidth / 4) - Rotated;
        if (latent < 4 || teacher.HeadWidth < Rotated)
            throw new ModelException($"The teacher remembers {teacher.CachedWidth} numbers of a token, too few to shrink; keep its " +
                "shape.");
        return new StudentShape(teacher.KeyValueHeads, latent, teacher.HeadWidth, [.. Enumerable.Range(0, Rotated / 2).Select(
            teacher.Frequency)], teacher.Hidden / 8, 16, teacher.Hidden / 10, 2);
    }
}
