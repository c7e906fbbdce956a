using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Compressing;

/// <summary>Which candidates are worth having, by accuracy on the validation and bytes of flash.</summary>
public static class Selection
{
    /// <summary>Those that none beats: none is as accurate with fewer bytes, or more accurate with as many.</summary>
    public static IReadOnlyList<Candidate> Front(IEnumerable<Candidate> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var front = new List<Candidate>();
        foreach (Candidate candidate in candidates.OrderBy(candidate => candidate.Cost.FlashBytes)
            .ThenByDescending(candidate => candidate.Accuracy))
            if (front.Count == 0 || candidate.Accuracy > front[^1].Accuracy)
                front.Add(candidate);
        return front;
    }

    /// <summary>The <paramref name="count"/> best: front after front, the most accurate of the last one first.</summary>
    public static IReadOnlyList<Candidate> Best(IEnumerable<Candidate> candidates, int count)
    {
        var left = candidates.ToList();
        var best = new List<Candidate>();
        while (best.Count < count && left.Count > 0)
        {
            IReadOnlyList<Candidate> front = Front(left);
            best.AddRange(front.OrderByDescending(candidate => candidate.Accuracy).Take(count - best.Count));
            left.RemoveAll(front.Contains);
        }

        return best;
    }

    /// <summary>Of the candidates that fit, the smallest within one standard error of the most accurate (Breiman et al., 1984):
    /// the validation can hardly tell them apart. The error is that of the difference of the two.</summary>
    /// <exception cref="ModelException">None fits; the message has the nearest.</exception>
    public static Candidate Choose(IEnumerable<Candidate> candidates, Budget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        Candidate[] all = [.. candidates];
        Candidate[] fitting = [.. all.Where(candidate => budget.Holds(candidate.Cost))];
        if (fitting.Length == 0)
            throw Miss(all.Select(candidate => (candidate.Name, candidate.Cost)), budget);
        Judgement best = fitting.OrderByDescending(candidate => candidate.Accuracy).ThenBy(candidate => candidate.Cost.FlashBytes)
            .First().Judgement;
        return fitting.Where(candidate => IsAsGood(candidate.Judgement)).OrderBy(candidate => candidate.Cost.FlashBytes)
            .ThenByDescending(candidate => candidate.Accuracy).First();

        bool IsAsGood(Judgement judgement)
        {
            (double difference, double error) = judgement.To(best);
            return difference <= error;
        }
    }

    /// <summary>That nothing fits, with the nearest miss.</summary>
    public static ModelException Miss(IEnumerable<(string Name, ModelCost Cost)> models, Budget budget)
    {
        (string name, ModelCost cost) = models.MinBy(model => budget.Excess(model.Cost));
        return new ModelException($"No candidate fits {budget}; the nearest is {name} with {cost.FlashBytes:N0} bytes of " +
            $"flash, {cost.RamBytes:N0} bytes of RAM and {cost.Milliseconds:0.0} ms: allow as much, or take another board.");
    }

    /// <summary>The uniform INT8 model to compare with: the smallest that is at least as accurate; the most accurate if none
    /// is.</summary>
    public static Candidate Uniform(IEnumerable<Candidate> candidates, Candidate chosen)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        Candidate[] uniform = [.. candidates.Where(candidate => candidate.Kind == CandidateKind.UniformInt8)];
        return uniform.Where(candidate => candidate.Accuracy >= chosen.Accuracy).MinBy(candidate => candidate.Cost.FlashBytes)
            ?? uniform.OrderByDescending(candidate => candidate.Accuracy).ThenBy(candidate => candidate.Cost.FlashBytes).First();
    }
}
