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

    public static int EncodeShift(int shift) => shift == 0 ? NoShift : shift;

    public static int DecodeShift(int lane) => unchecked((sbyte)lane);
}
