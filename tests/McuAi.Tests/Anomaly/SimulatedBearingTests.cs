using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Demonstration;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;

namespace McuAi.Tests.Anomaly;

/// <summary>What `mcuai demo` has the anomaly node listen to.</summary>
[TestClass]
public sealed class SimulatedBearingTests
{
    /// <summary>That of a 6205 bearing's inner race at 1797 rpm, as in the index of the CWRU recordings: 162.2 Hz.
    /// </summary>
    private const double InnerRaceHertz = 162.2;

    [TestMethod]
    public void KnocksComeWithTheFrequencyOfTheInnerRace()
    {
        float[] healthy = new SimulatedBearing(3).Run(2, damaged: false).Values[0];
        float[] damaged = new SimulatedBearing(3).Run(2, damaged: true).Values[0];
        double[] envelope = [.. healthy.Zip(damaged, (before, after) => (double)Math.Abs(after - before))];
        double strongest = Enumerable.Range(50, 250).MaxBy(hertz => Amplitude(envelope, hertz));
        Assert.AreEqual(InnerRaceHertz, strongest, 2);
    }

    [TestMethod]
    public void ADetectorOfHealthyVibrationHearsTheDamage()
    {
        TrainedDetector detector = BearingDemo.Learn(new SimulatedBearing(5));
        Assert.IsLessThan(0.05, ShareOfAlarms(detector, new SimulatedBearing(6).Run(4, damaged: false)));
        Assert.IsGreaterThan(0.95, ShareOfAlarms(detector, new SimulatedBearing(6).Run(4, damaged: true)));
    }

    private static double ShareOfAlarms(TrainedDetector detector, SensorLog log) =>
        detector.Run(TrainedMachines.Library, log).Where(detection => detection.Scored)
            .Average(detection => detection.Alarm ? 1.0 : 0.0);

    private static double Amplitude(double[] values, double hertz)
    {
        double mean = values.Average(), cosine = 0, sine = 0;
        for (int i = 0; i < values.Length; i++)
        {
            (double s, double c) = Math.SinCos(2 * Math.PI * hertz * i / SimulatedBearing.Rate);
            cosine += (values[i] - mean) * c;
            sine += (values[i] - mean) * s;
        }

        return Math.Sqrt((cosine * cosine) + (sine * sine));
    }
}
