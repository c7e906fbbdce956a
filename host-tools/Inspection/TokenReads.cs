using McuAi.HostTools.Models;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Inspection;

/// <summary>What a language model's pack reads and remembers for a token.</summary>
internal sealed class TokenReads
{
    private readonly PackModel _model;

    private TokenReads(PackModel model) => _model = model;

    /// <summary>Null where the pack is no language model.</summary>
    public static TokenReads? Of(PackModel model) =>
        model.Operators.Exists(node => node.Opcode == Opcode.Attention) ? new TokenReads(model) : null;

    /// <summary>Layers, by their attention.</summary>
    public int Layers => _model.Operators.Count(node => node.Opcode == Opcode.Attention);

    public IReadOnlyList<PackOperator> Experts => [.. _model.Operators.Where(node => node.Opcode == Opcode.Experts)];

    /// <summary>Bytes of the cache of attention for each position.</summary>
    public long CacheBytes => _model.Operators.Where(node => node.Opcode == Opcode.Attention).Sum(node =>
        node.Inputs.Skip(6).OfType<PackTensor>().Sum(state => (long)state.Bytes / node.Input(6).Dim(2)));

    /// <summary>Numbers that are remembered of each token, without scales.</summary>
    public long CachedValues => _model.Operators.Where(node => node.Opcode == Opcode.Attention).Sum(node =>
        (long)node.Input(6).Dim(3) + (node.Inputs[7]?.Dim(3) ?? 0));

    /// <summary>Bytes of weights that a token reads, by what they are for.</summary>
    public IReadOnlyList<(string Part, long Bytes)> Parts
    {
        get
        {
            PackTensor stream = _model.Operators[0].Output;
            int[] attention = [.. Indices(node => node.Opcode == Opcode.Attention)], writes = [.. Indices(node => node.Output == stream)];
            if (_model.Outputs.Count > 1)
                writes = writes[..^1]; // what guesses the token after the next one counts as the head's
            var names = new string[_model.Operators.Count];
            for (int layer = 0; layer < attention.Length; layer++)
            {
                int next = layer + 1 < attention.Length ? attention[layer + 1] : names.Length;
                int added = writes.First(write => write > attention[layer]), last = writes.Last(write => write < next);
                Fill(names, added, $"layer {layer}: attention");
                Fill(names, last, $"layer {layer}: feed-forward");
            }

            Fill(names, names.Length - 1, "head");
            return [.. _model.Operators.Select((node, i) => (Part: Special(node) ?? names[i], Bytes: Bytes(node)))
                .GroupBy(read => read.Part, (part, reads) => (part, reads.Sum(read => read.Bytes))).Where(read => read.Item2 > 0)];
        }
    }

    private IEnumerable<int> Indices(Predicate<PackOperator> predicate) =>
        Enumerable.Range(0, _model.Operators.Count).Where(i => predicate(_model.Operators[i]));

    /// <summary>Names all up to an operator that have no name yet.</summary>
    private static void Fill(string[] names, int last, string name)
    {
        for (int i = last; i >= 0 && names[i] is null; i--)
            names[i] = name;
    }

    private string? Special(PackOperator node) => node.Opcode switch
    {
        Opcode.Embedding => "embedding, a row",
        Opcode.EmbeddingPieces when node == _model.Operators[0] => "embedding, a piece",
        Opcode.EmbeddingPieces => "layer embeddings, a piece",
        Opcode.Experts => $"layer {Experts.ToList().IndexOf(node) + Layers - Experts.Count}: chosen experts",
        _ => null,
    };

    /// <summary>An embedding gives one row, or the piece with it is read; of experts only the chosen ones are.</summary>
    private static long Bytes(PackOperator node) => node.Opcode switch
    {
        Opcode.Embedding => node.Input(1).Bytes / node.Input(1).Dim(2),
        Opcode.EmbeddingPieces => node.OnDemand[0].Bytes,
        Opcode.Experts => (node.OnDemand.Sum(matrix => (long)matrix.Bytes) * node.Parameters[1] / node.Parameters[0])
            + (node.Inputs[2]?.Bytes ?? 0),
        _ => node.Inputs.OfType<PackTensor>().Sum(input => (long)(input.Blob?.Length ?? 0)),
    };
}
