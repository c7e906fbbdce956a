using McuAi.ModelConverter.Anomaly;

namespace McuAi.HostTools.Demonstration;

/// <summary>The vibration of a machine on a rolling bearing, simulated: harmonics of the shaft in noise, and with a damaged
/// inner race a knock whenever a ball rolls over the damage, louder where the load is, each of which a resonance of the
/// housing dies away from (McFadden and Smith, 1984; the balls slip as in Randall and Antoni, 2011).</summary>
internal sealed class SimulatedBearing(int seed)
{
    public const int Rate = 12000;

    /// <summary>g that are the sample 32768.</summary>
    public const double FullScale = 8;

    private const double ShaftHertz = 29.95;

    /// <summary>Of a 6205 bearing, knocks of the inner race for each turn of the shaft.</summary>
    private const double InnerRace = 5.415;

    private const double Slip = 0.01, ResonanceHertz = 3300, DecaySeconds = 8e-4, Knock = 0.3, Noise = 0.05;
    private static readonly double[] Harmonics = [0.05, 0.03, 0.02, 0.02];

    private readonly Random _random = new(seed);

    /// <summary>Acceleration in g.</summary>
    public SensorLog Run(double seconds, bool damaged)
    {
        int rows = (int)(seconds * Rate);
        float[] values = [.. Enumerable.Range(0, rows).Select(row => (float)(Shaft((double)row / Rate) + (Noise * Gaussian())))];
        if (damaged)
            AddKnocks(values);
        return new SensorLog(damaged ? "damaged inner race" : "healthy", ["acceleration"], [values]);
    }

    private static double Shaft(double time) =>
        Harmonics.Select((g, i) => g * Math.Sin(2 * Math.PI * (i + 1) * ShaftHertz * time)).Sum();

    private void AddKnocks(float[] values)
    {
        double period = 1 / (InnerRace * ShaftHertz);
        for (double time = 0; time * Rate < values.Length; time += period * (1 + (Slip * Gaussian())))
        {
            double strength = Knock * (1 + (0.5 * Math.Cos(2 * Math.PI * ShaftHertz * time)));
            int first = (int)Math.Ceiling(time * Rate);
            for (int row = first; row < Math.Min(values.Length, first + (8 * DecaySeconds * Rate)); row++)
            {
                double since = ((double)row / Rate) - time;
                values[row] += (float)(strength * Math.Exp(-since / DecaySeconds) * Math.Sin(2 * Math.PI * ResonanceHertz * since));
            }
        }
    }

    /// <summary>Box and Muller's transform of two uniform numbers.</summary>
    private double Gaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
