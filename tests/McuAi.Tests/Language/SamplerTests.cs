using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference.Transformer;
using McuAi.Tests.Core;

namespace McuAi.Tests.Language;

/// <summary>The choice of the next token: the core against the plain reference, and both against the real distribution.</summary>
[TestClass]
public sealed class SamplerTests
{
    private const double One = 1 << 16;

    [TestMethod]
    public void TheCoreChoosesAsTheReferenceDoes()
    {
        var random = new Random(8);
        for (int round = 0; round < 2000; round++)
        {
            int[] logits = Logits(random, 1 + random.Next(60));
            double temperature = random.Next(8) switch
            {
                0 => 0,
                1 => 1 / One,
                2 => 60_000,
                _ => Math.Exp((random.NextDouble() * 8) - 5),
            };
            int topK = random.Next(2) * random.Next(logits.Length + 3);
            double topP = random.Next(3) == 0 ? 1 : random.NextDouble();
            uint seed = (uint)random.Next(1, int.MaxValue);
            using var sampler = new HostSampler(CoreRun.Library, temperature, topK, topP, seed);
            uint temperatureQ16 = temperature == 0 ? 0 : (uint)Math.Max(1, Math.Round(temperature * One));
            var reference = new IntegerSampler(temperatureQ16, topK, (uint)Math.Round(topP * One), seed);
            for (int i = 0; i < 5; i++)
                Assert.AreEqual(reference.Choose(logits), sampler.Choose(logits),
                    $"temperature {temperature}, top-k {topK}, top-p {topP}, {string.Join(' ', logits)}");
        }
    }

    /// <summary>Chi-squared of 100,000 draws among 12 tokens, whose 99.9 % quantile for 11 degrees of freedom is 31.3.</summary>
    [TestMethod]
    [DataRow(1.0, 0, 1.0)]
    [DataRow(0.7, 0, 1.0)]
    [DataRow(3.5, 0, 1.0)]
    [DataRow(1.0, 5, 1.0)]
    [DataRow(1.0, 0, 0.8)]
    [DataRow(1.3, 8, 0.9)]
    public void TokensComeAsOftenAsSoftmaxSays(double temperature, int topK, double topP)
    {
        var random = new Random(9);
        double[] logits = [.. Enumerable.Range(0, 12).Select(_ => (random.NextDouble() * 5) - 2)];
        double[] expected = Softmax(logits, temperature, topK, topP);
        int[] fixedPoint = [.. logits.Select(logit => (int)Math.Round(logit * One))];
        int[] counts = new int[logits.Length];
        const int Draws = 100_000;
        using var sampler = new HostSampler(CoreRun.Library, temperature, topK, topP, seed: 1);
        for (int i = 0; i < Draws; i++)
            counts[sampler.Choose(fixedPoint)]++;
        double chi = 0;
        for (int i = 0; i < counts.Length; i++)
            if (expected[i] == 0)
                Assert.AreEqual(0, counts[i]);
            else
                chi += Math.Pow(counts[i] - (Draws * expected[i]), 2) / (Draws * expected[i]);
        Assert.IsLessThan(31.3, chi);
    }

    /// <summary>At high temperatures logits count that are farther from the greatest than 128: here by themselves little, together as
    /// much as softmax in float64 says, within five standard deviations of that many draws.</summary>
    [TestMethod]
    [DataRow(16.0, 140.0)]
    [DataRow(64.0, 500.0)]
    public void FarLogitsCountAtHighTemperatures(double temperature, double distance)
    {
        int[] logits = [0, .. Enumerable.Repeat((int)(-distance * One), 3000)];
        double far = 3000 * Math.Exp(-distance / temperature), expected = far / (1 + far);
        const int Draws = 4000;
        using var sampler = new HostSampler(CoreRun.Library, temperature, topK: 0, topP: 1, seed: 1);
        var reference = new IntegerSampler((uint)(temperature * One), topK: 0, (uint)One, seed: 1);
        int drawn = Enumerable.Range(0, Draws).Count(_ => sampler.Choose(logits) > 0);
        Assert.AreEqual(expected, (double)drawn / Draws, 5 * Math.Sqrt(expected * (1 - expected) / Draws));
        const int Few = 400;
        int referred = Enumerable.Range(0, Few).Count(_ => reference.Choose(logits) > 0);
        Assert.AreEqual(expected, (double)referred / Few, 5 * Math.Sqrt(expected * (1 - expected) / Few));
    }

    [TestMethod]
    public void TheFactorIsLogarithmOfEOverTheTemperature()
    {
        foreach (uint temperature in (uint[])[1, 2, 3, 1000, 65535, 65536, 65537, 94548, 94549, 1 << 20, int.MaxValue,
            uint.MaxValue])
        {
            (long factor, int exponent) = IntegerSampler.Factor(temperature);
            Assert.IsInRange(1L << 30, int.MaxValue, factor);
            double real = Math.Log2(Math.E) * One / temperature;
            Assert.AreEqual(1, Math.ScaleB(factor, exponent - 31) / real, 2e-9, $"{temperature}");
        }
    }

    [TestMethod]
    public void MemoryIsForCutsAlone()
    {
        foreach ((double temperature, int topK, double topP, int bytes) in (ReadOnlySpan<(double, int, double, int)>)
            [(0, 5, 0.5, 0), (1, 0, 1, 0), (1, 100, 1, 0), (1, 5, 1, 800), (1, 0, 0.9, 800)])
        {
            using var sampler = new HostSampler(CoreRun.Library, temperature, topK, topP, seed: 1);
            Assert.AreEqual(bytes, sampler.ScratchBytes(100));
        }

        Assert.ThrowsExactly<ModelException>(() => new HostSampler(CoreRun.Library, 1, 0, 1, seed: 0));
        Assert.ThrowsExactly<ModelException>(() => new HostSampler(CoreRun.Library, double.NaN, 0, 1, seed: 1));
    }

    /// <summary>Some equal, some far apart, some at the ends of the range.</summary>
    private static int[] Logits(Random random, int count)
    {
        int spread = 1 << random.Next(4, 31);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(20) switch
        {
            0 => int.MaxValue,
            1 => -int.MaxValue,
            _ => random.Next(-spread, spread) / 16 * 16,
        })];
    }

    private static double[] Softmax(double[] logits, double temperature, int topK, double topP)
    {
        double[] weights = [.. logits.Select(logit => Math.Exp(logit / temperature))];
        int[] sorted = [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i])
            .Take(topK == 0 ? logits.Length : topK)];
        double total = sorted.Sum(i => weights[i]), sum = 0;
        double[] result = new double[logits.Length];
        foreach (int i in sorted.TakeWhile(_ => sum < topP * total))
        {
            sum += weights[i];
            result[i] = weights[i];
        }

        return [.. result.Select(weight => weight / sum)];
    }
}
