using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.Tests.Language.Quantization;

/// <summary>Against the formulas of docs/transformer-arithmetic.md and the bytes of docs/pack-format.md.</summary>
[TestClass]
public sealed class QuantizedMatrixTests
{
    private static readonly int[] Widths = [8, 4, 2], Groups = [0, 8, 32, 256];
    private static readonly (int Rows, int Columns)[] Sizes = [(1, 1), (3, 33), (5, 64), (2, 301)];

    public static IEnumerable<(int Bits, int Group, int Rows, int Columns)> Shapes =>
        from bits in Widths from g in Groups from size in Sizes select (bits, g, size.Rows, size.Columns);

    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void ABlobIsReadAsItWasWritten(int bits, int group, int rows, int columns)
    {
        QuantizedMatrix matrix = RandomMatrix(new MatrixFormat(bits, group), rows, columns, 1);
        byte[] blob = MatrixBlob.Write(matrix);
        Assert.HasCount((int)matrix.Bytes, blob);
        QuantizedMatrix read = MatrixBlob.Read(blob, rows, columns, matrix.Format);
        CollectionAssert.AreEqual(matrix.Codes.ToArray(), read.Codes.ToArray());
        CollectionAssert.AreEqual(matrix.Multipliers.ToArray(), read.Multipliers.ToArray());
        CollectionAssert.AreEqual(matrix.Factors.ToArray(), read.Factors.ToArray());
        Assert.AreEqual(matrix.Left, read.Left);
    }

    /// <summary>real = w * s * M * 2^(e - 31), each read from the blob's bytes as the document says.</summary>
    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void RealNumbersAreThoseOfTheDocument(int bits, int group, int rows, int columns)
    {
        QuantizedMatrix matrix = RandomMatrix(new MatrixFormat(bits, group), rows, columns, 2);
        byte[] blob = MatrixBlob.Write(matrix);
        float[] real = matrix.Dequantize();
        int groups = group == 0 ? 0 : (columns + group - 1) / group;
        int start = (8 * rows) + (((rows * groups) + 3) / 4 * 4), line = ((columns * bits) + 7) / 8;
        Assert.HasCount(start + (rows * line), blob);
        for (int row = 0; row < rows; row++)
            for (int k = 0; k < columns; k++)
            {
                int field = (blob[start + (row * line) + (k * bits / 8)] >> (k * bits % 8)) & ((1 << bits) - 1);
                int weight = bits == 2 ? (2 * field) - 3 : field >= 1 << (bits - 1) ? field - (1 << bits) : field;
                int multiplier = group == 0 ? 1 : (sbyte)blob[(8 * rows) + (row * groups) + (k / group)];
                double factor = BinaryPrimitives.ReadInt32LittleEndian(blob.AsSpan(8 * row))
                    * Math.Pow(2, (sbyte)blob[(8 * row) + 4] - 31);
                Assert.AreEqual((float)(weight * multiplier * factor), real[(row * columns) + k]);
            }
    }

    /// <summary>The worst inputs are as great as can be, with the signs of a row's weights.</summary>
    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void LeftIsTheGreatestThatTheWorstInputsAllow(int bits, int group, int rows, int columns)
    {
        QuantizedMatrix matrix = RandomMatrix(new MatrixFormat(bits, group), rows, columns, 3);
        decimal worst = 0;
        for (int row = 0; row < rows; row++)
        {
            decimal sum = 0;
            for (int k = 0; k < columns; k++)
            {
                int product = matrix.Codes[(row * columns) + k]
                    * (group == 0 ? 1 : matrix.Multipliers[(row * matrix.Groups) + (k / group)]);
                sum += product * (decimal)(product < 0 ? -127 : 127);
            }

            worst = Math.Max(worst, sum);
        }

        Assert.IsLessThan(2147483648m, worst * (1 << matrix.Left));
        if (matrix.Left < 15)
            Assert.IsGreaterThanOrEqualTo(2147483648m, worst * (2 << matrix.Left));
    }

    [TestMethod]
    public void SumsThatLeave32BitsAreRefused()
    {
        const int Columns = 20_000;
        var codes = new sbyte[Columns];
        Array.Fill(codes, (sbyte)-8);
        var multipliers = new sbyte[625];
        Array.Fill(multipliers, (sbyte)127);
        Assert.ThrowsExactly<ModelException>(() => new QuantizedMatrix(1, Columns, MatrixFormat.Int4, codes, multipliers,
            [RowFactor.Nearest(1)]));
    }

    [TestMethod]
    public void DamagedBlobsAreRefused()
    {
        QuantizedMatrix matrix = RandomMatrix(MatrixFormat.Int8, 2, 8, 4);
        byte[] blob = MatrixBlob.Write(matrix);
        foreach ((int at, byte value) in new (int, byte)[] { (3, 0x10), (4, 32), (5, 1), (16, 0x80) })
        {
            byte[] damaged = [.. blob];
            damaged[at] = value;
            Assert.ThrowsExactly<ModelException>(() => MatrixBlob.Read(damaged, 2, 8, MatrixFormat.Int8), $"byte {at}");
        }

        Assert.ThrowsExactly<ModelException>(() => MatrixBlob.Read(blob.AsSpan(1), 2, 8, MatrixFormat.Int8));
        Assert.ThrowsExactly<ModelException>(() => MatrixBlob.Read(blob, 2, 8, new MatrixFormat(8, 12)));
        Assert.ThrowsExactly<ModelException>(() => MatrixBlob.Read(blob, int.MaxValue, int.MaxValue, MatrixFormat.Int8));
    }

    [TestMethod]
    [DataRow(1.0, 1 << 30, 1)]
    [DataRow(0.75, 3 << 29, 0)]
    [DataRow(0.99999999999, 1 << 30, 1)]
    [DataRow(1e-30, 0, 0)]
    public void AFactorIsTheNearest(double value, int mantissa, int exponent) =>
        Assert.AreEqual(new RowFactor(mantissa, exponent), RowFactor.Nearest(value));

    private static QuantizedMatrix RandomMatrix(MatrixFormat format, int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var codes = new sbyte[rows * columns];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = (sbyte)(format.Bits == 2 ? (2 * random.Next(4)) - 3 : random.Next(format.Low, format.High + 1));
        var multipliers = new sbyte[rows * format.Groups(columns)];
        for (int i = 0; i < multipliers.Length; i++)
            multipliers[i] = (sbyte)random.Next(-127, 128);
        var factors = new RowFactor[rows];
        for (int i = 0; i < rows; i++)
            factors[i] = RowFactor.Nearest(Math.Pow(2, random.Next(-20, 4)) * random.NextDouble());
        return new QuantizedMatrix(rows, columns, format, codes, multipliers, factors);
    }
}
