using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Training;

namespace McuAi.ModelConverter.Language.Pruning;

/// <summary>Chooses which parts of a model are kept. Which of a kind go first is foretold from gradients
/// (<see cref="PartImportance"/>); which layer goes, and which kind, is measured: the loss of a text without them.</summary>
public sealed class ModelPruning
{
    /// <summary>Layers that are tried when one is to go.</summary>
    private const int TriedLayers = 6;

    /// <summary>Share of a size that goes at a time.</summary>
    private const int Part = 16;

    private static readonly PrunedKind[] Others = [.. Enum.GetValues<PrunedKind>().Where(kind => kind != PrunedKind.Layers)];

    private readonly ITransformerSource _source;
    private readonly TransformerShape _whole;
    private readonly IReadOnlyList<int[]> _text;
    private readonly Action<string> _log;
    private PruningChoice? _choice;

    /// <param name="text">Sequences of tokens, some thousand in all, on which losses are measured.</param>
    /// <param name="log">Is told what goes.</param>
    public ModelPruning(ITransformerSource source, IReadOnlyList<int[]> text, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, _whole, _text, _log) = (source, source.Shape, text, log);
        Kept = KeptParts.Of(_whole);
    }

    /// <summary>What is left so far.</summary>
    public KeptParts Kept { get; private set; }

    private TransformerShape Shape => Kept.Shape(_whole);

    private PruningChoice Choice => _choice ??=
        new PruningChoice(_whole, Kept, PartImportance.Of(new PrunedSource(_source, Kept), _text));

    /// <summary>Leaves out what matters least until the sizes are these.</summary>
    /// <exception cref="ModelException">The model has no such sizes.</exception>
    public void To(IReadOnlyDictionary<PrunedKind, int> sizes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        foreach ((PrunedKind kind, int size) in sizes)
            PrunedSizes.Check(_whole, kind, size);
        foreach ((PrunedKind kind, int size) in sizes.OrderBy(pair => pair.Key))
            while (PrunedSizes.Of(Shape, kind) > size)
            {
                cancellation.ThrowIfCancellationRequested();
                Take(kind == PrunedKind.Layers ? WithoutLayer() : Measured(Choice.With(kind, size)));
            }
    }

    /// <summary>Leaves out what costs least for what it saves, until nothing exceeds a budget.</summary>
    /// <param name="excess">By how much a model of a shape exceeds it; 0: it fits.</param>
    /// <exception cref="ModelException">Nothing is left to leave out.</exception>
    public void Within(Func<TransformerShape, double> excess, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(excess);
        double loss = Loss(Kept);
        for (double over = excess(Shape); over > 0; over = excess(Shape))
        {
            cancellation.ThrowIfCancellationRequested();
            Candidate? best = null;
            foreach (Candidate candidate in Candidates(kept => excess(kept.Shape(_whole)) < over))
            {
                double saved = over - excess(candidate.Kept.Shape(_whole));
                double worth = saved / Math.Max(candidate.Loss - loss, 1e-6);
                if (saved > 0 && worth > (best?.Worth ?? 0))
                    best = candidate with { Worth = worth };
            }

            Take(best ?? throw new ModelException($"Even {Described(Shape)} do not fit the budget; give more flash or RAM, " +
                "fewer bits a weight, or a smaller --context."));
            loss = best.Loss;
        }
    }

    /// <param name="saves">Whether it saves anything: packs are whole pages, so a few neurons less may not.</param>
    private IEnumerable<Candidate> Candidates(Func<KeptParts, bool> saves)
    {
        TransformerShape shape = Shape;
        if (shape.Layers > 1)
            yield return WithoutLayer();
        foreach (PrunedKind kind in Others)
        {
            KeptParts? less = null;
            for (int size = PrunedSizes.Of(shape, kind), next; less is null && (next = Less(shape, kind, size)) < size; size = next)
                if (Choice.With(kind, next) is var kept && saves(kept))
                    less = kept;
            if (less is not null)
                yield return Measured(less);
        }
    }

    /// <summary>A sixteenth less of what the whole model has; a multiple of 4 where there are many.</summary>
    private int Less(TransformerShape shape, PrunedKind kind, int size)
    {
        int step = kind == PrunedKind.Heads ? PrunedSizes.Step(_whole, kind)
            : kind == PrunedKind.Experts ? 1
            : Math.Max(4, PrunedSizes.Of(_whole, kind) / Part / 4 * 4);
        return Math.Max((size - 1) / step * step, Math.Min(size, Math.Max(PrunedSizes.Least(shape, kind), step)));
    }

    /// <summary>The model without the layer that it misses least, of those that seem to matter least.</summary>
    private Candidate WithoutLayer() =>
        Choice.LeastLayers(TriedLayers).Select(layer => Measured(Choice.WithoutLayer(layer))).MinBy(candidate => candidate.Loss)!;

    private Candidate Measured(KeptParts kept) => new(kept, Loss(kept), 0);

    private double Loss(KeptParts kept) => Likelihood.Of(new TrainedTransformer<float>(new PrunedSource(_source, kept)), _text);

    private void Take(Candidate candidate)
    {
        (Kept, _choice) = (candidate.Kept, null);
        _log($"pruned to {Described(Shape)}: perplexity {Math.Exp(candidate.Loss):F3}, not trained");
    }

    private static string Described(TransformerShape shape) => string.Join(", ", Enum.GetValues<PrunedKind>()
        .Where(kind => PrunedSizes.Of(shape, kind) > 0)
        .Select(kind => $"{PrunedSizes.Name(kind)} {PrunedSizes.Of(shape, kind)}"));

    /// <param name="Worth">What it saves of the excess for each nat that it costs.</param>
    private sealed record Candidate(KeptParts Kept, double Loss, double Worth);
}
