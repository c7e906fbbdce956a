using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Gives the int8 weights of a quantized graph fewer bits; activations stay as they are.</summary>
public static class WeightShrinker
{
    /// <summary>A copy of <paramref name="graph"/> with weights of <paramref name="type"/> per output channel, and
    /// biases rescaled to match.</summary>
    /// <param name="graph">Quantized to int8.</param>
    /// <param name="type">Int4 or Int2.</param>
    /// <param name="shrinks">Layers to change; all if null.</param>
    public static ModelGraph Shrink(ModelGraph graph, DataType type, Func<Node, bool>? shrinks = null)
    {
        ModelGraph copy = GraphCopy.Of(graph);
        foreach (Node node in copy.Nodes)
        {
            if (!LayerWeights.Has(node) || node.Input(0).Type != DataType.Int8 || shrinks?.Invoke(node) == false ||
                node.Input(1).Type.Bits() <= type.Bits())
            {
                continue;
            }

            float[]? bias = node.OptionalInput(2) is null ? null : RealBias(node);
            LayerWeights.Quantize(node, RealValues.OfConstant(node.Input(1)), bias, type);
        }

        return copy;
    }

    /// <summary>Biases are multiples of the product of the input's and the filter's scale, whatever scale their tensor
    /// states.</summary>
    private static float[] RealBias(Node node)
    {
        float[] scales = Quantized.Of(node.Input(1)).Scales;
        double input = Quantized.Of(node.Input(0)).Scale;
        int[] bias = ConvParameters.Bias(node, node.Input(2).Elements);
        return [.. bias.Select((value, i) => (float)(value * input * scales[scales.Length == 1 ? 0 : i]))];
    }
}
