using MathNet.Numerics.LinearAlgebra;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>The sizes that a student has of its own.</summary>
/// <param name="Heads">Those of the teacher, or as many as it has heads of keys and values.</param>
/// <param name="PlainWidth">Numbers of each head's query that are not rotated.</param>
/// <param name="Frequencies">Radians by which the rotated pairs turn: the first ones of the teacher.</param>
public sealed record StudentShape(int Heads, int LatentWidth, int PlainWidth, IReadOnlyList<double> Frequencies,
    int SharedHidden, int Experts, int ExpertHidden, int Chosen)
{
    /// <summary>All sizes, for the descriptions of checkpoints.</summary>
    public override string ToString() => FormattableString.Invariant($"{Heads} heads, latent {LatentWidth}, plain {PlainWidth}, ") +
        string.Join(" ", Frequencies.Select(frequency => FormattableString.Invariant($"{frequency:R}"))) +
        FormattableString.Invariant($" radians, shared {SharedHidden}, {Experts} experts of {ExpertHidden}, {Chosen} chosen");
}

/// <summary>What a student of latent attention and experts begins with, from a dense teacher of grouped attention and what
/// goes through it: attention by factors of low rank, experts by neurons that are active together.</summary>
public sealed class StudentWeights : ITransformerSource
{
    private readonly TrainedTransformer<float> _teacher;
    private readonly LayerWeights[] _layers;

    /// <param name="calibration">Sequences of tokens; some thousand in all.</param>
    /// <exception cref="ModelException">The teacher is no dense model of grouped attention, or too small for the student.</exception>
    public StudentWeights(TrainedTransformer<float> teacher, StudentShape student, IReadOnlyList<int[]> calibration,
        int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(student);
        TransformerShape source = teacher.Shape;
        Shape = ShapeOf(source, student);
        _teacher = teacher;
        List<TokenMoments> moments = Moments(teacher, calibration);
        _layers = [.. Enumerable.Range(0, source.Layers).Select(index =>
        {
            LayerWeights layer = teacher.Layer(index);
            var random = new IndexedRandom(seed, 79, index);
            return layer with
            {
                Attention = new LowRankAttention(source, student, (GroupedAttention)layer.Attention,
                    moments[index].Attention).Build(ref random),
                FeedForward = new NeuronExperts(source, student, (DenseFeedForward)layer.FeedForward,
                    moments[index].FeedForward).Build(ref random),
            };
        })];
    }

    public TransformerShape Shape { get; }

    /// <summary>The shape of a student of a teacher of another shape.</summary>
    /// <exception cref="ModelException">The teacher is no dense model of grouped attention, or too small for the student.</exception>
    public static TransformerShape ShapeOf(TransformerShape teacher, StudentShape student)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(student);
        Check(teacher, student);
        int rotated = 2 * student.Frequencies.Count;
        TransformerShape shape = teacher with
        {
            Heads = student.Heads, KeyValueHeads = student.Heads, HeadWidth = student.PlainWidth + rotated,
            ScoreFactor = teacher.ScoreFactor ?? (1 / Math.Sqrt(teacher.HeadWidth)), Frequencies = student.Frequencies,
            Latent = new LatentShape(0, student.LatentWidth, student.PlainWidth, rotated, teacher.HeadWidth,
                NormsLatent: false),
            Experts = new ExpertShape
            {
                Count = student.Experts, Chosen = student.Chosen, Hidden = student.ExpertHidden,
                SharedHidden = student.SharedHidden,
                Scale = student.Chosen,
            },
        };
        shape.Check("student");
        return shape;
    }

    public float[] Embedding() => _teacher.Embedding();

    public float[] LayerEmbeddings() => _teacher.LayerEmbeddings();

    public LayerWeights Layer(int index) => _layers[index];

    public float[] FinalNorm() => _teacher.FinalNorm();

    public float[] Head() => _teacher.Head();

    public AheadWeights? Ahead() => _teacher.Ahead();

    /// <summary>Whether students can be made of a teacher: a dense one of attention with keys and values for each head, without biases
    /// and norms of heads.</summary>
    public static bool CanBeOf(TransformerShape teacher)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        return teacher is { Latent: null, Experts: null, HasBiases: false, NormsHeads: false };
    }

    private static void Check(TransformerShape teacher, StudentShape student)
    {
        if (!CanBeOf(teacher))
            throw new ModelException("A student begins with a dense teacher of attention with keys and values for each " +
                "head, without biases and norms of heads; this one is another kind.");
        if (student.Heads != teacher.Heads && student.Heads != teacher.KeyValueHeads)
            throw new ModelException($"A student has the {teacher.Heads} heads of its teacher, or {teacher.KeyValueHeads} as its " +
                $"keys and values, not {student.Heads}.");
        int latent = LowRankAttention.MostLatent(teacher);
        if (student.LatentWidth > latent)
            throw new ModelException($"--latent {student.LatentWidth:N0}: the teacher's keys and values have {latent:N0} numbers that " +
                "a latent can be of; give no more.");
        if (2 * student.Frequencies.Count > teacher.HeadWidth)
            throw new ModelException($"A student of {2 * student.Frequencies.Count} rotated numbers needs a teacher with heads of as " +
                $"many, not {teacher.HeadWidth}; take another size.");
        if (student.SharedHidden >= teacher.Hidden)
            throw new ModelException($"--shared {student.SharedHidden:N0}: the teacher's networks have {teacher.Hidden:N0} neurons, of " +
                "which some have to be left for the experts; give fewer.");
    }

    /// <summary>The normed inputs [width, tokens] of each layer's two blocks.</summary>
    private static List<TokenMoments> Moments(TrainedTransformer<float> teacher, IReadOnlyList<int[]> calibration)
    {
        TransformerShape shape = teacher.Shape;
        int tokens = calibration.Sum(sequence => sequence.Length), at = 0;
        List<TokenMoments> moments = [.. Enumerable.Range(0, shape.Layers).Select(_ => new TokenMoments(
            Matrix<double>.Build.Dense(tokens, shape.Width), Matrix<double>.Build.Dense(tokens, shape.Width)))];
        var pass = new TeacherPass(teacher);
        foreach (int[] sequence in calibration)
        {
            List<LayerTrace<float>> traces = [];
            pass.Stream(sequence, traces);
            for (int layer = 0; layer < traces.Count; layer++)
            {
                Fill(traces[layer].Input, teacher.Layers[layer].AttentionNorm, moments[layer].Attention, at);
                Fill(traces[layer].Middle, teacher.Layers[layer].FeedForwardNorm, moments[layer].FeedForward, at);
            }

            at += sequence.Length;
        }

        return moments;

        void Fill(Tensor<float> stream, TrainedWeights<float> gain, Matrix<double> rows, int first)
        {
            int count = stream.Channels;
            for (int t = 0; t < count; t++)
            {
                double square = shape.Epsilon;
                for (int c = 0; c < shape.Width; c++)
                    square += Math.Pow(stream.Data[(c * count) + t], 2) / shape.Width;
                for (int c = 0; c < shape.Width; c++)
                    rows[first + t, c] = stream.Data[(c * count) + t] / Math.Sqrt(square) * gain.Data[c];
            }
        }
    }

    /// <summary>[tokens, width] each.</summary>
    private sealed record TokenMoments(Matrix<double> Attention, Matrix<double> FeedForward);
}
