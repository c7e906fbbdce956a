using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Pooling and reduction in float32.</summary>
internal static class FloatPooling
{
    /// <param name="x">[N,H,W,C]</param>
    /// <param name="y">[N,OH,OW,C]</param>
    public static void Pool(Node node, float[] x, float[] y)
    {
        PoolShape shape = PoolShape.Of(node);
        bool max = node.Kind == OperatorKind.MaxPool2D;
        var sums = new double[shape.Channels];
        for (int pixel = 0; pixel < shape.Batch * shape.OutH * shape.OutW; pixel++)
        {
            Array.Fill(sums, max ? double.NegativeInfinity : 0);
            int count = 0;
            foreach (int at in shape.Window(pixel))
            {
                count++;
                for (int c = 0; c < sums.Length; c++)
                {
                    float value = x[(at * sums.Length) + c];
                    sums[c] = max ? Math.Max(sums[c], value) : sums[c] + value;
                }
            }

            double divisor = max ? 1 : shape.CountPadding ? shape.KernelH * shape.KernelW : count;
            for (int c = 0; c < sums.Length; c++)
                y[(pixel * sums.Length) + c] = (float)(sums[c] / divisor);
        }

        FloatElementwise.Clamp(y, node.Get<PoolAttributes>().Activation);
    }

    public static void Mean(Node node, float[] x, float[] y)
    {
        int[] shape = node.Input(0).Shape;
        int[] strides = ReducedStrides(shape, node.Get<ReduceAttributes>().Axes);
        var sums = new double[y.Length];
        var walk = new Strides.Walk(shape, Strides.Of(shape), strides);
        while (walk.Next())
            sums[walk.Second] += x[walk.First];

        for (int i = 0; i < y.Length; i++)
            y[i] = (float)(sums[i] * y.Length / x.Length);
    }

    /// <summary>Strides by which the result of a reduction is addressed over the indices of its input: 0 along the
    /// reduced axes.</summary>
    public static int[] ReducedStrides(int[] shape, int[] axes)
    {
        var kept = (int[])shape.Clone();
        foreach (int axis in axes)
            kept[axis < 0 ? axis + shape.Length : axis] = 1;

        return Strides.Broadcast(kept, shape);
    }
}
