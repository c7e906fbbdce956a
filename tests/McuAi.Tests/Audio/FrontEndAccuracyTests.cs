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

    /// <summary>The output of PCAN, of which the feature is the logarithm, in units of its 6 fractional bits.</summary>
    [TestMethod]
    public void PcanOfEverySignal()
    {
        var settings = new FrontEndSettings { Kind = FrontEndKind.Pcan };
        double worst = 0;
        foreach ((string name, short[] samples) in Signals.Synthetic().Concat(FrontEndCases.Shared(Signals.Recordings)))
        {
            var real = new RealFrontEnd(settings);
            foreach ((short[] frame, int start) in Frames(settings, samples))
            {
                double[] powers = real.Powers(samples.AsSpan(start, settings.WindowSamples)), logs = real.LogMel(powers);
                double[] expected = real.Pcan(logs);
                double least = Math.Log(powers.Max()) - 16;
                for (int channel = 0; channel < frame.Length; channel++)
                {
                    if (logs[channel] < least)
                        continue;
                    double actual = 64 * Math.Pow(2, frame[channel] / 512.0);
                    double error = Math.Abs(actual - Math.Max(1, 64 * expected[channel])) / (2 + (6.4 * expected[channel]));
                    worst = Math.Max(worst, error);
                    Assert.IsLessThan(1, error, $"{name}, sample {start}, channel {channel}: {actual} for " +
                        $"{64 * expected[channel]}");
                }
            }
        }

        Console.WriteLine($"PCAN: {worst:g3} of 2/64 + 10 %");
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
