using System.Numerics;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Training;

/// <summary>The weights of a graph keep their output channel first; training keeps it last, so that a vector holds
/// neighbouring outputs: [O, KH, KW, C] becomes [KH, KW, C, O], [O, K] becomes [K, O], depthwise [1, KH, KW, C] becomes
/// [KH, KW, C].</summary>
internal static class ConstantLayout
{
    public static int[] Shape(OperatorKind kind, int[] shape) => kind switch
    {
        OperatorKind.DepthwiseConv2D => shape[1..],
        OperatorKind.Conv2D or OperatorKind.TransposeConv or OperatorKind.FullyConnected => [.. shape[1..], shape[0]],
        _ => shape,
    };

    public static T[] ToTraining<T>(OperatorKind kind, int[] shape, ReadOnlySpan<float> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new T[values.Length];
        for (int i = 0; i < result.Length; i++)
            result[Place(kind, shape, i)] = T.CreateChecked(values[i]);
        return result;
    }

    public static float[] ToGraph<T>(OperatorKind kind, int[] shape, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new float[values.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = float.CreateChecked(values[Place(kind, shape, i)]);
        return result;
    }

    /// <summary>Where element <paramref name="index"/> of the graph's constant is in training.</summary>
    private static int Place(OperatorKind kind, int[] shape, int index)
    {
        if (kind is not (OperatorKind.Conv2D or OperatorKind.TransposeConv or OperatorKind.FullyConnected))
            return index;
        int depth = Dimensions.Product(shape.AsSpan(1));
        return (index % depth * shape[0]) + (index / depth);
    }
}
