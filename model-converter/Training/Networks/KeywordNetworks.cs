using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Training;

/// <summary>Networks for keyword spotting on features [1, frames, channels, 1].</summary>
public static class KeywordNetworks
{
    /// <summary>DS-CNN-S (Zhang et al., 2017) as in MLPerf Tiny: a convolution, four depthwise-separable ones of 64
    /// channels, 2.7 M multiplications for 49x10 features.</summary>
    /// <param name="timeStride">Frames from one row of the first convolution to the next; 2 in DS-CNN-S.</param>
    public static ModelGraph DsCnn(int frames, int features, int classes, int seed, int width = 64, int blocks = 4,
        int timeStride = 2)
    {
        var builder = new NetworkBuilder("ds-cnn", seed, 1, frames, features, 1);
        Tensor x = Normalized(builder, builder.Conv(builder.Input, width, 10, 4, timeStride, 2));
        for (int block = 0; block < blocks; block++)
        {
            x = Normalized(builder, builder.Depthwise(x, 3, 3));
            x = Normalized(builder, builder.Conv(x, width, 1, 1));
        }

        return builder.Build(builder.Dense(builder.GlobalAverage(x), classes), softmax: true);
    }

    /// <summary>Two convolutions over time and frequency, then separable residual ones over time alone: after Choi et al.
    /// (2019, temporal convolution) and QuartzNet's blocks.</summary>
    /// <param name="width">Channels of the blocks over time.</param>
    /// <param name="kernel">Frames that a block sees.</param>
    /// <param name="timeStride">Frames of the front end from one frame of the blocks to the next.</param>
    public static ModelGraph Temporal(int frames, int features, int classes, int seed, int width = 80, int blocks = 4,
        int kernel = 9, int stem = 8, int second = 16, int timeStride = 2)
    {
        var builder = new NetworkBuilder("temporal", seed, 1, frames, features, 1);
        Tensor x = Normalized(builder, builder.Conv(builder.Input, stem, 5, 5, timeStride, 2));
        x = Normalized(builder, builder.Conv(x, second, 3, 3, 1, 2));
        x = builder.Reshape(x, 1, x.Shape[1], 1, x.Shape[2] * x.Shape[3]);
        x = Normalized(builder, builder.Conv(x, width, 1, 1));
        for (int block = 0; block < blocks; block++)
        {
            Tensor inner = builder.BatchNorm(builder.Depthwise(x, kernel, 1));
            x = builder.Relu(builder.Sum(x, builder.BatchNorm(builder.Conv(inner, width, 1, 1))));
        }

        return builder.Build(builder.Dense(builder.GlobalAverage(x), classes), softmax: true);
    }

    private static Tensor Normalized(NetworkBuilder builder, Tensor x) => builder.Relu(builder.BatchNorm(x));
}
