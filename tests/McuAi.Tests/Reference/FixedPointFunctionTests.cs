using McuAi.ModelConverter.Quantizing;

namespace McuAi.Tests.Reference;

/// <summary>The fixed-point functions against float64; the bounds are those that docs/arithmetic.md states.</summary>
[TestClass]
public class FixedPointFunctionTests
{
    private const double Unit = 1.0 / (1L << 31);

    [TestMethod]
    [DataRow(4, 2.4e-7)]
    [DataRow(5, 2.4e-7)]
    public void Exponential(int integerBits, double bound) => Check(integerBits, negativeOnly: true, bound,
        x => FixedPointFunctions.Exp(x, integerBits), Math.Exp);

    [TestMethod]
    public void Logistic() => Check(4, negativeOnly: false, 7.5e-8,
        x => FixedPointFunctions.Logistic(x, 4), x => 1 / (1 + Math.Exp(-x)));

    [TestMethod]
    public void Tanh() => Check(4, negativeOnly: false, 1.5e-7, x => FixedPointFunctions.Tanh(x, 4), Math.Tanh);

    [TestMethod]
    public void OneOverOnePlus()
    {
        double greatest = 0;
        foreach (int x in Samples())
        {
            int a = x & int.MaxValue;
            double error = (FixedPointFunctions.OneOverOnePlus(a) * Unit) - (1 / (1 + (a * Unit)));
            greatest = Math.Max(greatest, Math.Abs(error));
        }

        Assert.IsLessThan(4e-9, greatest);
    }

    [TestMethod]
    public void Reciprocal()
    {
        foreach (int x in Samples())
        {
            int a = Math.Max(x & int.MaxValue, 1);
            int value = FixedPointFunctions.Reciprocal(a, 12, out int exponent);
            double real = a * Math.ScaleB(1, -19);
            double relative = value * Unit * Math.ScaleB(1, -exponent) * real;
            Assert.AreEqual(1, relative, 2e-8, $"of {real}");
        }
    }

    /// <summary>Gates read Q3.12 and give Q0.15; half of a table's step squared times the second derivative.</summary>
    [TestMethod]
    public void GatesOfInt16()
    {
        for (int x = short.MinValue; x <= short.MaxValue; x++)
        {
            double real = x / 4096.0;
            Assert.AreEqual(1 / (1 + Math.Exp(-real)), GateFunctions.Logistic((short)x) / 32768.0, 3.2e-5);
            Assert.AreEqual(Math.Tanh(real), GateFunctions.Tanh((short)x, -12) / 32768.0, 4.6e-5);
        }
    }

    [TestMethod]
    public void RequantizationIsWithinOneOfTheRealProduct()
    {
        var random = new Random(5);
        for (int i = 0; i < 200_000; i++)
        {
            double real = Math.Pow(2, (random.NextDouble() * 40) - 34);
            FixedPoint.Factor factor = FixedPoint.FromReal(real);
            int x = random.Next(int.MinValue, int.MaxValue) >> Math.Max(random.Next(31), factor.Shift + 1);
            double product = (double)x * factor.Multiplier * Math.ScaleB(1, factor.Shift - 31);
            int y = FixedPoint.Requantize(x, factor);
            Assert.IsLessThanOrEqualTo(factor.Shift >= 0 ? 0.5 : 0.75, Math.Abs(y - product), $"{x} * {real}");
        }
    }

    private static void Check(int integerBits, bool negativeOnly, double bound, Func<int, int> function,
        Func<double, double> exact)
    {
        double greatest = 0;
        foreach (int sample in Samples())
        {
            int x = negativeOnly && sample > 0 ? -sample : sample;
            if (x == int.MinValue)
                continue; // has no negative

            double real = x * Unit * (1 << integerBits);
            greatest = Math.Max(greatest, Math.Abs((function(x) * Unit) - exact(real)));
        }

        Assert.IsLessThan(bound, greatest, $"greatest error {greatest}");
    }

    /// <summary>Random numbers of every magnitude, and the edges.</summary>
    private static IEnumerable<int> Samples()
    {
        var random = new Random(3);
        for (int shift = 0; shift < 31; shift++)
        {
            foreach (int edge in (int[])[1 << shift, -(1 << shift), (1 << shift) - 1, -(1 << shift) - 1])
                yield return edge;

            for (int i = 0; i < 5_000; i++)
                yield return random.Next(int.MinValue, int.MaxValue) >> shift;
        }

        yield return int.MaxValue;
        yield return int.MinValue + 1;
    }
}
