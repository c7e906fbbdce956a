using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>Runs the program of a language model's pack as docs/transformer-arithmetic.md specifies it: the plain reference of the
/// core's operators.</summary>
public sealed class TransformerExecutor
{
    private readonly PackModel _model;
    private readonly Dictionary<PackTensor, int[]> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PackTensor, MatrixRows> _matrices = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PackOperator, AttentionCache> _caches = new(ReferenceEqualityComparer.Instance);

    /// <param name="model">Inputs: tokens int32 [T], position int32 [1]; one or two outputs int32 [T, vocabulary]. Matrices in the rows
    /// layout.</param>
    public TransformerExecutor(PackModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
    }

    /// <summary>Is told which experts an operator has chosen for a token, if somebody wants to know.</summary>
    public Action<PackOperator, IReadOnlyList<int>>? Routed { get; set; }

    /// <summary>Forgets all tokens.</summary>
    public void Reset() => _caches.Clear();

    /// <summary>Takes tokens at a position and those after it; those before it have been given before.</summary>
    /// <returns>[tokens * vocabulary] logits, Q16.</returns>
    public int[] Next(ReadOnlySpan<int> tokens, int position)
    {
        int rows = tokens.Length;
        _values[_model.Inputs[0]] = tokens.ToArray();
        _values[_model.Inputs[1]] = [position];
        foreach (PackOperator node in _model.Operators)
            Set(node.Output, Run(node, rows));
        return _values[_model.Outputs[0]];
    }

    /// <summary>[tokens * vocabulary] logits of the tokens after the next ones, Q16, of the last tokens that were taken; of a model
    /// that guesses them.</summary>
    public int[] Ahead => _values[_model.Outputs[1]];

    private int[] Run(PackOperator node, int rows) => node.Opcode switch
    {
        Opcode.Embedding => LinearReference.Embed(Matrix(node.Input(1), node.Parameters[0]), Values(node.Input(0))),
        Opcode.EmbeddingPieces => Embed(node),
        Opcode.Linear => LinearReference.Multiply(Matrix(node.Input(1), node.Parameters[0]), Rows(node.Input(0), rows),
            node.Parameters[2], node.Parameters[1], Addend(node, rows)),
        Opcode.RmsNorm => NormReference.Run(node, Rows(node.Input(0), rows), Constants.Int16(node.Input(1))),
        Opcode.Angles => RotationReference.Angles(Values(node.Input(0))[0], Constants.Int32(node.Input(1)), rows),
        Opcode.Rotary => RotationReference.Rotate(node, Rows(node.Input(0), rows), Rows(node.Input(1), rows), rows),
        Opcode.SwiGlu => GateReference.SwiGlu(node, Rows(node.Input(0), rows), Rows(node.Input(1), rows), rows),
        Opcode.Attention => AttentionReference.Run(node, Cache(node), [.. node.Inputs.Take(5).Select(input =>
            input is null ? [] : Rows(input, rows))], Values(node.Input(5))[0], rows),
        Opcode.Experts => ExpertsReference.Run(node, Experts(node), Routed, Rows(node.Input(0), rows), Rows(node.Input(1), rows),
            node.Inputs[2] is { } biases ? Constants.Int32(biases) : null,
            node.Inputs[3] is { } addend ? Rows(addend, rows) : null),
        _ => throw new ModelException($"{node.Opcode} is no operator of language models."),
    };

    private int[] Values(PackTensor tensor) => tensor.ViewOf is { } whole
        ? _values[whole][(tensor.ViewOffset / sizeof(int))..][..tensor.Elements]
        : _values[tensor];

    /// <summary>The first rows of a tensor.</summary>
    private int[] Rows(PackTensor tensor, int rows) => Values(tensor)[..(rows * tensor.Dim(3))];

    private void Set(PackTensor tensor, int[] values)
    {
        if (tensor.ViewOf is not { } whole)
        {
            _values[tensor] = values;
            return;
        }

        if (!_values.ContainsKey(whole))
            _values[whole] = new int[whole.Elements];
        values.CopyTo(_values[whole], tensor.ViewOffset / sizeof(int));
    }

    private int[]? Addend(PackOperator node, int rows) => node.Inputs[2] switch
    {
        null => null,
        { Blob: not null } bias => [.. Enumerable.Repeat(Constants.Int32(bias), rows).SelectMany(row => row)],
        var values => Rows(values, rows),
    };

    private MatrixRows Matrix(PackTensor tensor, int group)
    {
        if (!_matrices.TryGetValue(tensor, out MatrixRows? matrix))
            _matrices[tensor] = matrix = new MatrixRows(tensor, group);
        return matrix;
    }

    /// <summary>Each token from the piece that has its row.</summary>
    private int[] Embed(PackOperator node)
    {
        int each = node.OnDemand[0].Dim(2);
        return [.. Values(node.Input(0)).SelectMany(token =>
            LinearReference.Embed(Matrix(node.OnDemand[token / each], node.Parameters[0]), [token % each]))];
    }

    private AttentionCache Cache(PackOperator node)
    {
        if (!_caches.TryGetValue(node, out AttentionCache? cache))
            _caches[node] = cache = new AttentionCache();
        return cache;
    }

    private MatrixRows[] Experts(PackOperator node) =>
        [.. node.OnDemand.Select(tensor => Matrix(tensor, node.Parameters[9]))];
}
