namespace McuAi.Tests.Import;

/// <summary>conv - batch norm - relu - max pool - conv - global average - flatten - gemm - softmax over [1,3,8,8], as
/// an ONNX model and as loops in double over ONNX's layout.</summary>
internal sealed class NaiveClassifier(Random random)
{
    private const int Channels = 3, Size = 8, Filters = 4, Wide = 5, Classes = 6;
    private const float Epsilon = 1e-3f;
    private readonly float[] first = Values(random, Filters * Channels * 9);
    private readonly float[] firstBias = Values(random, Filters);
    private readonly float[] gamma = Values(random, Filters);
    private readonly float[] beta = Values(random, Filters);
    private readonly float[] mean = Values(random, Filters);
    private readonly float[] variance = [.. Values(random, Filters).Select(value => value + 1.1f)];
    private readonly float[] second = Values(random, Wide * Filters * 9);
    private readonly float[] dense = Values(random, Classes * Wide);
    private readonly float[] denseBias = Values(random, Classes);

    public float[] RandomImage() => Values(random, Channels * Size * Size);

    public byte[] Model()
    {
        var builder = new OnnxModelBuilder();
        string x = builder.Input("image", -1, Channels, Size, Size);
        int[] pads = [1, 1, 1, 1], two = [2, 2];
        x = builder.Node("Conv",
            [x, builder.Constant(first, Filters, Channels, 3, 3), builder.Constant(firstBias, Filters)],
            ("pads", pads));
        x = builder.Node("BatchNormalization",
            [x, .. new[] { gamma, beta, mean, variance }.Select(c => builder.Constant(c, Filters))],
            ("epsilon", Epsilon));
        x = builder.Node("Relu", [x]);
        x = builder.Node("MaxPool", [x], ("kernel_shape", two), ("strides", two));
        x = builder.Node("Conv", [x, builder.Constant(second, Wide, Filters, 3, 3)]);
        x = builder.Node("Flatten", [builder.Node("GlobalAveragePool", [x])]);
        x = builder.Node("Gemm", [x, builder.Constant(dense, Classes, Wide), builder.Constant(denseBias, Classes)],
            ("transB", 1));
        x = builder.Node("Softmax", [x]);
        builder.Model.Graph.Node[^1].Output[0] = "probabilities";
        builder.Output("probabilities");
        return builder.Build();
    }

    public double[] Run(float[] image)
    {
        double[,,] x = new double[Channels, Size, Size];
        for (int i = 0; i < image.Length; i++)
            x[i / (Size * Size), i / Size % Size, i % Size] = image[i];

        double[,,] y = Convolve(x, first, firstBias, Filters, pad: 1);
        double[,,] pooled = new double[Filters, Size / 2, Size / 2]; // of relu(batch norm), so never below 0
        for (int c = 0; c < Filters; c++)
        {
            for (int i = 0; i < Size * Size; i++)
            {
                double centred = y[c, i / Size, i % Size] - mean[c];
                double value = (gamma[c] * centred / Math.Sqrt(variance[c] + Epsilon)) + beta[c];
                ref double cell = ref pooled[c, i / Size / 2, i % Size / 2];
                cell = Math.Max(cell, value);
            }
        }

        y = Convolve(pooled, second, new float[Wide], Wide, pad: 0);
        double[] logits = [.. denseBias.Select(value => (double)value)];
        int width = y.GetLength(2), pixels = y.GetLength(1) * width;
        for (int k = 0; k < Classes; k++)
        {
            for (int i = 0; i < Wide * pixels; i++)
                logits[k] += dense[(k * Wide) + (i / pixels)] * y[i / pixels, i % pixels / width, i % width] / pixels;
        }

        double[] powers = [.. logits.Select(Math.Exp)];
        return [.. powers.Select(power => power / powers.Sum())];
    }

    private static double[,,] Convolve(double[,,] x, float[] filter, float[] bias, int outputs, int pad)
    {
        int inputs = x.GetLength(0), height = x.GetLength(1), width = x.GetLength(2);
        var y = new double[outputs, height + (2 * pad) - 2, width + (2 * pad) - 2];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < y.GetLength(1) * y.GetLength(2); i++)
            {
                int row = i / y.GetLength(2), column = i % y.GetLength(2);
                y[o, row, column] = bias[o];
                for (int k = 0; k < inputs * 9; k++)
                {
                    int r = row + (k / 3 % 3) - pad, c = column + (k % 3) - pad;
                    if (r >= 0 && c >= 0 && r < height && c < width)
                        y[o, row, column] += filter[(o * inputs * 9) + k] * x[k / 9, r, c];
                }
            }
        }

        return y;
    }

    private static float[] Values(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
}
