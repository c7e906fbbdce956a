using System.Numerics;

namespace McuAi.ModelConverter.Audio;

/// <summary>Plain version of the front end: docs/arithmetic.md to the bit, for tests of the core.</summary>
internal sealed class IntegerFrontEnd(byte[] tables)
{
    private static readonly int[] Logarithms =
        [.. Enumerable.Range(0, 33).Select(i => (int)Math.Round(65536 * Math.Log2(1 + (i / 32.0))))];

    private readonly FrontEndReader _tables = new(tables);

    /// <summary>Features of every frame of a recording.</summary>
    public List<short[]> Frames(ReadOnlySpan<short> samples)
    {
        var frames = new List<short[]>();
        uint[] noise = new uint[_tables.Channels];
        for (int start = 0; start + _tables.Window <= samples.Length; start += _tables.Hop)
            frames.Add(Frame(samples.Slice(start, _tables.Window), noise));
        return frames;
    }

    /// <summary>Level of every frame of a recording.</summary>
    public List<int> Levels(ReadOnlySpan<short> samples)
    {
        var levels = new List<int>();
        for (int start = 0; start + _tables.Window <= samples.Length; start += _tables.Hop)
        {
            (ulong[] powers, int exponent) = Channels(samples.Slice(start, _tables.Window));
            ulong total = powers.Aggregate(0ul, (sum, power) => sum + power);
            levels.Add(total == 0 ? short.MinValue
                : Math.Clamp((Log2(total) - (exponent << 17) + 64) >> 7, short.MinValue, short.MaxValue));
        }

        return levels;
    }

    /// <summary>The model's input from the last frames.</summary>
    public sbyte[] Window(IReadOnlyList<short[]> frames)
    {
        int[] values = [.. frames.Skip(frames.Count - _tables.Frames).SelectMany(frame => frame).Select(x => (int)x)];
        int floor = _tables.Depth == 0 || _tables.Kind == FrontEndKind.Mfcc
            ? short.MinValue
            : Math.Max(values.Max() - _tables.Depth, short.MinValue);
        values = [.. values.Select(x => Math.Max(x, floor))];
        (int factor, int shift, int offset) = _tables.Normalises
            ? Normalising(values, floor)
            : (_tables.Gain, _tables.GainShift, 0);
        offset += (_tables.ZeroPoint << shift) + (1 << (shift - 1));
        return [.. values.Select(x => (sbyte)Math.Clamp(((x * factor) + offset) >> shift, -128, 127))];
    }

    /// <summary>2^16 * log2(x).</summary>
    public static int Log2(ulong x)
    {
        int n = BitOperations.Log2(x);
        uint fraction = (uint)((x << (63 - n)) >> 32) & int.MaxValue;
        int i = (int)(fraction >> 26), rest = (int)(fraction >> 10) & 0xFFFF;
        return (n << 16) + Logarithms[i] + (((Logarithms[i + 1] - Logarithms[i]) * rest) >> 16);
    }

    /// <summary>Square root, rounded down to 16 significant bits.</summary>
    public static uint SquareRoot(ulong x)
    {
        if (x == 0)
            return 0;
        int zeros = BitOperations.LeadingZeroCount(x) & ~1;
        uint top = (uint)((x << zeros) >> 32);
        uint root = (uint)Math.Sqrt(top); // exact: a double holds the square of 16 bits
        return zeros <= 32 ? root << (16 - (zeros / 2)) : root >> ((zeros / 2) - 16);
    }

    /// <summary>Power in each channel, and its exponent.</summary>
    private (ulong[] Powers, int Exponent) Channels(ReadOnlySpan<short> samples)
    {
        (uint[] powers, int exponent) = IntegerSpectrum.Compute(_tables, samples);
        ulong[] sums = new ulong[_tables.Channels];
        ReadOnlySpan<ushort> filters = _tables.Filters;
        int next = 2 * _tables.Channels;
        for (int channel = 0; channel < sums.Length; channel++)
        {
            for (int i = 0; i < filters[(2 * channel) + 1]; i++)
                sums[channel] += (ulong)powers[filters[2 * channel] + i] * filters[next++];
        }

        return (sums, exponent);
    }

    private short[] Frame(ReadOnlySpan<short> samples, uint[] noise)
    {
        (ulong[] powers, int exponent) = Channels(samples);
        int[] levels = new int[_tables.Channels];
        for (int channel = 0; channel < levels.Length; channel++)
        {
            ulong sum = powers[channel];
            int log = -1 << 30;
            if (_tables.Kind == FrontEndKind.Pcan)
                log = Log2(Math.Max(1, new IntegerPcan(_tables).Step(channel, Amplitude(sum, exponent), ref noise[channel])));
            else if (sum > 0)
                log = Log2(sum) - (exponent << 17);
            int level = (log + _tables.LogOffset + 64) >> 7;
            levels[channel] = Math.Max(Math.Clamp(level, short.MinValue, short.MaxValue), _tables.Least);
        }

        return _tables.Kind == FrontEndKind.Mfcc ? Coefficients(levels) : [.. levels.Select(level => (short)level)];
    }

    private static uint Amplitude(ulong power, int exponent) =>
        Math.Min(exponent < 32 ? SquareRoot(power) >> exponent : 0, (1 << 22) - 1);

    private short[] Coefficients(int[] levels)
    {
        if (_tables.Depth > 0)
            levels = [.. levels.Select(level => Math.Max(level, levels.Max() - _tables.Depth))];
        short[] features = new short[_tables.Features];
        int shift = 15 + _tables.CosineShift;
        for (int k = 0; k < features.Length; k++)
        {
            long sum = 1L << (shift - 1);
            for (int i = 0; i < levels.Length; i++)
                sum += levels[i] * _tables.Cosines[(k * levels.Length) + i];
            features[k] = (short)Math.Clamp(sum >> shift, short.MinValue, short.MaxValue);
        }

        return features;
    }

    private (int Factor, int Shift, int Offset) Normalising(int[] values, int floor)
    {
        uint n = (uint)values.Length;
        ulong sum = (ulong)values.Sum(x => (long)x - floor);
        ulong squares = (ulong)values.Sum(x => ((long)x - floor) * ((long)x - floor));
        uint spread = Math.Max(SquareRoot((n * squares) - (sum * sum)), n * (uint)_tables.LeastDeviation);
        ulong ratio = ((ulong)_tables.Gain * n << 32) / spread;
        int down = Math.Max(18, BitOperations.Log2(ratio) + 1 - 14);
        int factor = (int)((ratio + (1UL << (down - 1))) >> down);
        int mean = (int)((((ulong)factor * sum) + (n / 2)) / n);
        return (factor, 40 - down, -mean - (floor * factor));
    }
}
