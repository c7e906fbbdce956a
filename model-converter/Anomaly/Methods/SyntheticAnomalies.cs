using McuAi.ModelConverter.Data;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>Normal logs with faults put into them, to choose among methods without a label of real faults. Each fault is in
/// the second half of one channel; the size is in its standard deviations.</summary>
public static class SyntheticAnomalies
{
    private const int Purpose = 7301;

    private static readonly (string Name, Action<float[], int, double, IndexedRandom> Put)[] Kinds =
    [
        ("offset", (x, first, deviation, _) => Change(x, first, (value, _) => value + (float)(1.5 * deviation))),
        ("drift", (x, first, deviation, _) => Change(x, first, (value, i) =>
            value + (float)(3 * deviation * (i - first) / (x.Length - first)))),
        ("noise", (x, first, deviation, random) => Change(x, first, (value, _) =>
            value + (float)(0.7 * deviation * random.NextGaussian()))),
        ("frozen", (x, first, _, _) => Change(x, first, (_, _) => x[first])),
        ("knocks", (x, first, deviation, _) => Change(x, first, (value, i) => value + (float)(3 * deviation *
            Math.Exp(-(i % 110) / 12.0) * Math.Sin(1.7 * (i % 110))))),
    ];

    /// <summary>Logs with labels, one for each kind of fault and some channels.</summary>
    public static IEnumerable<SensorLog> Of(SensorLog normal, int seed)
    {
        for (int kind = 0; kind < Kinds.Length; kind++)
        {
            var random = new IndexedRandom(seed, Purpose, kind);
            int channel = random.Below(normal.Channels.Count), first = normal.Rows / 2;
            float[][] values = [.. normal.Values.Select(row => (float[])row.Clone())];
            double mean = values[channel].Average(value => (double)value);
            double deviation = Math.Sqrt(values[channel].Average(value => Math.Pow(value - mean, 2)));
            Kinds[kind].Put(values[channel], first, deviation, random);
            bool[] labels = new bool[normal.Rows];
            labels.AsSpan(first).Fill(true);
            yield return normal with { Name = $"{normal.Name}, {Kinds[kind].Name}", Values = values, Labels = labels };
        }
    }

    private static void Change(float[] x, int first, Func<float, int, float> change)
    {
        for (int i = first; i < x.Length; i++)
            x[i] = change(x[i], i);
    }
}
