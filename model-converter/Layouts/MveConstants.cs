using System.Buffers.Binary;

namespace McuAi.ModelConverter.Layouts;

/// <summary>Bias, multiplier and shift of a row as 32-bit lanes of the MVE layouts' vectors.</summary>
internal static class MveConstants
{
    /// <summary>Stands for a shift of 0. The vector shift reads the low byte alone; the comparison that rounds negative
    /// halves away from zero reads the whole lane, and no value is below this one.</summary>
    private const int NoShift = int.MinValue;

    public static int Lane(this ReadOnlySpan<byte> vectors, int offset) =>
        BinaryPrimitives.ReadInt32LittleEndian(vectors[offset..]);

    public static void SetLane(this Span<byte> vectors, int offset, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(vectors[offset..], value);

    /// <summary>Marks lanes of the general form in byte 2, which is 0 or 0xFF in the others.</summary>
    private const int GeneralMark = 1 << 16;

    /// <summary>Whether a layer needs the general form: some row shifts to the left. Its kernel takes a few instructions
    /// more for each output.</summary>
    public static bool NeedsGeneralForm(RowWeights weights) => weights.Shift.Any(shift => shift > 0);

    /// <summary>In the general form, the exponent of the division is negated in byte 0, the shift to the left in byte 1,
    /// and the top bit says whether there is a division.</summary>
    public static int EncodeShift(int shift, bool general) => (general, shift) switch
    {
        (true, < 0) => int.MinValue | GeneralMark | (shift & 0xFF),
        (true, _) => GeneralMark | (shift << 8),
        (false, 0) => NoShift,
        _ => shift,
    };

    public static int DecodeShift(int lane) => unchecked((sbyte)lane) is var right and not 0 ? right : (lane >> 8) & 0xFF;
}
