using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>How often the likeliest class is the right one.</summary>
public static class Accuracy
{
    /// <summary>Rows of outputs whose greatest element is where that of the targets is.</summary>
    public static int Right(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, int classes)
    {
        int right = 0;
        if (outputs.Length != targets.Length)
            return 0;
        for (int i = 0; i < outputs.Length; i += classes)
            if (TensorPrimitives.IndexOfMax(outputs.Slice(i, classes)) == TensorPrimitives.IndexOfMax(targets.Slice(i, classes)))
                right++;
        return right;
    }

    /// <summary>The share of <paramref name="inputs"/> [N, ...] that a network classifies as <paramref name="labels"/>
    /// say.</summary>
    public static double Of(Network<float> network, Tensor<float> inputs, IReadOnlyList<int> labels, int batchSize = 100) =>
        Each(network, inputs, labels, batchSize).Count(right => right) / (double)labels.Count;

    /// <summary>Which of <paramref name="inputs"/> [N, ...] a network classifies as <paramref name="labels"/> say.</summary>
    public static bool[] Each(Network<float> network, Tensor<float> inputs, IReadOnlyList<int> labels, int batchSize = 100)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(labels);
        var tape = new Tape<float> { IsTraining = false };
        int count = inputs.Shape[0], size = inputs.Count / count;
        var right = new bool[count];
        for (int first = 0; first < count; first += batchSize)
        {
            int n = Math.Min(batchSize, count - first);
            tape.Reset();
            var batch = new Tensor<float>(inputs.Data.Slice(first * size, n * size).ToArray(), [n, .. inputs.Shape[1..]]);
            Tensor<float> outputs = network.Forward(tape, batch);
            for (int i = 0; i < n; i++)
                right[first + i] = TensorPrimitives.IndexOfMax<float>(outputs.Data.Slice(i * outputs.Channels, outputs.Channels)) ==
                    labels[first + i];
        }

        return right;
    }
}
