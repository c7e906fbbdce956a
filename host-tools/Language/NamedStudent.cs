using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Pruning;
using McuAi.ModelConverter.Language.Training;

namespace McuAi.HostTools.Language;

/// <summary>A student that begins with random weights.</summary>
/// <param name="Reason">Why not with parts of its teacher.</param>
public sealed record FreshStudent(TransformerShape Shape, string Reason);

/// <summary>A student of a named size of TinySeek, with the teacher's vocabulary. Where the teacher has what the size needs, it is
/// made of it, and its latent is not normed; else it begins with random weights, as <see cref="TinySeekSizes"/> has it.</summary>
/// <param name="Kept">Sizes of what is kept of the teacher.</param>
/// <param name="Student">Null: there is a fresh one.</param>
public sealed record NamedStudent(IReadOnlyDictionary<PrunedKind, int> Kept, StudentShape? Student, FreshStudent? Fresh)
{
    public static NamedStudent Of(string name, TransformerShape teacher)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        TransformerShape size = TinySeekSizes.All[name];
        (LatentShape latent, ExpertShape experts) = (size.Latent!, size.Experts!);
        string[] misfits = [.. Misfits(teacher, size, latent)];
        if (misfits.Length > 0)
            return new NamedStudent(new Dictionary<PrunedKind, int>(), null, new FreshStudent(
                size with { Vocabulary = teacher.Vocabulary, Context = teacher.Context }, $"{name}: {string.Join("; ", misfits)}"));
        int shared = teacher.Heads / teacher.KeyValueHeads;
        int heads = teacher.KeyValueHeads >= size.Heads ? size.Heads * shared : size.Heads;
        var kept = new Dictionary<PrunedKind, int>
        {
            [PrunedKind.Layers] = size.Layers, [PrunedKind.Heads] = heads, [PrunedKind.Width] = size.Width,
        };
        return new NamedStudent(kept.Where(pair => PrunedSizes.Of(teacher, pair.Key) != pair.Value).ToDictionary(),
            new StudentShape(size.Heads, latent.Width, latent.PlainWidth, [.. Enumerable.Range(0, latent.RotatedWidth / 2).Select(
                teacher.Frequency)], experts.SharedHidden, experts.Count, experts.Hidden, experts.Chosen), null);
    }

    private static IEnumerable<string> Misfits(TransformerShape teacher, TransformerShape size, LatentShape latent)
    {
        if (!StudentWeights.CanBeOf(teacher))
            yield return "the teacher is no dense model of grouped attention without biases and norms of heads";
        if (latent.QueryRank > 0)
            yield return "its queries are compressed, those of a teacher's parts are not";
        if (teacher.Width < size.Width)
            yield return $"its width is {size.Width}, the teacher's {teacher.Width}";
        if (teacher.Layers < size.Layers)
            yield return $"it has {size.Layers} layers, the teacher {teacher.Layers}";
        if (teacher.HeadWidth != latent.ValueWidth || teacher.HeadWidth < latent.RotatedWidth)
            yield return $"its values have {latent.ValueWidth} numbers, the teacher's heads {teacher.HeadWidth}";
        int shared = teacher.Heads / teacher.KeyValueHeads;
        if (teacher.KeyValueHeads < size.Heads && (teacher.Heads < size.Heads || size.Heads % shared != 0))
            yield return $"it has {size.Heads} heads, the teacher {teacher.Heads} that share {teacher.KeyValueHeads} of keys and values";
    }
}
