using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>What a method makes of normal data: an int8 model of standardised frames, and how its output is judged.</summary>
/// <param name="Pack">Its input and output are int8 with <see cref="Levels"/> for each standard deviation.</param>
/// <param name="Frames">Of the input.</param>
/// <param name="Target">What the output is compared with.</param>
/// <param name="Weights">Of the squares of the differences.</param>
public sealed record DetectorModel(PackModel Pack, int Frames, DetectorTarget Target, double[] Weights)
{
    /// <summary>Levels of a standard deviation: int8 reaches 32 of them. What is not normal goes far, and scores that
    /// saturate are all the same.</summary>
    public const int Levels = 4;

    /// <summary>Quantizes a float graph of frames [1, D].</summary>
    /// <param name="inputs">Normal inputs.</param>
    internal static PackModel Quantize(ModelGraph graph, IReadOnlyList<float[]> inputs)
    {
        // Both ends leave room for what is not normal; what lies between is calibrated.
        var standard = new Quantization(1f / Levels, 0);
        graph.Inputs[0].Quantization = standard;
        graph.Outputs[0].Quantization = standard;
        ModelGraph quantized = PostTrainingQuantizer.Quantize(graph, [.. inputs.Select(input => new[] { input })]);
        return GraphLowering.Lower(quantized, KernelFamilies.Named("portable"));
    }

    /// <summary>A model whose output is its input.</summary>
    internal static PackModel Identity(int elements)
    {
        var x = new PackTensor("frame", DataType.Int8, [1, elements], TensorPlace.Arena) { Scale = 1f / Levels };
        var y = new PackTensor("deviation", DataType.Int8, [1, elements], TensorPlace.Arena) { Scale = 1f / Levels };
        var model = new PackModel();
        model.Metadata["name"] = "identity";
        model.Tensors.AddRange([x, y]);
        model.Inputs.Add(x);
        model.Outputs.Add(y);
        model.Operators.Add(new PackOperator(Opcode.Copy, [x], [y], []));
        PackLayout.Apply(model, KernelFamilies.Named("portable"), int.MaxValue);
        return model;
    }
}

/// <summary>A way to tell what is not normal, learned from normal frames alone.</summary>
public interface IAnomalyMethod
{
    string Name { get; }

    /// <param name="normal">Standardised normal frames in the order of time, [frame][feature].</param>
    DetectorModel Fit(float[][] normal, int seed);
}
