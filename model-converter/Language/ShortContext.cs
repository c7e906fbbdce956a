namespace McuAi.ModelConverter.Language;

/// <summary>The same model, which looks back on fewer tokens.</summary>
public sealed class ShortContext : ITransformerSource
{
    private readonly ITransformerSource _source;

    /// <param name="context">Tokens, if the model can look back on as many.</param>
    public ShortContext(ITransformerSource source, int context)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(context, 1);
        _source = source;
        Shape = source.Shape with { Context = Math.Min(source.Shape.Context, context) };
    }

    public TransformerShape Shape { get; }

    public float[] Embedding() => _source.Embedding();

    public float[] LayerEmbeddings() => _source.LayerEmbeddings();

    public LayerWeights Layer(int index) => _source.Layer(index);

    public float[] FinalNorm() => _source.FinalNorm();

    public float[] Head() => _source.Head();

    public AheadWeights? Ahead() => _source.Ahead();
}
