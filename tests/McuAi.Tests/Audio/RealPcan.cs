using McuAi.ModelConverter.Audio;

namespace McuAi.Tests.Audio;

/// <summary>PCAN of one channel in real arithmetic, with the shares in Q14 that the tables have.</summary>
internal sealed class RealPcan(FrontEndSettings settings, int channel)
{
    private readonly double _smoothing =
        Math.Floor(16384 * (channel % 2 == 0 ? settings.Pcan.EvenSmoothing : settings.Pcan.OddSmoothing)) / 16384;

    private double _noise;

    /// <summary>The output of the next frame, and how far it moves when the gain is wrong by 2 units and 2 %, and the
    /// amplitude that is left by a unit.</summary>
    /// <param name="amplitude">In the core's units: 2^7 / N of the spectrum of int16 samples.</param>
    public (double Output, double Tolerance) Step(double amplitude)
    {
        double unit = settings.FftSize / 128.0;
        _noise += _smoothing * (amplitude - _noise);
        double left = Math.Max(amplitude - _noise, settings.Pcan.MinimumRemaining * amplitude);
        double gain = Math.Pow((_noise * unit) + settings.Pcan.Offset, -settings.Pcan.Strength);
        double ratio = left * unit * gain, far = (left + 1) * unit * ((gain * 1.02) + (2 / Math.Pow(2, 21)));
        return (Shrink(ratio), Shrink(far) - Shrink(ratio));
    }

    private static double Shrink(double ratio) => ratio < 2 ? ratio * ratio / 4 : ratio - 1;
}
