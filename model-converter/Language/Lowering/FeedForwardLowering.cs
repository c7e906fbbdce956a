using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Language.Lowering;

/// <summary>Feed-forward networks, dense ones and mixtures of experts, as operators.</summary>
internal sealed class FeedForwardLowering(ProgramBuilder program, TransformerShape shape)
{
    /// <summary>Adds the network of layer <paramref name="i"/> to the stream.</summary>
    public void Lower(int i, QuantizedFeedForward weights, PackTensor normed, PackTensor stream)
    {
        if (weights is QuantizedDense dense)
            Dense($"layer {i}", dense, normed, stream);
        else
            Sparse($"layer {i}", (QuantizedExperts)weights, normed, stream);
    }

    /// <summary>Adds what layer <paramref name="i"/> makes of what it looks up to the stream.</summary>
    /// <param name="lookedUp">[rows, layers * layer embedding]</param>
    public void LookUp(int i, QuantizedLayerEmbedding weights, PackTensor normed, PackTensor lookedUp, PackTensor stream)
    {
        PackTensor gate = program.Linear(normed, weights.Gate, $"layer {i} embedding gate");
        program.Add(Opcode.SwiGlu, [gate, lookedUp], gate, i * shape.LayerEmbedding);
        program.Linear(gate, program.Pieces($"layer {i} embedding output", weights.Output, mayCut: program.Rows == 1),
            weights.Output, stream, stream);
    }

    /// <summary>Adds a dense network's output to the stream.</summary>
    public void Dense(string name, QuantizedDense weights, PackTensor normed, PackTensor stream)
    {
        PackTensor[] both = program.Linears(normed, new(weights.Gate, $"{name} gate"), new(weights.Up, $"{name} up"));
        (PackTensor gate, PackTensor up) = (both[0], both[1]);
        program.Add(Opcode.SwiGlu, [gate, up], gate);
        program.Linear(gate, program.Pieces($"{name} down", weights.Down, mayCut: program.Rows == 1), weights.Down, stream, stream);
    }

    private void Sparse(string name, QuantizedExperts weights, PackTensor normed, PackTensor stream)
    {
        PackTensor logits = program.Linear(normed, weights.Router, $"{name} router");
        if (weights.Shared is not null)
            Dense($"{name} shared", weights.Shared, normed, stream);
        PackTensor? biases = weights.RouterBias is null ? null : program.Constant($"{name} router bias", DataType.Int32,
            [weights.RouterBias.Length], FixedNumbers.Values(weights.RouterBias, $"{name} router bias"));
        var matrices = new List<PackTensor>();
        foreach (QuantizedDense expert in weights.Experts)
            foreach (QuantizedMatrix matrix in (QuantizedMatrix[])[expert.Gate, expert.Up, expert.Down])
                matrices.Add(program.Matrix($"{name} expert", matrix));
        ExpertShape experts = shape.Experts!;
        QuantizedDense one = weights.Experts[0];
        int left = weights.Experts.Min(expert => Math.Min(expert.Gate.Left, expert.Up.Left));
        int[] parameters = [experts.Count, experts.Chosen, experts.Hidden, (int)experts.Scoring, experts.Groups,
            experts.ChosenGroups, experts.Normalises ? 1 : 0, (int)Math.Round(65536 * experts.Scale), 0, one.Gate.Format.Group, left,
            weights.Experts.Min(expert => expert.Down.Left)];
        int scratch = ProgramBuilder.Aligned(8 * experts.Hidden) + ProgramBuilder.Aligned(4 * shape.Width)
            + ProgramBuilder.Aligned(4 * experts.Count) + ProgramBuilder.Aligned(2 * Math.Max(shape.Width, experts.Hidden));
        program.Add(new PackOperator(Opcode.Experts, [normed, logits, biases, stream], [stream], parameters) { OnDemand = matrices },
            scratch);
    }
}
