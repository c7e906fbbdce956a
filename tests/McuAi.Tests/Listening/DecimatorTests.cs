using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;

namespace McuAi.Tests.Listening;

/// <summary>firmware/ports/pdm against the same filters in real numbers, and against what a microphone needs of them.
/// </summary>
[TestClass]
public sealed unsafe class DecimatorTests
{
    private const int BitRate = 1_024_000;
    private const int FirFactor = 4;
    private const int Gain = 8;

    [TestMethod]
    [DataRow(32)]
    [DataRow(16)]
    public void SamplesAreThoseOfRealNumbersButForRounding(int cic)
    {
        bool[] bits = Modulate(BitRate / 4, i => 0.05 * Math.Sin(2 * Math.PI * 700.7 * i / BitRate)
            + (0.03 * Math.Sin(2 * Math.PI * 3100.3 * i / BitRate)) + 0.01);
        short[] samples = Decimate(bits, cic);
        double[] response = ImpulseResponse(cic);
        int step = cic * FirFactor;
        Assert.HasCount(bits.Length / step, samples);
        for (int i = 0; i < samples.Length; i++)
        {
            double sum = 0;
            int last = ((i + 1) * step) - 1;
            for (int k = 0; k < response.Length && k <= last; k++)
                sum += response[k] * (bits[last - k] ? 1 : -1);
            double expected = Math.Clamp(32768 * Gain * sum, short.MinValue, short.MaxValue);
            if (last >= response.Length) // before, the core's history is of silence between the two levels of a bit
                Assert.AreEqual(expected, samples[i], 0.51, $"sample {i}");
        }
    }

    [TestMethod]
    [DataRow(32)]
    [DataRow(16)]
    public void TheBandIsFlatAndWhatFoldsIntoItIsFarDown(int cic)
    {
        double[] response = ImpulseResponse(cic);
        double rate = (double)BitRate / cic / FirFactor;
        for (double f = 0; f <= 0.4375 * rate; f += rate / 500)
            Assert.AreEqual(0, Decibels(response, f), 0.07, $"{f} Hz");
        for (double f = 0.5625 * rate; f <= BitRate / 2.0; f += rate / 97)
            Assert.IsLessThan(-62.5, Decibels(response, f), $"{f} Hz");
    }

    [TestMethod]
    [DataRow(32)]
    [DataRow(16)]
    public void SamplesAreEightTimesAsGreatAsTheBitsSay(int cic)
    {
        double rate = (double)BitRate / cic / FirFactor, hertz = 1000;
        short[] samples = Decimate(Modulate(BitRate / 2, i => 0.1 * Math.Sin(2 * Math.PI * hertz * i / BitRate)), cic)[400..];
        int whole = samples.Length / 16 * 16; // periods
        double re = 0, im = 0;
        for (int i = 0; i < whole; i++)
        {
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * hertz * i / rate);
            (re, im) = (re + (samples[i] * cosine), im + (samples[i] * sine));
        }

        double amplitude = 2 * Math.Sqrt((re * re) + (im * im)) / whole;
        Assert.AreEqual(0.1 * 32768 * Gain, amplitude, 0.01 * amplitude);
    }

    [TestMethod]
    public void LoudSoundSaturates()
    {
        short[] samples = Decimate(Modulate(BitRate / 20, i => 0.4 * Math.Sin(2 * Math.PI * 200 * i / BitRate)), 32);
        Assert.AreEqual(short.MaxValue, samples.Max());
        Assert.AreEqual(short.MinValue, samples.Min());
    }

    /// <summary>A sigma-delta modulator of second order.</summary>
    private static bool[] Modulate(int count, Func<int, double> signal)
    {
        bool[] bits = new bool[count];
        double first = 0, second = 0, fed = 0;
        for (int i = 0; i < count; i++)
        {
            first += signal(i) - fed;
            second += first - (2 * fed);
            bits[i] = second >= 0;
            fed = bits[i] ? 1 : -1;
        }

        return bits;
    }

    /// <summary>Of both filters for one bit, in real numbers: four moving sums, then the taps that the core has.</summary>
    private static double[] ImpulseResponse(int cic)
    {
        double[] response = [1];
        for (int order = 0; order < 4; order++)
            response = Convolve(response, [.. Enumerable.Repeat(1.0 / cic, cic)]);
        short[] half = [8103, 6523, 3916, 1154, -925, -1837, -1599, -655, 375, 980, 961, 457, -184, -613, -650, -344, 90, 405,
            459, 265, -37, -271, -328, -205, 6, 179, 232, 156, 12, -115, -161, -116, -20, 70, 108, 84, 22, -39, -69, -57, -18,
            25, 52, 56, 41, 20, 4, -10];
        double[] spread = new double[(95 * cic) + 1];
        for (int i = 0; i < 48; i++)
            spread[(47 - i) * cic] = spread[(48 + i) * cic] = half[i] / 32768.0;
        return Convolve(response, spread);
    }

    private static double[] Convolve(double[] a, double[] b)
    {
        double[] result = new double[a.Length + b.Length - 1];
        for (int j = 0; j < b.Length; j++)
        {
            for (int i = 0; b[j] != 0 && i < a.Length; i++)
                result[i + j] += a[i] * b[j];
        }

        return result;
    }

    private static double Decibels(double[] response, double hertz)
    {
        double re = 0, im = 0;
        for (int i = 0; i < response.Length; i++)
        {
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * hertz * i / BitRate);
            (re, im) = (re + (response[i] * cosine), im + (response[i] * sine));
        }

        return 10 * Math.Log10((re * re) + (im * im));
    }

    private static short[] Decimate(bool[] bits, int cic)
    {
        nint library = NativeLibrary.Load(HostLibraryBuilder.Build(ProjectFolder.Find().Root, [], "host"));
        void* Find(string name) => (void*)NativeLibrary.GetExport(library, "mcuai_host_pdm_" + name);
        ushort[] words = new ushort[bits.Length / 16];
        for (int i = 0; i < 16 * words.Length; i++)
            words[i / 16] |= (ushort)(bits[i] ? 0x8000 >> (i % 16) : 0);
        short[] samples = new short[bits.Length / cic / FirFactor];
        byte[] state = new byte[((delegate* unmanaged<uint>)Find("bytes"))()];
        fixed (byte* decimator = state)
        fixed (ushort* from = words)
        fixed (short* to = samples)
        {
            ((delegate* unmanaged<void*, uint, void>)Find("start"))(decimator, (uint)cic);
            uint made = 0;
            for (int done = 0; done < words.Length; done += 128) // as the DMA gives them
                made += ((delegate* unmanaged<void*, ushort*, uint, short*, uint>)Find("decimate"))(decimator, from + done,
                    (uint)Math.Min(128, words.Length - done), to + made);
            Assert.HasCount((int)made, samples);
        }

        return samples;
    }
}
