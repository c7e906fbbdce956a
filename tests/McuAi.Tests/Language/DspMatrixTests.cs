using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Layouts;

namespace McuAi.Tests.Language;

/// <summary>The dsp layout of matrices: what is read is what was written, at every edge size.</summary>
[TestClass]
public sealed class DspMatrixTests
{
    private static readonly KernelFamily Family = KernelFamilies.Named("dsp");

    [TestMethod]
    [DataRow(8, 0)]
    [DataRow(4, 8)]
    [DataRow(4, 24)]
    [DataRow(4, 32)]
    [DataRow(4, 48)]
    [DataRow(4, 256)]
    [DataRow(2, 16)]
    [DataRow(2, 48)]
    public void DecodingGivesTheMatrixBack(int bits, int group)
    {
        var format = new MatrixFormat(bits, group);
        var random = new Random(7);
        foreach (int rows in (int[])[1, 2, 3, 4, 5, 8])
        {
            foreach (int columns in (int[])[1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 172, 257])
            {
                foreach (bool extreme in (bool[])[false, true])
                {
                    QuantizedMatrix matrix = RandomMatrix.Make(random, rows, columns, format, extreme);
                    byte[]? blob = Family.EncodeMatrix(matrix);
                    Assert.IsNotNull(blob);
                    QuantizedMatrix read = Family.DecodeMatrix(blob, rows, columns, format);
                    string what = $"{rows} x {columns}";
                    CollectionAssert.AreEqual(matrix.Codes.ToArray(), read.Codes.ToArray(), what);
                    CollectionAssert.AreEqual(matrix.Multipliers.ToArray(), read.Multipliers.ToArray(), what);
                    CollectionAssert.AreEqual(matrix.Factors.ToArray(), read.Factors.ToArray(), what);
                    Assert.ThrowsExactly<ModelException>(() => Family.DecodeMatrix(blob.AsSpan(1), rows, columns, format));
                    Assert.ThrowsExactly<ModelException>(() => Family.DecodeMatrix([.. blob, 0], rows, columns, format));
                }
            }
        }
    }

    [TestMethod]
    [DataRow(8, 32, 64)]
    [DataRow(4, 0, 64)]
    [DataRow(2, 0, 64)]
    [DataRow(2, 24, 64)]
    [DataRow(8, 0, 521)] // 521 * 127 * 127 has more than 23 bits
    public void OtherMatricesKeepTheRowsLayout(int bits, int group, int columns) => Assert.IsNull(Family.EncodeMatrix(
        RandomMatrix.Make(new Random(1), 4, columns, new MatrixFormat(bits, group), extreme: true)));
}
