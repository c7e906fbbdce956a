namespace McuAi.ModelConverter.Language.Reals;

/// <summary>Multi-head latent attention in its absorbed form: a query is carried to the latents, instead of keys being made of all
/// of them.</summary>
internal sealed class FloatLatentAttention(TransformerShape shape, LatentAttention weights, FloatRotation rotation)
    : FloatAttention(shape, rotation)
{
    private readonly LatentShape _latent = shape.Latent!;

    /// <summary>[position, latent + rotated]</summary>
    private readonly float[] _lines = new float[shape.Context * shape.CachedWidth];

    public override float[] Next(float[] x, int position)
    {
        int latent = _latent.Width, plain = _latent.PlainWidth, rotated = _latent.RotatedWidth, line = latent + rotated;
        float[] queries = FloatVectors.Multiply(weights.Query, Compressed(x));
        Remember(FloatVectors.Multiply(weights.Down, x), position);
        var mixed = new float[Shape.MixedWidth];
        var query = new float[line];
        var sum = new float[latent];
        for (int head = 0; head < Shape.Heads; head++)
        {
            Span<float> own = queries.AsSpan(head * (plain + rotated), plain + rotated);
            Absorb(own[..plain], weights.KeyUp.AsSpan(head * plain * latent, plain * latent), query.AsSpan(0, latent));
            Rotation.Turn(own[plain..]);
            own[plain..].CopyTo(query.AsSpan(latent));
            Mix(Weigh(query, _lines, line, 0, position + 1), _lines, line, 0, sum);
            int values = _latent.ValueWidth;
            FloatVectors.Multiply(weights.ValueUp.AsSpan(head * values * latent, values * latent), sum)
                .CopyTo(mixed, head * values);
        }

        return FloatVectors.Multiply(weights.Output, mixed);
    }

    private float[] Compressed(float[] x) => weights.QueryDown is null
        ? x
        : FloatVectors.Norm(FloatVectors.Multiply(weights.QueryDown, x), weights.QueryNorm, Shape.Epsilon);

    private void Remember(float[] line, int position)
    {
        if (weights.LatentNorm is not null)
            FloatVectors.Norm(line.AsSpan(0, _latent.Width), weights.LatentNorm, Shape.Epsilon).CopyTo(line, 0);
        Rotation.Turn(line.AsSpan(_latent.Width));
        line.CopyTo(_lines, position * line.Length);
        Note(line, []);
    }

    /// <summary>The transpose of a head's keyUp [plain, latent] times its query [plain].</summary>
    private static void Absorb(ReadOnlySpan<float> query, ReadOnlySpan<float> keyUp, Span<float> absorbed)
    {
        absorbed.Clear();
        for (int i = 0; i < query.Length; i++)
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(keyUp.Slice(i * absorbed.Length, absorbed.Length), query[i],
                absorbed, absorbed);
    }
}
