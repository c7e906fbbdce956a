using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.Tests.Language.Quantization;

/// <summary>Against errors computed in double, straight from their definitions.</summary>
[TestClass]
public sealed class RoundingTests
{
    private const int Rows = 12, Columns = 72, Inputs = 400;

    public static IEnumerable<(int Bits, int Group)> Formats => [(8, 0), (8, 32), (4, 0), (4, 32), (4, 16), (2, 16)];

    /// <summary>Rounding with the greatest magnitude of each group as a scale, in real numbers: nothing is lost to
    /// multipliers of 8 bits.</summary>
    [TestMethod]
    [DynamicData(nameof(Formats))]
    public void PlainRoundingBeatsTheGreatestMagnitude(int bits, int group)
    {
        var format = new MatrixFormat(bits, group);
        float[] weights = Weights(1);
        double expected = 0;
        for (int row = 0; row < Rows; row++)
            foreach (float[] part in weights[(row * Columns)..((row + 1) * Columns)].Chunk(group == 0 ? Columns : group))
            {
                double scale = part.Max(Math.Abs) / (bits == 2 ? 3.0 : (1 << (bits - 1)) - 1);
                expected += part.Sum(value => Square(value - (scale * (bits == 2
                    ? Math.Clamp((2 * Math.Floor(value / scale / 2)) + 1, -3, 3)
                    : Math.Round(value / scale)))));
            }

        double error = PlainRounding.Round(weights, Columns, format).Dequantize().Zip(weights, (a, b) => Square(a - b)).Sum();
        Assert.IsLessThanOrEqualTo(expected * 1.002, error);
        if (bits < 8)
            Assert.IsLessThan(expected * 0.9, error);
    }

    [TestMethod]
    public void ImportantColumnsLoseLess()
    {
        float[] weights = Weights(2), importance = [.. Enumerable.Range(0, Columns).Select(k => k % 2 == 0 ? 1f : 50f)];
        float[] alike = PlainRounding.Round(weights, Columns, MatrixFormat.Int4).Dequantize();
        float[] weighed = PlainRounding.Round(weights, Columns, MatrixFormat.Int4, importance).Dequantize();
        Assert.IsLessThan(Error(alike), Error(weighed));

        double Error(float[] rounded) =>
            rounded.Select((value, i) => importance[i % Columns] * Square(value - weights[i])).Sum();
    }

    /// <summary>What the products with inputs that go together are off by.</summary>
    [TestMethod]
    [DynamicData(nameof(Formats))]
    public void CompensationKeepsProducts(int bits, int group)
    {
        var format = new MatrixFormat(bits, group);
        float[] weights = Weights(3);
        float[] inputs = CorrelatedInputs();
        var hessian = new Hessian(InputMoments.Of(inputs, Columns, 0, Columns, inputs, Columns), Columns);
        double plain = Off(PlainRounding.Round(weights, Columns, format));
        double compensated = Off(CompensatedRounding.Round([.. weights.Select(value => (double)value)], Columns,
            format, [hessian]));
        Assert.IsLessThan(plain * (bits == 8 && group == 0 ? 0.9 : 0.6), compensated);

        double Off(QuantizedMatrix matrix)
        {
            float[] values = matrix.Dequantize();
            double sum = 0;
            for (int i = 0; i < Inputs; i++)
                for (int row = 0; row < Rows; row++)
                {
                    double product = 0;
                    for (int k = 0; k < Columns; k++)
                        product += ((double)values[(row * Columns) + k] - weights[(row * Columns) + k])
                            * inputs[(i * Columns) + k];
                    sum += product * product;
                }

            return sum;
        }
    }

    /// <summary>U^T U H is 1, and U is triangular.</summary>
    [TestMethod]
    public void TheFactorIsThatOfTheInverse()
    {
        float[] inputs = CorrelatedInputs();
        var hessian = new Hessian(InputMoments.Of(inputs, Columns, 0, Columns, inputs, Columns), Columns);
        for (int i = 0; i < Columns; i++)
            for (int j = 0; j < Columns; j++)
            {
                double product = 0;
                for (int k = 0; k < Columns; k++)
                    for (int l = 0; l <= Math.Min(i, k); l++)
                        product += hessian.Upper[(l * Columns) + i] * hessian.Upper[(l * Columns) + k]
                            * hessian.Values[(k * Columns) + j];
                Assert.AreEqual(i == j ? 1 : 0, product, 1e-8);
                if (j < i)
                    Assert.AreEqual(0, hessian.Upper[(i * Columns) + j]);
            }
    }

    /// <summary>Inputs that have changed by a linear map: the corrected matrix undoes it, up to damping.</summary>
    [TestMethod]
    public void AMatrixMakesUpForChangedInputs()
    {
        float[] weights = Weights(4), real = CorrelatedInputs();
        float[] changed = [.. real.Select((value, i) => value * (1 + (i % 3 * 0.2f)))];
        var corrected = new double[weights.Length];
        new InputStatistics(changed, Columns, 0, 1, real).Correct(weights, null, corrected);
        double before = 0, after = 0;
        for (int i = 0; i < Inputs; i++)
            for (int row = 0; row < Rows; row++)
            {
                double wanted = 0, as_is = 0, made = 0;
                for (int k = 0; k < Columns; k++)
                {
                    wanted += (double)weights[(row * Columns) + k] * real[(i * Columns) + k];
                    as_is += (double)weights[(row * Columns) + k] * changed[(i * Columns) + k];
                    made += corrected[(row * Columns) + k] * changed[(i * Columns) + k];
                }

                before += Square(as_is - wanted);
                after += Square(made - wanted);
            }

        Assert.IsLessThan(before * 0.02, after);
    }

    [TestMethod]
    public void ZerosStayZeros()
    {
        foreach ((int bits, int group) in Formats)
            if (bits != 2)
                Assert.IsTrue(PlainRounding.Round(new float[64], 32, new MatrixFormat(bits, group)).Dequantize()
                    .All(x => x == 0));
    }

    [TestMethod]
    public void WhatIsNoNumberIsRefused() => Assert.ThrowsExactly<ModelException>(() =>
        PlainRounding.Round(new[] { 1f, float.NaN }, 2, MatrixFormat.Int8));

    private static float[] Weights(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Rows * Columns).Select(i => (float)(
            (Enumerable.Range(0, 6).Sum(_ => random.NextDouble()) - 3) * (1 + (i / 20 % 3))))];
    }

    /// <summary>Of eight causes and a little noise.</summary>
    private static float[] CorrelatedInputs()
    {
        var random = new Random(5);
        double[] mixing = [.. Enumerable.Range(0, 8 * Columns).Select(_ => random.NextDouble() - 0.5)];
        var inputs = new float[Inputs * Columns];
        for (int i = 0; i < Inputs; i++)
        {
            double[] causes = [.. Enumerable.Range(0, 8).Select(_ => random.NextDouble() - 0.5)];
            for (int k = 0; k < Columns; k++)
                inputs[(i * Columns) + k] = (float)(causes.Select((cause, c) => cause * mixing[(c * Columns) + k]).Sum()
                    + (0.1 * (random.NextDouble() - 0.5)));
        }

        return inputs;
    }

    private static double Square(double value) => value * value;
}
