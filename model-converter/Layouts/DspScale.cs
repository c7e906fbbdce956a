using System.Buffers.Binary;

namespace McuAi.ModelConverter.Layouts;

/// <summary>A row's rescaling as the dsp kernels take it: {multiplier, rounding, exponent}, 12 bytes. The output is
/// <c>(SMMLAR(2 x, multiplier, rounding - (x &lt; 0)) &gt;&gt; exponent)</c>, with <c>rounding = 2^(exponent - 1) +
/// zero point * 2^exponent</c>: TensorFlow Lite's double rounding for any exponent of at least 1. Byte 1 of the
/// exponent keeps the layer's own shift.</summary>
internal static class DspScale
{
    public const int Bytes = 12;

    /// <summary>Writes the scale of a row.</summary>
    /// <returns>False if the arithmetic above could overflow or the shift is to the left.</returns>
    public static bool TryWrite(Span<byte> to, RowWeights weights, int row)
    {
        var multiplier = weights.Multiplier[row];
        var shift = weights.Shift[row];
        // A multiplier of 0 gives the zero point whatever the exponent.
        var exponent = multiplier == 0 ? 1 : -shift;
        if (exponent is < 1 or > 31)
            return false;
        var rounding = (1L << (exponent - 1)) + ((long)weights.OutputZeroPoint << exponent);
        var (low, high) = Range(weights, row);
        if (low <= -(1L << 30) || high >= 1L << 30 || rounding != (int)rounding
            || rounding + high > int.MaxValue || rounding + low - 1 < int.MinValue)
        {
            return false;
        }

        BinaryPrimitives.WriteInt32LittleEndian(to, multiplier);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], (int)rounding);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], exponent | ((byte)(sbyte)shift << 8));
        return true;
    }

    /// <summary>The least and greatest accumulator that int8 activations can give.</summary>
    public static (long Low, long High) Range(RowWeights weights, int row)
    {
        if (row >= weights.Rows)
            return (0, 0);
        long low = weights.Bias[row], high = low;
        foreach (var w in weights.Row(row))
        {
            low += Math.Min(w * 127, w * -128);
            high += Math.Max(w * 127, w * -128);
        }

        return (low, high);
    }

    public static bool Fits(RowWeights weights, int row, int bits)
    {
        var (low, high) = Range(weights, row);
        return low >= -(1L << (bits - 1)) && high < 1L << (bits - 1);
    }

    /// <summary>Scale of a row that only fills a block: it is never stored.</summary>
    public static void WritePadding(Span<byte> to)
    {
        to[..Bytes].Clear();
        to[8] = 1;
    }

    public static (int Multiplier, int Shift) Read(ReadOnlySpan<byte> from) =>
        (BinaryPrimitives.ReadInt32LittleEndian(from), (sbyte)from[9]);
}
