namespace McuAi.ModelConverter.Audio;

/// <summary>The gain of PCAN as a function of the noise estimate: a quadratic in each octave, as in TensorFlow Lite Micro.
/// </summary>
internal static class PcanGains
{
    public const int GainBits = 21;
    public const int SnrBits = 12;
    public const int SmoothingBits = 10;
    public const int Entries = 125;

    /// <summary>Values of the noise estimate 0 and 1, then {value, linear, quadratic, 0} for each octave from 2 on.</summary>
    /// <param name="inputBits">Fractional bits of the estimate.</param>
    public static short[] Make(PcanSettings settings, int inputBits)
    {
        double unit = Math.Pow(2, -inputBits);
        int Gain(double noise) => (int)Math.Min(short.MaxValue,
            Math.Floor((Math.Pow(2, GainBits) * Math.Pow((noise * unit) + settings.Offset, -settings.Strength)) + 0.5));
        short[] gains = new short[Entries];
        gains[0] = (short)Gain(0);
        gains[1] = (short)Gain(1);
        for (int octave = 2; octave <= 32; octave++)
        {
            double start = Math.Pow(2, octave - 1);
            int first = Gain(start), middle = Gain(1.5 * start) - first;
            int last = Gain(octave == 32 ? (2 * start) - 1 : 2 * start) - first;
            int linear = (4 * middle) - last;
            gains[(4 * octave) - 6] = (short)first;
            gains[(4 * octave) - 5] = (short)linear;
            gains[(4 * octave) - 4] = (short)(last - linear);
        }

        return gains;
    }
}
