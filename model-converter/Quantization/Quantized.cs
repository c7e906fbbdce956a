using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Access to quantized tensors with errors that name what is missing.</summary>
public static class Quantized
{
    /// <summary>The quantization of a tensor that needs one.</summary>
    public static Quantization Of(Tensor tensor) => tensor.Quantization
        ?? throw new ModelException($"Tensor {tensor} has no quantization; quantize the whole model first.");

    /// <summary>The integer that stands for a real number in a tensor, saturated to its type; ties away from
    /// zero.</summary>
    public static int Level(Tensor tensor, double real)
    {
        Quantization quantization = Of(tensor);
        ActivationRange range = ActivationRange.OfType(tensor.Type);
        double level = Math.Round(real / quantization.Scale, MidpointRounding.AwayFromZero) + quantization.ZeroPoint;
        return (int)Math.Clamp(level, range.Min, range.Max);
    }

    /// <summary>Fails unless the tensor has one of the types.</summary>
    public static void Require(Node node, Tensor tensor, params ReadOnlySpan<DataType> types)
    {
        if (!types.Contains(tensor.Type))
        {
            throw new ModelException($"{node.Name}: tensor {tensor} is not {string.Join(" or ", types.ToArray())}, " +
                $"which is what the integer operator takes{Advice(tensor.Type)}.");
        }
    }

    private static string Advice(DataType type) => type switch
    {
        DataType.UInt8 => "; models with uint8 layers are of an older kind: quantize the float model to int8",
        DataType.Int16 => "; quantize the model with int8 activations, not int16",
        DataType.Int32 => "; its results have to be scaled to int8 before others use them",
        DataType.Float32 => "; convert the model with --calibrate SAMPLES",
        _ => string.Empty,
    };

    /// <summary>Fails unless the inputs and outputs of a node that mixes integers of several tensors have one scale.
    /// Such operators copy or compare integers; TensorFlow Lite's converter rescales their inputs beforehand.</summary>
    public static void RequireOneScale(Node node)
    {
        Quantization expected = Of(node.Output);
        foreach (Tensor tensor in node.Inputs.OfType<Tensor>())
        {
            Quantization own = Of(tensor);
            if (own.ZeroPoint != expected.ZeroPoint || Math.Abs(own.Scale - expected.Scale) > expected.Scale / 1000)
                throw new ModelException($"{node.Name}: {tensor} has another scale than the output; rescale it first.");
        }
    }

    /// <summary>A factor that a kernel can apply: the shift to the left is at most 30.</summary>
    internal static FixedPoint.Factor Factor(Node node, double real)
    {
        FixedPoint.Factor factor = FixedPoint.FromReal(real);
        return double.IsFinite(real) && real >= 0 && factor.Shift <= 30
            ? factor
            : throw new ModelException($"{node.Name}: the ratio {real} of its scales is out of range.");
    }

    /// <summary>A factor below one, as additions need.</summary>
    internal static FixedPoint.Factor FactorBelowOne(Node node, double real) => real < 1
        ? Factor(node, real)
        : throw new ModelException($"{node.Name}: the scale of its output is too small for those of its inputs.");
}
