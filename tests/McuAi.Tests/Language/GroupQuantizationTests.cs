using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Language;

/// <summary>Weights that are rounded while they are trained, against the formulas of
/// docs/transformer-arithmetic.md.</summary>
[TestClass]
public sealed class GroupQuantizationTests
{
    private const int Rows = 6, Columns = 37;

    /// <summary>What is computed with is code * multiplier * mantissa * 2^(exponent - 31), to the last bit of a
    /// float.</summary>
    [TestMethod]
    [DataRow(8, 32)]
    [DataRow(8, 0)]
    [DataRow(4, 32)]
    [DataRow(4, 16)]
    [DataRow(2, 16)]
    public void CodesAreWhatIsTrained(int bits, int group)
    {
        (GroupQuantization<double> quantization, double[] weights) = New(bits, group);
        quantization.Fix(1);
        double[] rounded = new double[weights.Length];
        quantization.Round(rounded);
        GroupCodes codes = quantization.ToCodes();
        int groups = group == 0 ? 1 : (Columns + group - 1) / group;
        for (int i = 0; i < rounded.Length; i++)
        {
            (int row, int column) = (i / Columns, i % Columns);
            int multiplier = group == 0 ? 1 : codes.Multipliers[(row * groups) + (column / group)];
            Assert.AreEqual(codes.Codes[i] * multiplier * Math.ScaleB(codes.Mantissas[row], codes.Exponents[row] - 31),
                rounded[i], 1e-15);
            Assert.IsTrue(bits == 2 ? Math.Abs(codes.Codes[i]) is 1 or 3 : codes.Codes[i] >= -(1 << (bits - 1))
                && codes.Codes[i] != -128);
            Assert.IsTrue(codes.Codes[i] < 1 << (bits == 2 ? 2 : bits - 1));
        }

        foreach (int mantissa in codes.Mantissas)
            Assert.IsGreaterThanOrEqualTo(1 << 30, mantissa);
        foreach (sbyte multiplier in codes.Multipliers)
            Assert.IsTrue(multiplier is not 0 and not -128);
    }

    /// <summary>No code is nearer to a weight than the one it has.</summary>
    [TestMethod]
    [DataRow(8)]
    [DataRow(4)]
    [DataRow(2)]
    public void EachWeightHasTheNearestCode(int bits)
    {
        (GroupQuantization<double> quantization, double[] weights) = New(bits, 16);
        quantization.Fix(1);
        double[] rounded = new double[weights.Length];
        quantization.Round(rounded);
        GroupCodes codes = quantization.ToCodes();
        int[] all = bits == 2 ? [-3, -1, 1, 3]
            : [.. Enumerable.Range(-(1 << (bits - 1)), 1 << bits).Where(code => code != -128)];
        for (int i = 0; i < weights.Length; i++)
        {
            double unit = rounded[i] / codes.Codes[i];
            if (codes.Codes[i] != 0)
                Assert.IsLessThanOrEqualTo(all.Min(code => Math.Abs((code * unit) - weights[i])) + 1e-12,
                    Math.Abs(rounded[i] - weights[i]));
        }
    }

    /// <summary>The gradient of code * scale, by the scale's logarithm, for weights that are rounded; that of the others is
    /// theirs.</summary>
    [TestMethod]
    public void ScalesAndFreeWeightsLearn()
    {
        var weights = new Tensor<double>([0.3, 0.74, -0.5, 9], 1, 4) { NeedsGradient = true };
        var quantization = new GroupQuantization<double>("w", weights, new MatrixFormat(2, 4));
        quantization.Scales.Value.Data[0] = Math.Log(0.5);
        quantization.Round(new double[4]);
        quantization.Backward([1, 10, 100, 1000]);
        CollectionAssert.AreEqual(new double[] { 1, 10, 100, 1000 }, weights.Gradient.ToArray());
        Assert.AreEqual(0, quantization.Scales.Value.Gradient[0]);
        weights.Gradient.Clear();
        quantization.Fix(1);
        quantization.Backward([1, 10, 100, 1000]);
        double unit = 127 * Math.Round(Math.ScaleB(0.5 / 127, 31 + 7)) / Math.ScaleB(1, 31 + 7);
        Assert.AreEqual((1 + 10 - 100 + (3 * 1000)) * unit, quantization.Scales.Value.Gradient[0], 1e-6);
        CollectionAssert.AreEqual(new double[4], weights.Gradient.ToArray());
    }

    /// <summary>A weight that was rounded stays what it is, whatever becomes of the parameter; the others are what they
    /// were.</summary>
    [TestMethod]
    public void AShareIsRoundedForGood()
    {
        (GroupQuantization<double> quantization, double[] weights) = New(4, 16);
        (double[] first, double[] second) = (new double[weights.Length], new double[weights.Length]);
        quantization.Fix(0.4);
        quantization.Round(first);
        bool[] isFixed = [.. first.Select((value, i) => value != weights[i])];
        Assert.AreEqual(0.4, isFixed.Count(each => each) / (double)weights.Length, 0.1);
        double[] before = [.. weights];
        weights.AsSpan().Fill(0.25);
        quantization.Round(second);
        for (int i = 0; i < weights.Length; i++)
            Assert.AreEqual(isFixed[i] ? first[i] : 0.25, second[i], $"{i}, {before[i]}");
        quantization.Fix(0.3);
        quantization.Round(second);
        Assert.AreEqual(isFixed.Count(each => !each), second.Count(value => value == 0.25));
        quantization.Fix(0.8);
        quantization.Round(second);
        Assert.AreEqual(0.2, second.Count(value => value == 0.25) / (double)weights.Length, 0.08);
        for (int i = 0; i < weights.Length; i++)
            if (isFixed[i])
                Assert.AreEqual(first[i], second[i]);
    }

    [TestMethod]
    public void OtherBitsAreRefused() => Assert.Contains("8, 4 or 2 bits",
        Assert.ThrowsExactly<ModelException>(() => New(3, 16)).Message);

    private static (GroupQuantization<double> Quantization, double[] Weights) New(int bits, int group)
    {
        var random = new Random(11);
        double[] weights = [.. Enumerable.Range(0, Rows * Columns).Select(i => (random.NextDouble() - 0.5)
            * (1 + (i / Columns)))];
        return (new GroupQuantization<double>("w", new Tensor<double>(weights, Rows, Columns),
            new MatrixFormat(bits, group)), weights);
    }
}
