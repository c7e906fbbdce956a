using System.Buffers.Binary;

namespace McuAi.Tests.Audio;

/// <summary>Test signals of one second.</summary>
internal static class Signals
{
    private const int Count = 8000;

    public static IEnumerable<(string Name, short[] Samples)> Synthetic()
    {
        foreach (int level in (int[])[0, -6, -20, -40, -60, -75, -90])
        {
            double peak = 32767 * Math.Pow(10, level / 20.0);
            var random = new Random(level);
            yield return ($"tone {level} dBFS", Make(i => peak * Math.Sin(2 * Math.PI * 1000.3 * i / 8000)));
            yield return ($"chirp {level} dBFS", Make(i => peak * Math.Sin(2 * Math.PI * ((20 * i / 8000.0)
                + (1950 * Math.Pow(i / 8000.0, 2))))));
            yield return ($"noise {level} dBFS", Make(_ => peak * ((2 * random.NextDouble()) - 1)));
        }

        yield return ("clipped square wave", Make(i => i % 36 < 18 ? 32767 : -32768));
        yield return ("square wave of the Nyquist frequency", Make(i => i % 2 == 0 ? 32767 : -32768));
        yield return ("silence", new short[Count]);
        yield return ("constant", Make(_ => 1234));
        yield return ("greatest constant", Make(_ => -32768));
        yield return ("least constant", Make(_ => 1));
        yield return ("impulses", Make(i => i % 1000 == 77 ? 32767 : 0));
        yield return ("one least impulse", Make(i => i == 4000 ? 1 : 0));
        yield return ("half silence", Make(i => i < 4000 ? 0 : 3000 * Math.Sin(i)));
    }

    /// <summary>Real recordings of 8 and 16 kHz.</summary>
    public static IEnumerable<(string Name, short[] Samples)> Recordings()
    {
        foreach (string name in (string[])["speech/free-spoken-digits/recordings/7_theo_0.wav",
            "speech/free-spoken-digits/recordings/3_jackson_1.wav", "speech/free-spoken-digits/recordings/0_lucas_2.wav",
            "speech/arabic-commands/dataset/down/00000001_NO_01.wav", "tflm/inputs/yes_1000ms.wav",
            "tflm/inputs/noise_1000ms.wav"])
            yield return (name, Wave(SharedData.Bytes(name)));
    }

    /// <summary>The samples of a RIFF file of one channel of 16 bits.</summary>
    private static short[] Wave(byte[] file)
    {
        int position = 12;
        while (!file.AsSpan(position, 4).SequenceEqual("data"u8))
            position += 8 + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(position + 4));
        short[] samples = new short[BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(position + 4)) / 2];
        Buffer.BlockCopy(file, position + 8, samples, 0, 2 * samples.Length);
        return samples;
    }

    private static short[] Make(Func<int, double> sample) => [.. Enumerable.Range(0, Count).Select(i =>
        (short)Math.Clamp(Math.Round(sample(i)), short.MinValue, short.MaxValue))];
}
