using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Pruning;

namespace McuAi.HostTools.Language;

/// <summary>What of a teacher is kept, for sizes and a budget; the choice is kept in the folder.</summary>
/// <param name="learned">What is learned from.</param>
internal sealed class ShrinkPruning(ITransformerSource teacher, ShrinkOptions options, string learned, Action<string> log)
{
    /// <summary>What the choice depends on.</summary>
    private string Description => string.Join("; ", learned,
        string.Join(", ", options.Sizes.Select(pair => $"{pair.Key} {pair.Value}")), options.HasKnownSizes ? "" :
        $"{options.Budget} {options.Budget.Board?.Name}, {options.Context}, {options.Weights}, {options.Embedding}, {options.Bits}");

    /// <param name="text">On which losses are measured.</param>
    /// <param name="excess">By how much a model of a shape exceeds the budget; null: there is none.</param>
    /// <returns>The same source where all is kept.</returns>
    public ITransformerSource Choose(IReadOnlyList<int[]> text, Func<TransformerShape, double>? excess, CancellationToken cancellation)
    {
        if (options.Sizes.Count == 0 && excess is null)
            return teacher;
        string path = Path.Combine(options.Folder, "pruned.json");
        KeptParts kept;
        if (File.Exists(path) && File.ReadAllLines(path) is [var description, var json] && description == Description)
        {
            kept = KeptParts.FromJson(json, teacher.Shape, path);
        }
        else
        {
            var pruning = new ModelPruning(teacher, text, log);
            pruning.To(options.Sizes, cancellation);
            if (excess is not null)
                pruning.Within(excess, cancellation);
            kept = pruning.Kept;
            Models.ModelFile.WriteAtomically(path, System.Text.Encoding.UTF8.GetBytes($"{Description}\n{kept.ToJson()}\n"));
        }

        return kept.ToJson() == KeptParts.Of(teacher.Shape).ToJson() ? teacher : new PrunedSource(teacher, kept);
    }
}
