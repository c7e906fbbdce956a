using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Language.Reals;

/// <summary>Attention with keys and values for each head or group of heads.</summary>
internal sealed class FloatGroupedAttention(TransformerShape shape, GroupedAttention weights, FloatRotation rotation)
    : FloatAttention(shape, rotation)
{
    private readonly float[] _keys = new float[shape.Context * shape.KeyValueWidth];
    private readonly float[] _values = new float[shape.Context * shape.KeyValueWidth];

    public override float[] Next(float[] x, int position)
    {
        float[] queries = Product(weights.Query, weights.QueryBias, x), keys = Product(weights.Key, weights.KeyBias, x);
        Turn(queries, weights.QueryNorm);
        Turn(keys, weights.KeyNorm);
        int line = Shape.KeyValueWidth, width = Shape.HeadWidth;
        float[] values = Product(weights.Value, weights.ValueBias, x);
        keys.CopyTo(_keys, position * line);
        values.CopyTo(_values, position * line);
        Note(keys, values);
        var mixed = new float[Shape.QueryWidth];
        for (int head = 0; head < Shape.Heads; head++)
        {
            int shared = head / (Shape.Heads / Shape.KeyValueHeads) * width;
            float[] weight = Weigh(queries.AsSpan(head * width, width), _keys, line, shared, position + 1);
            Mix(weight, _values, line, shared, mixed.AsSpan(head * width, width));
        }

        return FloatVectors.Multiply(weights.Output, mixed);
    }

    private static float[] Product(float[] matrix, float[]? bias, float[] x)
    {
        float[] product = FloatVectors.Multiply(matrix, x);
        if (bias is not null)
            TensorPrimitives.Add<float>(product, bias, product);
        return product;
    }

    private void Turn(float[] heads, float[]? norm)
    {
        for (int first = 0; first < heads.Length; first += Shape.HeadWidth)
        {
            Span<float> head = heads.AsSpan(first, Shape.HeadWidth);
            if (norm is not null)
                FloatVectors.Norm(head, norm, Shape.Epsilon).CopyTo(head);
            Rotation.Turn(head);
        }
    }
}
