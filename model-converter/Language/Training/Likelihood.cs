using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>How well a model foretells tokens that it has not seen.</summary>
public static class Likelihood
{
    /// <summary>The mean negative log-likelihood, in nats, of all but the first token of each sequence.</summary>
    public static double Of(TrainedTransformer<float> model, IReadOnlyList<int[]> sequences)
    {
        ArgumentNullException.ThrowIfNull(model);
        var losses = new double[sequences.Count];
        Parallel.For(0, sequences.Count, new ParallelOptions { MaxDegreeOfParallelism = Chunks.Threads },
            () => new TeacherPass(model),
            (i, _, pass) =>
            {
                losses[i] = pass.Loss(sequences[i]);
                return pass;
            },
            _ => { });
        return losses.Sum() / sequences.Sum(sequence => sequence.Length - 1);
    }
}
