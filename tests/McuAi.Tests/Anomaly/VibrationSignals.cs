namespace McuAi.Tests.Anomaly;

/// <summary>Signals like those of machines, and like nothing.</summary>
internal static class VibrationSignals
{
    public static IEnumerable<(string Name, short[] Samples)> All(int count)
    {
        foreach (double amplitude in (double[])[40, 1000, 9000])
        {
            yield return ($"noise of {amplitude}", Make(count, 1, (_, random) => amplitude * Gaussian(random)));
            yield return ($"tone of {amplitude}", Make(count, 2, (i, random) =>
                (amplitude * 1.5 * Math.Sin(0.7 * i)) + (amplitude * 0.2 * Gaussian(random))));
            yield return ($"knocks of {amplitude}", Make(count, 3, (i, random) => (amplitude * 0.4 * Gaussian(random)) +
                (amplitude * 3 * Math.Exp(-(i % 90) / 8.0) * Math.Sin(1.9 * (i % 90)))));
            yield return ($"noise of {amplitude} around 12000", Make(count, 4, (_, random) => 12000 + (amplitude * Gaussian(random))));
        }

        yield return ("full scale", Make(count, 5, (_, random) => random.Next(2) == 0 ? short.MinValue : short.MaxValue));
        yield return ("silence", new short[count]);
    }

    /// <summary>A machine that runs well: two tones and noise. Faulty, it knocks.</summary>
    public static short[] Machine(int count, int seed, bool faulty) => Make(count, seed, (i, random) =>
        (400 * Math.Sin(0.05 * i)) + (200 * Math.Sin(0.61 * i)) + (150 * Gaussian(random)) +
        (faulty ? 900 * Math.Exp(-(i % 110) / 10.0) * Math.Sin(1.7 * (i % 110)) : 0));

    private static short[] Make(int count, int seed, Func<int, Random, double> value)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
            (short)Math.Clamp(Math.Round(value(i, random)), short.MinValue, short.MaxValue))];
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
