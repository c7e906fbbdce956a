using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Reads a tensor's QuantizationParameters and checks what arithmetic relies on: positive finite scales, one
/// or one per slice, and zero points that the element type can hold.</summary>
internal static class QuantizationReader
{
    private const int ScaleField = 2;
    private const int ZeroPointField = 3;
    private const int DetailsTypeField = 4;
    private const int AxisField = 6;

    private static readonly string[] Details = ["", "custom", "block-wise", "multi-axis"];

    /// <summary>The quantization of a tensor, or null when it has none (or is a float tensor, where it only records
    /// how the model was trained).</summary>
    public static Quantization? Read(FlatBufferTable table, DataType type, int[] shape, ImportBudget budget,
        string where)
    {
        if (table.UInt8(DetailsTypeField) is var details and not 0)
        {
            string kind = details < Details.Length ? Details[details] : $"type {details}";
            throw new ModelException($"{where} has {kind} quantization; convert the model with per-tensor or "
                + "per-channel quantization.");
        }

        ReadOnlySpan<float> scales = table.Vector(ScaleField, 4, "a list of scales").As<float>();
        ReadOnlySpan<long> zeroPoints = table.Vector(ZeroPointField, 8, "a list of zero points").As<long>();
        if (scales.Length == 0 || type is DataType.Float32 or DataType.Bool)
        {
            return null;
        }

        int axis = CheckCounts(scales.Length, zeroPoints.Length, table.Int32(AxisField), shape, where);
        budget.Charge(8L * scales.Length);
        CheckScales(scales, where);
        return new Quantization(scales.ToArray(), ReadZeroPoints(zeroPoints, scales.Length, type, where), axis);
    }

    private static int CheckCounts(int scales, int zeroPoints, int axis, int[] shape, string where)
    {
        // Old converters leave the axis of the filter on biases, where only one axis is possible.
        axis = shape.Length == 1 ? 0 : axis;
        if (scales > 1 && (axis < 0 || axis >= shape.Length || shape[axis] != scales))
        {
            throw new ModelException($"{where} has {scales} scales along axis {axis}, which does not fit its shape "
                + $"[{string.Join(", ", shape)}].");
        }

        if (zeroPoints > 1 && zeroPoints != scales)
        {
            throw new ModelException($"{where} has {zeroPoints} zero points for {scales} scales.");
        }

        return scales > 1 ? axis : 0;
    }

    private static void CheckScales(ReadOnlySpan<float> scales, string where)
    {
        foreach (float scale in scales)
        {
            if (!float.IsFinite(scale) || scale <= 0)
            {
                throw new ModelException($"{where} has a quantization scale of {scale}; scales have to be positive.");
            }
        }
    }

    /// <summary>One zero point per scale; a single one in the file holds for all.</summary>
    private static int[] ReadZeroPoints(ReadOnlySpan<long> zeroPoints, int count, DataType type, string where)
    {
        (long least, long greatest) = Range(type);
        int[] result = new int[count];
        for (int i = 0; i < count && zeroPoints.Length > 0; i++)
        {
            long zeroPoint = zeroPoints[zeroPoints.Length == 1 ? 0 : i];
            if (zeroPoint < least || zeroPoint > greatest)
            {
                throw new ModelException($"{where} has a zero point of {zeroPoint}, outside of what {type} holds.");
            }

            result[i] = (int)zeroPoint;
        }

        return result;
    }

    private static (long Least, long Greatest) Range(DataType type) => type switch
    {
        DataType.Int2 => (-2, 1),
        DataType.Int4 => (-8, 7),
        DataType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        DataType.UInt8 => (byte.MinValue, byte.MaxValue),
        DataType.Int16 => (short.MinValue, short.MaxValue),
        _ => (int.MinValue, int.MaxValue),
    };
}
