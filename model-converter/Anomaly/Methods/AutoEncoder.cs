using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>A network that has to give back a window of frames through a layer with fewer numbers than it has: it can do so
/// for what it has seen. Dense layers, ReLU between them.</summary>
/// <param name="frames">Of the window.</param>
/// <param name="steps">Of training; 0: the untrained baseline.</param>
public sealed class AutoEncoder(int frames = 1, int steps = 1500) : IAnomalyMethod
{
    public string Name => steps == 0 ? "untrained auto-encoder" : "auto-encoder";

    public DetectorModel Fit(float[][] normal, int seed)
    {
        float[][] inputs = SlidingFrames.Of(normal, frames);
        int size = inputs[0].Length, hidden = Math.Clamp(2 * size, 8, 64), code = Math.Clamp(size / 3, 1, 16);
        var builder = new NetworkBuilder("auto-encoder", seed, 1, size);
        Tensor x = builder.Relu(builder.Dense(builder.Input, hidden));
        x = builder.Relu(builder.Dense(builder.Dense(x, code), hidden));
        ModelGraph graph = NetworkFit.Train(builder.Build(builder.Dense(x, size), softmax: false), inputs, inputs, steps, seed);
        double[] weights = NetworkFit.Weights(graph, inputs, inputs);
        return new DetectorModel(DetectorModel.Quantize(graph, inputs), frames, DetectorTarget.Input, weights);
    }
}
