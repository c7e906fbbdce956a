using System.Numerics.Tensors;
using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.ModelConverter.Language.Batches;

/// <summary>A layer's attention over a batch of tokens.</summary>
internal abstract class BatchAttention(TransformerShape shape)
{
    protected TransformerShape Shape { get; } = shape;

    protected float Scale { get; } = (float)(shape.ScoreFactor ?? (1 / Math.Sqrt(shape.HeadWidth)));

    public static BatchAttention Of(TransformerShape shape, int sequences, int positions) => shape.Latent is null
        ? new BatchGroupedAttention(shape, sequences, positions)
        : new BatchLatentAttention(shape, sequences, positions);

    /// <summary>[tokens, width] for the normed stream x [tokens, width].</summary>
    public abstract float[] Next(TokenBatch batch, AttentionWeights weights, float[] x, BatchRotation rotation,
        MatrixProducts products);
}

/// <summary>See <see cref="GroupedAttention"/>.</summary>
internal sealed class BatchGroupedAttention(TransformerShape shape, int sequences, int positions) : BatchAttention(shape)
{
    private readonly BatchCache _keys = new(sequences, shape.KeyValueWidth, positions);
    private readonly BatchCache _values = new(sequences, shape.KeyValueWidth, positions);

    public override float[] Next(TokenBatch batch, AttentionWeights weights, float[] x, BatchRotation rotation,
        MatrixProducts products)
    {
        var own = (GroupedAttention)weights;
        float[] queries = Product(MatrixRole.Query, own.Query, own.QueryBias);
        float[] keys = Product(MatrixRole.Key, own.Key, own.KeyBias);
        Turn(batch, queries, own.QueryNorm, rotation);
        Turn(batch, keys, own.KeyNorm, rotation);
        _keys.Add(batch, keys);
        _values.Add(batch, Product(MatrixRole.Value, own.Value, own.ValueBias));
        float[] mixed = _keys.Attend(batch, queries, Shape.Heads, Shape.Heads / Shape.KeyValueHeads, Scale, _values,
            Shape.HeadWidth);
        return products.Multiply(new MatrixSlot(MatrixRole.Output), own.Output, mixed, Shape.MixedWidth);

        float[] Product(MatrixRole role, float[] matrix, float[]? bias)
        {
            float[] product = products.Multiply(new MatrixSlot(role), matrix, x, Shape.Width);
            for (int at = 0; bias is not null && at < product.Length; at += bias.Length)
                TensorPrimitives.Add(product.AsSpan(at, bias.Length), bias, product.AsSpan(at, bias.Length));
            return product;
        }
    }

    private void Turn(TokenBatch batch, float[] heads, float[]? norm, BatchRotation rotation)
    {
        if (norm is not null)
            BatchVectors.Norm(heads, norm, Shape.Epsilon).CopyTo(heads, 0);
        rotation.Turn(batch, heads, heads.Length / batch.Tokens / Shape.HeadWidth, 0);
    }
}

/// <summary>See <see cref="LatentAttention"/>, in its absorbed form.</summary>
internal sealed class BatchLatentAttention(TransformerShape shape, int sequences, int positions) : BatchAttention(shape)
{
    private readonly BatchCache _lines = new(sequences, shape.CachedWidth, positions);

    /// <summary>What <see cref="_absorbing"/> was made of.</summary>
    private float[]? _keyUp;

    private float[] _absorbing = [];

    public override float[] Next(TokenBatch batch, AttentionWeights weights, float[] x, BatchRotation rotation,
        MatrixProducts products)
    {
        var own = (LatentAttention)weights;
        LatentShape latent = Shape.Latent!;
        float[] compressed = own.QueryDown is null
            ? x
            : BatchVectors.Norm(products.Multiply(new(MatrixRole.QueryDown), own.QueryDown, x, Shape.Width), own.QueryNorm!,
                Shape.Epsilon);
        float[] queries = products.Multiply(new(MatrixRole.Query), own.Query, compressed, compressed.Length / batch.Tokens);
        rotation.Turn(batch, queries, Shape.Heads, latent.PlainWidth);
        Remember(batch, products.Multiply(new(MatrixRole.LatentDown), own.Down, x, Shape.Width), own.LatentNorm, rotation);

        if (_keyUp != own.KeyUp)
            (_keyUp, _absorbing) = (own.KeyUp, HeadTranspose.Of(own.KeyUp, Shape.Heads, latent.PlainWidth, latent.Width));
        float[] plain = BatchVectors.Columns(queries, Shape.HeadWidth, 0, latent.PlainWidth);
        float[] absorbed = products.Multiply(new(MatrixRole.KeyUp), _absorbing, plain, latent.PlainWidth, Shape.Heads);
        float[] carried = BatchVectors.Join(absorbed, latent.Width,
            BatchVectors.Columns(queries, Shape.HeadWidth, latent.PlainWidth, latent.RotatedWidth), latent.RotatedWidth);
        float[] latents = _lines.Attend(batch, carried, Shape.Heads, Shape.Heads, Scale, _lines, latent.Width);
        float[] mixed = products.Multiply(new(MatrixRole.ValueUp), own.ValueUp, latents, latent.Width, Shape.Heads);
        return products.Multiply(new(MatrixRole.Output), own.Output, mixed, Shape.MixedWidth);
    }

    private void Remember(TokenBatch batch, float[] lines, float[]? norm, BatchRotation rotation)
    {
        LatentShape latent = Shape.Latent!;
        rotation.Turn(batch, lines, 1, latent.Width);
        if (norm is not null)
        {
            float[] normed = BatchVectors.Norm(BatchVectors.Columns(lines, Shape.CachedWidth, 0, latent.Width), norm,
                Shape.Epsilon);
            lines = BatchVectors.Join(normed, latent.Width,
                BatchVectors.Columns(lines, Shape.CachedWidth, latent.Width, latent.RotatedWidth), latent.RotatedWidth);
        }

        _lines.Add(batch, lines);
    }
}
