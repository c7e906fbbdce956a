using System.Numerics;

namespace McuAi.ModelConverter.Audio;

/// <summary>Plain version of PCAN: docs/arithmetic.md to the bit, which is TensorFlow Lite Micro's signal library.</summary>
internal readonly ref struct IntegerPcan(FrontEndReader tables)
{
    private readonly ReadOnlySpan<ushort> _settings = tables.Pcan;
    private readonly ReadOnlySpan<short> _gains = tables.PcanGains;

    public uint Step(int channel, uint amplitude, ref uint noise)
    {
        uint left = Subtract(amplitude, _settings[channel & 1], _settings[2], ref noise);
        ulong ratio = ((ulong)left * Gain(noise, _gains)) >> _settings[3];
        return Shrink((uint)Math.Min(ratio, uint.MaxValue));
    }

    /// <summary>Updates the noise estimate and returns what of the amplitude is left without it.</summary>
    public static uint Subtract(uint amplitude, uint smoothing, uint remaining, ref uint noise)
    {
        uint scaled = amplitude << 10;
        noise = (uint)((((ulong)scaled * smoothing) + ((ulong)noise * (16384 - smoothing))) >> 14);
        uint left = (scaled - Math.Min(noise, scaled)) >> 10;
        return Math.Max(left, (uint)(((ulong)amplitude * remaining) >> 14));
    }

    public static uint Gain(uint noise, ReadOnlySpan<short> gains)
    {
        if (noise <= 2)
            return (ushort)gains[(int)noise];
        int octave = BitOperations.Log2(noise) + 1;
        int fraction = (int)(octave < 11 ? noise << (11 - octave) : noise >> (octave - 11)) & 0x3FF;
        ReadOnlySpan<short> g = gains[((4 * octave) - 6)..];
        int slope = ((g[2] * fraction) >> 5) + (g[1] * 32);
        return (ushort)((((slope * fraction) + (1 << 14)) >> 15) + g[0]);
    }

    public static uint Shrink(uint x) => x < 2 << 12 ? (x * x) >> 20 : (x >> 6) - 64;
}
