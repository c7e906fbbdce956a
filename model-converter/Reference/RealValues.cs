using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Reference;

/// <summary>Real values of integer tensors: <c>real = scale * (q - zero point)</c>, the scale by slice of an axis if
/// there are several. Tensors without quantization have their plain values.</summary>
public static class RealValues
{
    /// <summary>A constant's elements as real numbers.</summary>
    public static float[] OfConstant(Tensor tensor) => Of(tensor, tensor.Data!);

    /// <summary>Real values of <paramref name="tensor"/> when it holds <paramref name="bytes"/>.</summary>
    public static float[] Of(Tensor tensor, ReadOnlySpan<byte> bytes)
    {
        var values = new float[tensor.Elements];
        if (tensor.Type == DataType.Float32)
        {
            MemoryMarshal.Cast<byte, float>(bytes)[..values.Length].CopyTo(values);
            return values;
        }

        int inner = InnerOfAxis(tensor);
        for (int i = 0; i < values.Length; i++)
            values[i] = Real(tensor, Integer(tensor.Type, bytes, i), i / inner);

        return values;
    }

    /// <summary>Real values of integers that were read from <paramref name="tensor"/>.</summary>
    internal static float[] OfIntegers(Tensor tensor, ReadOnlySpan<int> integers)
    {
        var values = new float[integers.Length];
        int inner = InnerOfAxis(tensor);
        for (int i = 0; i < values.Length; i++)
            values[i] = Real(tensor, integers[i], i / inner);

        return values;
    }

    private static float Real(Tensor tensor, long q, int slice) => tensor.Quantization is { } quantization
        ? (float)((double)Scale(quantization, slice) * (q - ZeroPoint(quantization, slice)))
        : q;

    /// <summary>Element <paramref name="index"/> of a buffer of integers of <paramref name="type"/>.</summary>
    public static long Integer(DataType type, ReadOnlySpan<byte> bytes, int index) => type switch
    {
        DataType.Int8 or DataType.Int4 or DataType.Int2 => (sbyte)bytes[index],
        DataType.UInt8 => bytes[index],
        DataType.Bool => bytes[index] != 0 ? 1 : 0,
        DataType.Int16 => MemoryMarshal.Cast<byte, short>(bytes)[index],
        DataType.Int32 => MemoryMarshal.Cast<byte, int>(bytes)[index],
        DataType.UInt32 => MemoryMarshal.Cast<byte, uint>(bytes)[index],
        DataType.Int64 or DataType.UInt64 => MemoryMarshal.Cast<byte, long>(bytes)[index],
        _ => throw new ModelException($"A tensor of type {type} holds no integers."),
    };

    /// <summary>Rounds to the nearest value (ties away from zero) that <paramref name="tensor"/> can hold.</summary>
    public static void FakeQuantize(Tensor tensor, ReadOnlySpan<float> real, Span<float> rounded)
    {
        if (tensor.Quantization is not { } quantization)
        {
            real.CopyTo(rounded);
            return;
        }

        (int min, int max) = ActivationRange.OfType(tensor.Type);
        int inner = InnerOfAxis(tensor);
        for (int i = 0; i < real.Length; i++)
        {
            float scale = Scale(quantization, i / inner);
            int zeroPoint = ZeroPoint(quantization, i / inner);
            double q = Math.Round((double)(real[i] / scale), MidpointRounding.AwayFromZero) + zeroPoint;
            rounded[i] = (float)((double)scale * (Math.Clamp(q, min, max) - zeroPoint));
        }
    }

    /// <summary>Clamps to the range that a quantized activation can represent.</summary>
    internal static void Saturate(Tensor tensor, Span<float> values)
    {
        if (tensor.Type is not (DataType.Int8 or DataType.UInt8 or DataType.Int16) ||
            tensor.Quantization is not { IsPerAxis: false } quantization)
        {
            return;
        }

        (int min, int max) = ActivationRange.OfType(tensor.Type);
        float low = quantization.Scale * (min - quantization.ZeroPoint);
        float high = quantization.Scale * (max - quantization.ZeroPoint);
        foreach (ref float value in values)
            value = Math.Clamp(value, low, high);
    }

    private static float Scale(Quantization quantization, int slice) =>
        quantization.Scales[slice % quantization.Scales.Length];

    private static int ZeroPoint(Quantization quantization, int slice) =>
        quantization.ZeroPoints.Length == 0 ? 0 : quantization.ZeroPoints[slice % quantization.ZeroPoints.Length];

    private static int InnerOfAxis(Tensor tensor)
    {
        if (tensor.Quantization is not { IsPerAxis: true } quantization)
            return int.MaxValue;

        int inner = 1;
        for (int axis = quantization.Axis + 1; axis < tensor.Rank; axis++)
            inner *= tensor.Shape[axis];

        return inner;
    }
}
