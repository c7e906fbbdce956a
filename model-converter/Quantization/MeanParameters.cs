using System.Numerics;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Constants of the mean over some axes: <c>requantize(sum - Count * InputZeroPoint) + OutputZeroPoint</c>,
/// saturated; the multiplier contains 1 / Count.</summary>
/// <param name="Axes">Reduced axes of the input, ascending.</param>
/// <param name="Count">Elements that one output sums.</param>
/// <param name="Multiplier">0..2^31-1; below 2^30 too, unlike elsewhere.</param>
public sealed record MeanParameters(int[] Axes, int Count, int InputZeroPoint, int OutputZeroPoint, int Multiplier,
    int Shift)
{
    public static MeanParameters From(Node node)
    {
        Tensor input = node.Input(0), output = node.Output;
        Quantized.Require(node, input, DataType.Int8);
        Quantized.Require(node, output, DataType.Int8);
        int[] axes = [.. node.Get<ReduceAttributes>().Axes
            .Select(axis => axis < 0 ? axis + input.Rank : axis).Distinct().Order()];
        int count = axes.Aggregate(1, (product, axis) => checked(product * input.Shape[axis]));
        FixedPoint.Factor factor = Quantized.Factor(node,
            (double)Quantized.Of(input).Scale / Quantized.Of(output).Scale);

        // divide the mantissa by the count, keeping as many bits as the shift has room for
        int shift = Math.Min(BitOperations.Log2((uint)count), 31 + factor.Shift);
        return new MeanParameters(axes, count, Quantized.Of(input).ZeroPoint, Quantized.Of(output).ZeroPoint,
            (int)(((long)factor.Multiplier << shift) / count), factor.Shift - shift);
    }

    /// <summary>The input seen as [Outer, Reduced, Inner] if the reduced axes (those of size 1 aside) are neighbours;
    /// null otherwise.</summary>
    public (int Outer, int Reduced, int Inner)? Blocks(int[] shape)
    {
        int[] axes = [.. Axes.Where(axis => shape[axis] > 1)];
        if (axes.Length == 0)
            return (1, 1, Product(shape));

        bool gap = Enumerable.Range(axes[0], axes[^1] - axes[0]).Any(axis => shape[axis] > 1 && !axes.Contains(axis));
        return gap ? null : (Product(shape[..axes[0]]), Count, Product(shape[(axes[^1] + 1)..]));
    }

    private static int Product(int[] dimensions) => dimensions.Aggregate(1, (product, size) => product * size);
}
