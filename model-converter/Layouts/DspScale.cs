using System.Buffers.Binary;

namespace McuAi.ModelConverter.Layouts;

/// <summary>A row's rescaling as the dsp kernels take it: {multiplier, rounding, exponent}, 12 bytes. The output is
/// <c>(SMMLAR(2 x, multiplier, rounding - (x &lt; 0)) &gt;&gt; exponent)</c>, with <c>rounding = 2^(exponent - 1) +
/// zero point * 2^exponent</c>: TensorFlow Lite's double rounding for any exponent of at least 1. The other bytes of
/// the exponent's word are the layer's own shift, and in the general form a shift of x to the left that goes before
/// everything else, and flags.</summary>
/// <param name="Left">32 makes x zero: the row gives the zero point for any input.</param>
internal readonly record struct DspScale(int Multiplier, int Rounding, int Exponent, int Shift, int Left)
{
    public const int Bytes = 12;

    /// <summary>Byte 11 of a scale: set in all of a layer that has the general form.</summary>
    private const byte General = 1;

    /// <summary>Byte 11 of the first scale of two rows that changed places.</summary>
    private const byte Exchanged = 2;

    /// <summary>Byte 11: negative x is rounded like positive x, because there is no shift to the right.</summary>
    private const byte Unsigned = 0x80;

    private const int NoneLeft = 32;

    /// <summary>The scale of a row that only fills a block: its output is never stored.</summary>
    public static DspScale Padding { get; } = new(0, 0, 1, 0, 0);

    private bool IsGeneral => Left > 0 || Exponent == 0;

    /// <summary>The scale of a row; null if the kernels' arithmetic could overflow.</summary>
    public static DspScale? Of(RowWeights weights, int row)
    {
        if (row >= weights.Rows)
            return Padding;
        var (multiplier, shift) = (weights.Multiplier[row], weights.Shift[row]);
        var zero = new DspScale(multiplier, 1 + (2 * weights.OutputZeroPoint), 1, shift, 0);
        if (multiplier == 0)
            return zero;
        int exponent = Math.Max(-shift, 0), left = Math.Max(shift, 0);
        var (low, high) = Range(weights, row);
        // The product is nearer to 0 than half a step of the output.
        var vanishes = exponent > 0 && Math.Max(-low, high) < 1L << (exponent - 1);
        var rounding = ((long)weights.OutputZeroPoint << exponent) + (exponent > 0 ? 1L << (exponent - 1) : 0);
        (low, high) = (low << left, high << left);
        return low > -(1L << 30) && high < 1L << 30 && rounding + high <= int.MaxValue && rounding + low > int.MinValue
            ? new DspScale(multiplier, (int)rounding, exponent, shift, left)
            : vanishes ? zero with { Left = NoneLeft } : null;
    }

    /// <summary>The scales of a layer, filled up to whole blocks; null if there is none for some row.</summary>
    public static DspScale[]? OfLayer(RowWeights weights, int blockRows)
    {
        var scales = new DspScale[(weights.Rows + blockRows - 1) / blockRows * blockRows];
        for (var row = 0; row < scales.Length; row++)
        {
            if (Of(weights, row) is not { } scale)
                return null;
            scales[row] = scale;
        }

        return scales;
    }

    public static bool AnyGeneral(IEnumerable<DspScale> scales) => scales.Any(scale => scale.IsGeneral);

    /// <summary>The least and greatest accumulator that int8 activations can give.</summary>
    private static (long Low, long High) Range(RowWeights weights, int row)
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

    /// <param name="general">Whether the layer has the general form.</param>
    /// <param name="exchanged">Whether the row changed places with the next.</param>
    public void Write(Span<byte> to, bool general, bool exchanged = false)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, Multiplier);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], Rounding);
        to[8] = (byte)Exponent;
        to[9] = (byte)(sbyte)Shift;
        to[10] = (byte)Left;
        to[11] = (byte)((general ? General : 0) | (exchanged ? Exchanged : 0) | (Exponent == 0 ? Unsigned : 0));
    }

    public static (int Multiplier, int Shift) Read(ReadOnlySpan<byte> from) =>
        (BinaryPrimitives.ReadInt32LittleEndian(from), (sbyte)from[9]);

    public static bool IsExchanged(ReadOnlySpan<byte> scale) => (scale[11] & Exchanged) != 0;
}
