using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Reference;

/// <summary>Pooling and reduction of int8 activations.</summary>
internal static class IntegerPooling
{
    /// <param name="x">[N,H,W,C]</param>
    /// <param name="y">[N,OH,OW,C]</param>
    public static void Pool(Node node, int[] x, int[] y)
    {
        var p = PoolParameters.From(node);
        PoolShape shape = PoolShape.Of(node);
        bool max = node.Kind == OperatorKind.MaxPool2D;
        for (int pixel = 0; pixel < shape.Batch * shape.OutH * shape.OutW; pixel++)
        {
            int[] window = [.. shape.Window(pixel)];
            for (int c = 0; c < shape.Channels; c++)
            {
                int value = max ? sbyte.MinValue : 0;
                foreach (int at in window)
                {
                    int element = x[(at * shape.Channels) + c];
                    value = max ? Math.Max(value, element) : value + element;
                }

                value = max ? value : Average(value, window.Length, p);
                y[(pixel * shape.Channels) + c] = Math.Min(Math.Max(value, p.ActivationMin), p.ActivationMax);
            }
        }
    }

    /// <summary>The sum over the count, rounded half away from zero.</summary>
    private static int Average(int sum, int count, PoolParameters p)
    {
        if (p.CountPadding)
        {
            int whole = p.KernelH * p.KernelW;
            sum += (whole - count) * p.ZeroPoint;
            count = whole;
        }

        return sum > 0 ? (sum + (count / 2)) / count : (sum - (count / 2)) / count;
    }

    public static void Mean(Node node, int[] x, int[] y)
    {
        var p = MeanParameters.From(node);
        int[] shape = node.Input(0).Shape;
        var walk = new Strides.Walk(shape, Strides.Of(shape), FloatPooling.ReducedStrides(shape, p.Axes));
        while (walk.Next())
            y[walk.Second] += x[walk.First];

        for (int i = 0; i < y.Length; i++)
        {
            int sum = unchecked(y[i] - (p.Count * p.InputZeroPoint));
            int scaled = FixedPoint.Requantize(sum, p.Multiplier, p.Shift);
            y[i] = Math.Clamp(scaled + p.OutputZeroPoint, sbyte.MinValue, sbyte.MaxValue);
        }
    }
}
