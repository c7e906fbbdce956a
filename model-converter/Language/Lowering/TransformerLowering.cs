using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Memory;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Language.Lowering;

/// <summary>Turns a quantized language model into a pack: the program of docs/pack-format.md, "Operators of language models", with
/// inputs tokens and position, and an output, the logits.</summary>
public sealed class TransformerLowering
{
    private readonly QuantizedTransformer _source;
    private readonly TransformerShape _shape;
    private readonly ProgramBuilder _program;
    private readonly AttentionLowering _attention;
    private readonly FeedForwardLowering _feedForward;

    private TransformerLowering(QuantizedTransformer source, LoweringOptions options)
    {
        _source = source;
        _shape = source.Shape;
        _program = new ProgramBuilder(options.Rows);
        _attention = new AttentionLowering(_program, _shape, options);
        _feedForward = new FeedForwardLowering(_program, _shape);
    }

    /// <exception cref="ModelException">The model does not fit the arithmetic, or a pack.</exception>
    public static PackModel Lower(QuantizedTransformer source, LoweringOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        return new TransformerLowering(source, options).Run();
    }

    private PackModel Run()
    {
        PackTensor tokens = _program.Values("tokens", _program.Rows, perRow: false), position = _program.Values("position", 1, perRow: false);
        _program.Model.Inputs.AddRange([tokens, position]);
        PackTensor[] embedding = _program.Pieces("embedding", _source.Embedding, mayCut: !_shape.IsTied || _program.Rows == 1);
        PackTensor stream = _program.Values("stream", _shape.Width, perRow: true);
        _program.Embed(tokens, embedding, stream, _source.Embedding.Format.Group);
        PackTensor? lookedUp = _source.LayerEmbeddings is { } table ? LookUp(tokens, table) : null;
        PackTensor angles = _attention.Angles(position);
        for (int i = 0; i < _shape.Layers; i++)
        {
            QuantizedLayer layer = _source.Layers[i];
            PackTensor normed = _program.Norm(stream, layer.AttentionNorm, _shape.Epsilon, $"layer {i} attention norm");
            _attention.Lower(i, layer.Attention, normed, angles, position, stream);
            normed = _program.Norm(stream, layer.FeedForwardNorm, _shape.Epsilon, $"layer {i} feed-forward norm");
            _feedForward.Lower(i, layer.FeedForward, normed, stream);
            if (layer.Embedding is { } own)
                _feedForward.LookUp(i, own, normed, lookedUp!, stream);
        }

        PackTensor last = _program.Norm(stream, _source.FinalNorm, _shape.Epsilon, "final norm");
        PackTensor? ahead = _source.Ahead is { } guessing && _program.Rows > 1 ? Ahead(guessing, stream) : null;
        PackTensor[] head = _shape.IsTied ? embedding : _program.Pieces("head", _source.Head, mayCut: _program.Rows == 1);
        Logits(last, head, "logits");
        if (ahead is not null)
            Logits(ahead, head, "logits ahead");
        ArenaPlan.Apply(_program.Model);
        return _program.Model;
    }

    private void Logits(PackTensor x, PackTensor[] head, string name)
    {
        PackTensor logits = _program.Values(name, _shape.Vocabulary, perRow: true);
        _program.Linear(x, head, _source.Head, logits);
        _program.Model.Outputs.Add(logits);
    }

    /// <summary>What the head makes the logits of the token after the next one of. It comes before the logits of the next one, so
    /// that a head that is streamed is read once for both.</summary>
    private PackTensor Ahead(QuantizedAhead weights, PackTensor stream)
    {
        _feedForward.Dense("ahead", weights.Block, _program.Norm(stream, weights.Norm, _shape.Epsilon, "ahead norm"), stream);
        return _program.Norm(stream, _source.FinalNorm, _shape.Epsilon, "final norm ahead");
    }

    /// <summary>What all layers look up for the tokens, at once: a token's numbers are neighbours in the table.</summary>
    private PackTensor LookUp(PackTensor tokens, QuantizedMatrix table)
    {
        PackTensor lookedUp = _program.Values("looked up", table.Columns, perRow: true);
        _program.Embed(tokens, _program.SmallPieces("layer embeddings", table), lookedUp, table.Format.Group);
        return lookedUp;
    }
}
