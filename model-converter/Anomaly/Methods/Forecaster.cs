using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>A linear forecast of the next frame from those before.</summary>
/// <param name="frames">Of the window.</param>
/// <param name="steps">Of training.</param>
public sealed class Forecaster(int frames = 4, int steps = 1500) : IAnomalyMethod
{
    public string Name => "forecaster";

    public DetectorModel Fit(float[][] normal, int seed)
    {
        float[][] inputs = SlidingFrames.Of(normal[..^1], frames), targets = normal[frames..];
        int size = inputs[0].Length;
        var builder = new NetworkBuilder("forecaster", seed, 1, size);
        ModelGraph graph = NetworkFit.Train(builder.Build(builder.Dense(builder.Input, targets[0].Length), softmax: false),
            inputs, targets, steps, seed);
        double[] weights = NetworkFit.Weights(graph, inputs, targets);
        return new DetectorModel(DetectorModel.Quantize(graph, inputs), frames, DetectorTarget.Next, weights);
    }
}
