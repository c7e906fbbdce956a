using McuAi.HostTools.Native;
using McuAi.ModelConverter.Audio;
using McuAi.Tests.Core;

namespace McuAi.Tests.Audio;

/// <summary>The stages against real arithmetic, with the greatest errors that docs/arithmetic.md states.</summary>
[TestClass]
public sealed class FrontEndAccuracyTests
{
    private const double StepsPerNat = 512 / 0.693147180559945309;

    private static readonly FrontEndSettings[] LogMels =
    [
        new() { Depth = 0, SilencePower = 0 },
        new() { Depth = 0, SilencePower = 0, SampleRate = 16000, WindowSamples = 480, HopSamples = 320, FftSize = 512,
            HighHertz = 7600 },
    ];

    /// <summary>Errors of channels by how far they lie under the greatest bin of their frame, which no channel may hold.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void LogMelOfEverySignal(int index)
    {
        (double Depth, double Most)[] bounds = [(8, 0.0012), (11.5, 0.0025), (16, 0.1)];
        double[] worst = new double[bounds.Length];
        FrontEndSettings settings = LogMels[index];
        var real = new RealFrontEnd(settings);
        foreach ((string name, short[] samples) in Signals.Synthetic().Concat(FrontEndCases.Shared(Signals.Recordings)))
            foreach ((short[] frame, int start) in Frames(settings, samples))
            {
                double[] powers = real.Powers(samples.AsSpan(start, settings.WindowSamples));
                double[] expected = real.LogMel(powers);
                double peak = Math.Log(powers.Max());
                for (int channel = 0; channel < frame.Length; channel++)
                    for (int i = 0; i < bounds.Length && double.IsFinite(peak); i++)
                        if (expected[channel] >= peak - bounds[i].Depth)
                        {
                            double error = Math.Abs((frame[channel] / StepsPerNat) - expected[channel]);
                            worst[i] = Math.Max(worst[i], error);
                            Assert.IsLessThan(bounds[i].Most, error, $"{name}, sample {start}, channel {channel}, " +
                                $"{peak - expected[channel]} nats under the peak");
                        }
            }

        Console.WriteLine(string.Join("; ", bounds.Zip(worst, (bound, error) => $"within {bound.Depth} nats: {error:g3}")));
    }

    /// <summary>Silence has no logarithm; it is the floor in every feature.</summary>
    [TestMethod]
    public void SilenceIsTheFloor()
    {
        foreach ((short[] frame, _) in Frames(LogMels[0], new short[1000]))
            Assert.IsTrue(frame.All(level => level == short.MinValue));
    }

    [TestMethod]
    public void MfccOfRecordings()
    {
        var settings = new FrontEndSettings { Kind = FrontEndKind.Mfcc };
        var real = new RealFrontEnd(settings);
        double silence = FrontEndTables.Least(settings) / StepsPerNat, worst = 0;
        double step = Math.Pow(2, FrontEndTables.CosineShift(settings)) / StepsPerNat;
        foreach ((string name, short[] samples) in Signals.Synthetic().Concat(FrontEndCases.Shared(Signals.Recordings)))
            foreach ((short[] frame, int start) in Frames(settings, samples))
            {
                double[] expected = real.Mfcc(
                    real.LogMel(real.Powers(samples.AsSpan(start, settings.WindowSamples))), silence);
                for (int k = 0; k < frame.Length; k++)
                {
                    double error = Math.Abs((frame[k] * step) - expected[k]);
                    worst = Math.Max(worst, error);
                    Assert.IsLessThan(0.01, error, $"{name}, sample {start}, coefficient {k}");
                }
            }

        Console.WriteLine($"MFCC: {worst:g3} nats");
    }

    /// <summary>The stage by itself, on amplitudes that rise, fall and jump: the noise estimate remembers, so errors of
    /// earlier stages would outlast the frames for which those have a bound.</summary>
    [TestMethod]
    public void PcanIsWithinWhatItsGainAllows()
    {
        var settings = new FrontEndSettings { Kind = FrontEndKind.Pcan };
        var plain = new FrontEndReader(FrontEndTables.Make(settings));
        var random = new Random(1);
        double worst = 0;
        for (int channel = 0; channel < 40; channel++)
        {
            var real = new RealPcan(settings, channel);
            uint noise = 0;
            double level = 10;
            for (int frame = 0; frame < 5000; frame++)
            {
                level = frame % 100 == 0 ? 21 * random.NextDouble() : Math.Clamp(level + random.NextDouble() - 0.5, 0, 21);
                uint amplitude = (uint)Math.Pow(2, level);
                double actual = new IntegerPcan(plain).Step(channel, amplitude, ref noise);
                (double expected, double tolerance) = real.Step(amplitude);
                double error = Math.Abs(actual - (64 * expected)) / (2 + (64 * tolerance));
                worst = Math.Max(worst, error);
                Assert.IsLessThan(1, error, $"channel {channel}, frame {frame}: {actual} for {64 * expected}");
            }
        }

        Console.WriteLine($"PCAN: {worst:g3} of its bound");
    }

    [TestMethod]
    [DataRow(true, 1.0 / 32)]
    [DataRow(true, 1.0 / 256)]
    [DataRow(false, 0.1)]
    [DataRow(false, 2.0)]
    public void WindowIsWithinItsRounding(bool normalises, double scale)
    {
        var settings = new FrontEndSettings { Normalises = normalises, Scale = scale, ZeroPoint = normalises ? 3 : 90 };
        var real = new RealFrontEnd(settings);
        var plain = new IntegerFrontEnd(FrontEndTables.Make(settings));
        double worst = 0;
        foreach ((string name, short[] samples) in Signals.Synthetic().Concat(FrontEndCases.Shared(Signals.Recordings)))
        {
            List<short[]> frames = plain.Frames(samples);
            frames = [.. frames.TakeLast(settings.Frames)];
            if (frames.Count < settings.Frames)
                continue;
            double[] expected = real.Window(frames);
            sbyte[] actual = plain.Window(frames);
            for (int i = 0; i < actual.Length; i++)
            {
                double error = Math.Abs(actual[i] - Math.Clamp(expected[i], -128, 127));
                worst = Math.Max(worst, error);
                Assert.IsLessThan(0.52, error, $"{name}, feature {i}: {expected[i]}");
            }
        }

        Console.WriteLine($"window: {worst:g4} steps");
    }

    /// <summary>The quadratics of PCAN's gain against the function that they stand for, over all noise estimates.</summary>
    [TestMethod]
    public void PcanGainIsWithinItsError()
    {
        var pcan = new PcanSettings();
        short[] gains = PcanGains.Make(pcan, 9);
        var random = new Random(1);
        for (int i = 0; i < 1_000_000; i++)
        {
            uint noise = (uint)random.NextInt64(1L << 32) >> random.Next(32);
            double exact = Math.ScaleB(Math.Pow((noise / 512.0) + pcan.Offset, -pcan.Strength), 21);
            Assert.AreEqual(exact, IntegerPcan.Gain(noise, gains), 2 + (0.02 * exact), $"noise {noise}");
        }
    }

    [TestMethod]
    public void LogarithmIsMonotoneAndWithinItsError()
    {
        double worst = 0;
        var random = new Random(1);
        for (int i = 0; i < 1_000_000; i++)
        {
            ulong x = (ulong)random.NextInt64(1, long.MaxValue) >> random.Next(63) | 1;
            int y = IntegerFrontEnd.Log2(x);
            worst = Math.Max(worst, Math.Abs(y - (65536 * Math.Log2(x))));
            Assert.IsGreaterThanOrEqualTo(y, IntegerFrontEnd.Log2(x + (x >> random.Next(1, 40)) + 1));
        }

        Assert.IsLessThan(13.2, worst);
        Console.WriteLine($"log2: {worst / 65536:g3}");
    }

    [TestMethod]
    public void SquareRootIsWithinItsError()
    {
        var random = new Random(1);
        for (int i = 0; i < 1_000_000; i++)
        {
            ulong x = (ulong)random.NextInt64() >> random.Next(63);
            double exact = Math.Sqrt(x), root = IntegerFrontEnd.SquareRoot(x);
            Assert.IsTrue(root <= exact && (x < 1UL << 32 ? root > exact - 1 : root >= exact * (1 - Math.Pow(2, -15))), $"{x}");
        }
    }

    /// <summary>Frames of the core, each with the sample that it begins at.</summary>
    private static IEnumerable<(short[] Frame, int Start)> Frames(FrontEndSettings settings, short[] samples)
    {
        using var stream = new FrontEndStream(CoreRun.Library, FrontEndTables.Make(settings));
        int step = settings.HopSamples, start = 0;
        for (int taken = 0; taken < samples.Length; taken += step)
            if (stream.Push(samples.AsSpan(taken, Math.Min(step, samples.Length - taken))) == 1)
            {
                yield return (stream.Frame(0).ToArray(), start);
                start += step;
            }
    }
}
