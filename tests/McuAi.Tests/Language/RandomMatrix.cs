using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.Tests.Language;

/// <summary>Matrices of any format.</summary>
internal static class RandomMatrix
{
    /// <param name="extreme">Only the least and the greatest weights and multipliers.</param>
    /// <param name="exponents">Of rows' factors, the least and the one after the greatest.</param>
    public static QuantizedMatrix Make(Random random, int rows, int columns, MatrixFormat format, bool extreme,
        (int Low, int High)? exponents = null)
    {
        int Code() => extreme ? (random.Next(8) == 0 ? format.Low : format.High)
            : format.Low + (format.Step * random.Next(((format.High - format.Low) / format.Step) + 1));
        int Multiplier() => extreme ? (random.Next(2) == 0 ? -127 : 127) : random.Next(-127, 128);
        (int low, int high) = exponents ?? (-64, 32);
        sbyte[] codes = [.. Enumerable.Range(0, rows * columns).Select(_ => (sbyte)Code())];
        sbyte[] multipliers = [.. Enumerable.Range(0, rows * format.Groups(columns)).Select(_ => (sbyte)Multiplier())];
        RowFactor[] factors = [.. Enumerable.Range(0, rows).Select(_ => random.Next(9) == 0 ? new RowFactor(0, 0)
            : new RowFactor(random.Next(1 << 30, int.MaxValue), random.Next(low, high)))];
        return new QuantizedMatrix(rows, columns, format, codes, multipliers, factors);
    }
}
