using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>Principal components of normal frames, each divided by its standard deviation: large ones give Hotelling's T²,
/// small ones what a reconstruction lacks (Q); the sum of all squares is Mahalanobis' distance. One dense layer.</summary>
/// <param name="frames">Of the input.</param>
public sealed class PrincipalComponents(int frames = 1) : IAnomalyMethod
{
    /// <summary>Added to the variances: int8 inputs and few frames say nothing of smaller ones.</summary>
    private const double LeastVariance = 0.05;

    public string Name => "PCA";

    public DetectorModel Fit(float[][] normal, int seed)
    {
        float[][] inputs = SlidingFrames.Of(normal, frames);
        int size = inputs[0].Length;
        (double[] variances, double[][] components) = SymmetricEigen.Of(Covariance(inputs, size));
        var builder = new NetworkBuilder("pca", seed, 1, size);
        Tensor output = builder.Dense(builder.Input, size);
        ModelGraph graph = builder.Build(output, softmax: false);
        float[] weights = [.. components.SelectMany((component, i) =>
            component.Select(value => (float)(value / Math.Sqrt(Math.Max(variances[i], 0) + LeastVariance))))];
        Tensor constant = graph.Nodes[0].Input(1);
        constant.Data = System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(weights).ToArray();
        return new DetectorModel(DetectorModel.Quantize(graph, inputs), frames, DetectorTarget.Zero,
            [.. Enumerable.Repeat(1.0, size)]);
    }

    /// <summary>About 0, which is the mean of standardised frames.</summary>
    private static double[][] Covariance(float[][] inputs, int size)
    {
        double[][] sums = [.. Enumerable.Range(0, size).Select(_ => new double[size])];
        foreach (float[] input in inputs)
            for (int i = 0; i < size; i++)
                for (int j = 0; j < size; j++)
                    sums[i][j] += (double)input[i] * input[j] / inputs.Length;
        return sums;
    }
}
