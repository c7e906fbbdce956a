using McuAi.ModelConverter.Anomaly;

namespace McuAi.HostTools.Anomaly;

/// <summary>What the benches of all data sets have in common.</summary>
internal static class BenchRun
{
    /// <summary>All methods and baselines on a data set; null stands for random scores. The best candidate by faults put
    /// into normal data is marked.</summary>
    public static IReadOnlyList<BenchFigures> All(string dataset, int seed, Func<IAnomalyMethod?, Random, BenchFigures> evaluate)
    {
        IAnomalyMethod?[] methods = [null, MethodChoice.Untrained, .. MethodChoice.Methods];
        BenchFigures[] figures = [.. methods.Select(method => evaluate(method, new Random(seed)) with { Dataset = dataset })];
        BenchFigures[] candidates = [.. figures.Where(figure => figure.Synthetic is not null)];
        BenchFigures best = candidates[MethodChoice.Best([.. candidates.Select(candidate => candidate.Synthetic!.Value)])];
        return [.. figures.Select(figure => figure with { Chosen = figure == best })];
    }

    public static bool IsCandidate(IAnomalyMethod? method) => method is not null && MethodChoice.Methods.Contains(method);

    public static string NameOf(IAnomalyMethod? method) => method?.Name ?? "random";

    /// <summary>Random scores of the rows from <paramref name="first"/> on, with alarms at the rate of the plan.</summary>
    public static ScoredFrames RandomFrames(SensorLog log, int first, Random random, TrainingPlan plan)
    {
        double[] scores = [.. Enumerable.Range(first, log.Rows - first).Select(_ => random.NextDouble())];
        return new ScoredFrames(scores, [.. scores.Select(score => score > 1 - plan.FalseAlarms)], log.Labels![first..]);
    }
}
