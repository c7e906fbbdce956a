namespace McuAi.ModelConverter.Language;

/// <summary>The weights of a layer. Matrices are [outputs, inputs], row after row.</summary>
/// <param name="AttentionNorm">[width]</param>
/// <param name="Query">[heads * head width, width]; the pairs that are rotated are neighbours.</param>
/// <param name="Key">[key-value heads * head width, width]; likewise.</param>
/// <param name="Value">[key-value heads * head width, width]</param>
/// <param name="Output">[width, heads * head width]</param>
/// <param name="FeedForwardNorm">[width]</param>
/// <param name="Gate">[hidden, width], through SiLU.</param>
/// <param name="Up">[hidden, width]</param>
/// <param name="Down">[width, hidden]</param>
public sealed record LayerWeights(float[] AttentionNorm, float[] Query, float[] Key, float[] Value, float[] Output,
    float[] FeedForwardNorm, float[] Gate, float[] Up, float[] Down);

/// <summary>A transformer as somebody has stored it. Weights are read when they are asked for, so that a model need not fit
/// into memory.</summary>
public interface ITransformerSource
{
    TransformerShape Shape { get; }

    /// <summary>[vocabulary, width]</summary>
    float[] Embedding();

    LayerWeights Layer(int index);

    /// <summary>[width], before the logits.</summary>
    float[] FinalNorm();

    /// <summary>[vocabulary, width]; the embedding where the two are tied.</summary>
    float[] Head();
}
