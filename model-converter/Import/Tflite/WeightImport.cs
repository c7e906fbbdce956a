using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Checks the weights and biases of operators that multiply and accumulate.</summary>
internal static class WeightImport
{
    /// <summary>Constant weights that suit the activation <paramref name="x"/>: integers with a scale for integers,
    /// float for float. Integer weights beside float activations (dynamic-range quantization) become float here.
    /// </summary>
    /// <param name="channelAxis">Axis along which the weights may have a scale each.</param>
    public static Tensor Weights(OperatorImport op, int index, Tensor x, int channelAxis)
    {
        Tensor weights = op.Input(index);
        if (!weights.IsConstant)
        {
            throw op.Error($"has weights {weights.Name} that are not constant.");
        }

        op.CheckNumeric(weights);
        if (weights.Quantization is { IsPerAxis: true } scales && scales.Axis != channelAxis)
        {
            throw op.Error($"has weights {weights.Name} with scales along axis {scales.Axis}, where axis {channelAxis} "
                + "belongs.");
        }

        bool dense = weights.Rank == 2 && weights.Quantization is { IsPerAxis: false };
        if (x.Type is DataType.Int8 or DataType.Int16 && !dense
            && weights.Quantization?.ZeroPoints.Any(zero => zero != 0) == true)
        {
            throw op.Error($"has weights {weights.Name} with zero points other than 0, which int8 convolutions do not "
                + "have; quantize the weights symmetrically.");
        }

        bool integer = weights.Type is DataType.Int8 or DataType.Int4 or DataType.Int2 or DataType.UInt8;
        return (x.Type, integer, weights.Type) switch
        {
            (DataType.Float32, false, DataType.Float32) => weights,
            (DataType.Float32, true, _) => Dequantize(op, weights),
            (DataType.Int8 or DataType.Int16, true, not DataType.UInt8) => weights,
            (DataType.UInt8, true, DataType.UInt8) => weights,
            _ => throw op.Error($"multiplies {x.Type} activations with {weights.Type} weights, which is not possible."),
        };
    }

    /// <summary>A bias [<paramref name="channels"/>] in the type of the accumulator, or null.</summary>
    public static Tensor? Bias(OperatorImport op, int index, Tensor x, int channels)
    {
        if (op.OptionalInput(index) is null)
        {
            return null;
        }

        Tensor bias = op.Input(index);
        op.CheckShape(bias, [channels], "bias");
        bool fits = (x.Type, bias.Type) switch
        {
            (DataType.Float32, DataType.Float32) => true,
            (DataType.Int8 or DataType.UInt8, DataType.Int32) => true,
            (DataType.Int16, DataType.Int32 or DataType.Int64) => true,
            _ => false,
        };
        return fits && bias.IsConstant
            ? bias
            : throw op.Error($"has the bias {bias.Name} of type {bias.Type} beside {x.Type} activations; a constant of "
                + "the accumulator's type belongs there.");
    }

    public static Tensor Dequantize(OperatorImport op, Tensor weights)
    {
        Tensor result = new(weights.Name, DataType.Float32, weights.Shape);
        op.Budget.Charge(256);
        result.Data = op.Allocate(result);
        Dequantize(weights, MemoryMarshal.Cast<byte, float>(result.Data.AsSpan()));
        return result;
    }

    /// <summary>real = scale * (q - zero point), with the scale of each element's slice.</summary>
    public static void Dequantize(Tensor source, Span<float> values)
    {
        Quantization quantization = source.Quantization!;
        int inner = 1;
        for (int axis = quantization.Axis + 1; axis < source.Rank; axis++)
        {
            inner *= source.Shape[axis];
        }

        for (int i = 0; i < values.Length; i++)
        {
            int slice = quantization.IsPerAxis ? i / inner % quantization.Scales.Length : 0;
            values[i] = quantization.Scales[slice] * (Integer(source, i) - quantization.ZeroPoints[slice]);
        }
    }

    private static long Integer(Tensor tensor, int index) => tensor.Type switch
    {
        DataType.UInt8 => tensor.Data![index],
        DataType.Int16 => tensor.As<short>()[index],
        DataType.Int32 => tensor.As<int>()[index],
        _ => (sbyte)tensor.Data![index],
    };
}
