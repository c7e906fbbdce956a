using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>What a sequence costs a model. Each core has one of its own.</summary>
internal interface ISequenceLoss
{
    /// <summary>The loss of one of <paramref name="sequences"/> sequences of a batch.</summary>
    /// <param name="tokens">[T + 1]: of the last one, only that it follows.</param>
    /// <param name="progress">Of the run, 0..1.</param>
    Tensor<float> Of(Tape<float> tape, TransformerPass<float> pass, ReadOnlyMemory<int> tokens, int sequences,
        double progress);
}

/// <summary>The next token's negative log-likelihood, and less of that of the token after it, where the model guesses that
/// one (DeepSeek-V3, 2024, section 2.2).</summary>
internal sealed class NextTokenLoss : ISequenceLoss
{
    /// <summary>Of what the guess of the token after the next one costs.</summary>
    public const double AheadWeight = 0.3;

    public Tensor<float> Of(Tape<float> tape, TransformerPass<float> pass, ReadOnlyMemory<int> tokens, int sequences,
        double progress)
    {
        double weight = 1.0 / (sequences * (tokens.Length - 1));
        Tensor<float> stream = pass.Stream(tokens[..^1]);
        Tensor<float> loss = tape.TokenLoss(pass.Logits(stream), tokens[1..], weight);
        return pass.Ahead(stream) is { } ahead
            ? tape.Sum(loss, tape.TokenLoss(ahead, (int[])[.. tokens.Span[2..], -1], AheadWeight * weight))
            : loss;
    }
}

/// <summary>A teacher's probabilities, those of the token after the next one too where both guess it, and, in the first part of a
/// run, the residual stream after each of its layers.</summary>
/// <param name="hiddenWeight">Of the distance of a layer's stream at first; it falls to 0.</param>
/// <param name="hiddenUntil">Share of the run after which it is 0.</param>
/// <param name="streams">Null: the student's stream has all layers and channels of the teacher's.</param>
internal sealed class DistillationLoss(TrainedTransformer<float> teacher, double hiddenWeight, double hiddenUntil,
    TeacherStreams? streams = null) : ISequenceLoss
{
    private readonly TeacherPass _teacher = new(teacher);

    public Tensor<float> Of(Tape<float> tape, TransformerPass<float> pass, ReadOnlyMemory<int> tokens, int sequences,
        double progress)
    {
        double hidden = hiddenWeight * Math.Max(0, 1 - (progress / hiddenUntil));
        List<LayerTrace<float>> wanted = [], own = [];
        double weight = 1.0 / (sequences * (tokens.Length - 1));
        (Tensor<float> teacherLogits, Tensor<float>? teacherAhead) = _teacher.Guesses(tokens[..^1], wanted);
        Tensor<float> stream = pass.Stream(tokens[..^1], own);
        Tensor<float> loss = tape.Divergence(pass.Logits(stream), teacherLogits, weight);
        if (teacherAhead is not null && pass.Ahead(stream) is { } ahead)
            loss = tape.Sum(loss, tape.Divergence(ahead, teacherAhead, NextTokenLoss.AheadWeight * weight));
        for (int layer = 0; layer < own.Count && hidden > 0; layer++)
            loss = tape.Sum(loss, tape.Distance(own[layer].Output, streams?.After(layer, wanted) ?? wanted[layer].Output,
                hidden / sequences));
        return loss;
    }
}

/// <summary>What each block of a teacher adds to its residual stream, given the same stream: blocks are learned one by
/// one.</summary>
internal sealed class BlockLoss(TrainedTransformer<float> teacher) : ISequenceLoss
{
    private readonly TeacherPass _teacher = new(teacher);

    public Tensor<float> Of(Tape<float> tape, TransformerPass<float> pass, ReadOnlyMemory<int> tokens, int sequences,
        double progress)
    {
        List<LayerTrace<float>> wanted = [];
        _teacher.Stream(tokens[..^1], wanted);
        Tensor<float>? loss = null;
        for (int layer = 0; layer < wanted.Count; layer++)
        {
            LayerTrace<float> trace = wanted[layer];
            Add(tape.Distance(pass.Attention(layer, trace.Input), trace.Attention, 1.0 / sequences));
            Add(tape.Distance(pass.FeedForward(layer, trace.Middle, tokens[..^1]), trace.FeedForward, 1.0 / sequences));
        }

        return loss!;

        void Add(Tensor<float> term) => loss = loss is null ? term : tape.Sum(loss, term);
    }
}

/// <summary>A model that is only asked, on a tape of its own: what it gives holds until it is asked again.</summary>
internal sealed class TeacherPass
{
    private readonly Tape<float> _tape = new() { IsTraining = false };
    private readonly TransformerPass<float> _pass;

    public TeacherPass(TrainedTransformer<float> model) =>
        _pass = new TransformerPass<float>(model, new WeightTensors<float>(model.Weights, false), _tape);

    public Tensor<float> Logits(ReadOnlyMemory<int> tokens)
    {
        _tape.Reset();
        return _pass.Logits(tokens);
    }

    /// <summary>Logits of the next tokens, and of those after them where the model guesses them.</summary>
    public (Tensor<float> Next, Tensor<float>? Ahead) Guesses(ReadOnlyMemory<int> tokens, List<LayerTrace<float>> traces)
    {
        _tape.Reset();
        Tensor<float> stream = _pass.Stream(tokens, traces);
        return (_pass.Logits(stream), _pass.Ahead(stream));
    }

    public void Stream(ReadOnlyMemory<int> tokens, List<LayerTrace<float>> traces)
    {
        _tape.Reset();
        _pass.Stream(tokens, traces);
    }

    /// <summary>The sum of the negative log-likelihoods of all but the first token.</summary>
    public double Loss(ReadOnlyMemory<int> tokens)
    {
        _tape.Reset();
        return _tape.TokenLoss(_pass.Logits(tokens[..^1]), tokens[1..], 1).Data[0];
    }
}
