using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>What the residual stream of a student is in that of its teacher, which has more layers or channels.</summary>
/// <param name="Layers">Of each of the student's layers, the teacher's layer after which the stream should be the same.</param>
/// <param name="Channels">Of the teacher's stream, those that the student has.</param>
/// <param name="Scale">What the student multiplies them with.</param>
public sealed record TeacherStreams(IReadOnlyList<int> Layers, IReadOnlyList<int> Channels, double Scale)
{
    /// <summary>[channels, T]: what the student's stream after a layer should be.</summary>
    internal Tensor<float> After(int layer, IReadOnlyList<LayerTrace<float>> teacher)
    {
        Tensor<float> stream = teacher[Layers[layer]].Output;
        int tokens = stream.Channels;
        var part = new Tensor<float>(new float[Channels.Count * tokens], Channels.Count, tokens);
        for (int i = 0; i < Channels.Count; i++)
            TensorPrimitives.Multiply(stream.Data.Slice(Channels[i] * tokens, tokens), (float)Scale,
                part.Data.Slice(i * tokens, tokens));
        return part;
    }
}
