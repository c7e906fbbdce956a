using System.Globalization;
using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Core;
using McuAi.Tests.Fuzz;

namespace McuAi.Tests.Anomaly;

/// <summary>Detectors from normal data to decisions, in the core on the host.</summary>
[TestClass]
public sealed class DetectorTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void FaultsAreFoundAndFalseAlarmsAreAsStated(int method)
    {
        TrainedDetector detector = TrainedMachines.Train(TrainedMachines.Methods[method]);
        Detection[] normal = detector.Run(TrainedMachines.Library, TrainedMachines.Log(100_000, 2));
        Detection[] faulty = detector.Run(TrainedMachines.Library, TrainedMachines.Log(20_000, 3, faulty: true));
        double falseAlarms = normal.Count(detection => detection.Alarm) / (double)normal.Length;
        // 2 % of 780 overlapping frames, by a threshold from 310: within a factor of 2.5.
        Assert.IsInRange(0.0, 0.05, falseAlarms, detector.Method);
        Assert.IsGreaterThan(0.9, faulty.Count(detection => detection.Alarm) / (double)faulty.Length, detector.Method);
    }

    [TestMethod]
    public void TheThresholdIsConformal()
    {
        int[] scores = [.. Enumerable.Range(1, 99)];
        Assert.AreEqual(90, FalseAlarmThreshold.Of(scores, 0.1));
        Assert.AreEqual(99, FalseAlarmThreshold.Of(scores, 0.01));
        Assert.AreEqual(99, FalseAlarmThreshold.Of(scores, 0.0001)); // too few for the rate
        Assert.AreEqual(99, FalseAlarmThreshold.Needed(0.01));
        // Over all that could have been drawn, one in a hundred new scores is greater.
        var random = new Random(1);
        double above = Enumerable.Range(0, 2000).Average(_ => random.Next(1_000_000) >
            FalseAlarmThreshold.Of([.. Enumerable.Range(0, 199).Select(_ => random.Next(1_000_000))], 0.05) ? 1.0 : 0);
        Assert.IsInRange(0.035, 0.065, above);
    }

    /// <summary>The score of a z-score detector is that of its features, rounded to levels.</summary>
    [TestMethod]
    public void ScoresAreThoseOfTheFeatures()
    {
        TrainedDetector detector = TrainedMachines.Train(new MovingZScore());
        short[] samples = VibrationSignals.Machine(5000, 9, faulty: true);
        float[][] frames = FeatureFrames.Of(TrainedMachines.Library, TrainedMachines.Plan.Features, samples);
        byte[] tables = PackReader.Read(detector.Pack).Detector!;
        int normalAt = BitConverter.ToInt32(tables, 76);
        Detection[] detections = detector.Run(TrainedMachines.Library, TrainedMachines.Log(5000, 9, faulty: true));
        for (int n = 0; n < frames.Length; n++)
        {
            double sum = frames[n].Select((value, i) =>
            {
                double mean = BitConverter.ToInt32(tables, normalAt + (8 * i)) / 256.0;
                double deviation = BitConverter.ToUInt32(tables, normalAt + (8 * i) + 4) / 256.0;
                double level = Math.Round((value - mean) / deviation * DetectorModel.Levels, MidpointRounding.AwayFromZero);
                return Math.Pow(Math.Clamp(level, -128, 127) / DetectorModel.Levels, 2);
            }).Sum();
            // 2^-20 of a variance, weights of 2^8.
            Assert.AreEqual(65536 * (Math.Log2(sum) + 12 + 8 + 8 - 8), detections[n].Score, 400, $"frame {n}");
        }
    }

    [TestMethod]
    public void WhatIsNormalFollowsTheStream()
    {
        // A plan whose threshold is of no interest; the stream's level rises by six deviations for good.
        TrainingPlan plan = TrainedMachines.Plan with
        {
            Features = new FeatureSettings { Channels = 1 }, Adaptation = 6, LearnsFromTheStream = true, Folds = 1, WarmUp = 8,
        };
        var random = new Random(4);
        float[] values = [.. Enumerable.Range(0, 3000).Select(i => (float)((random.NextDouble() * 400) + (i < 1500 ? 0 : 800)))];
        var log = new SensorLog("steps", ["level"], [values]);
        TrainedDetector detector = new DetectorTraining(TrainedMachines.Library, new MovingZScore(), plan)
            .Train(log.Slice(0, 1000), TrainedMachines.Scales);
        Detection[] detections = detector.Run(TrainedMachines.Library, log);
        Assert.IsFalse(detections[7].Scored);
        Assert.IsTrue(detections[8].Scored);
        Assert.IsTrue(detections[1500].Alarm, "the step");
        Assert.IsLessThan(0.05, detections[2000..].Average(detection => detection.Alarm ? 1.0 : 0), "after 500 frames");

        // The integers are the recurrence of real numbers, rounded to levels.
        float[][] moving = NormalFeatures.StandardiseMoving([.. values.Select(value => new[] { MathF.Round(value) })], 6);
        for (int n = 8; n < detections.Length; n++)
        {
            double expected = moving[n][0] * DetectorModel.Levels;
            double actual = Math.Sqrt((Math.Pow(2, detections[n].Score / 65536.0) - 1) / 4096 / 256) * DetectorModel.Levels;
            Assert.AreEqual(Math.Abs(expected), actual, 0.75, $"frame {n}");
        }
    }

    [TestMethod]
    public void PersistenceAndHoldOffMakeEventsOfAlarms()
    {
        TrainedDetector plain = TrainedMachines.Train(new PrincipalComponents());
        TrainedDetector patient = TrainedMachines.Train(new PrincipalComponents(),
            TrainedMachines.Plan with { Persistence = 3, HoldOff = 10 });
        SensorLog log = TrainedMachines.Log(20_000, 3, faulty: true);
        Detection[] every = plain.Run(TrainedMachines.Library, log), few = patient.Run(TrainedMachines.Library, log);
        Assert.AreEqual(every.Count(detection => detection.Alarm), every.Count(detection => detection.Event));
        Assert.IsFalse(few[0].Alarm || few[1].Alarm);
        int run = 0, last = int.MinValue; // frame of the last event
        for (int n = 0; n < few.Length; n++)
        {
            Assert.AreEqual(every[n].Score, few[n].Score);
            run = every[n].Alarm ? run + 1 : 0;
            Assert.AreEqual(run >= 3, few[n].Alarm, $"frame {n}");
            bool heard = last >= 0 && n - last <= 10 && few[n].Score <= few[last].Score;
            Assert.AreEqual(few[n].Alarm && !heard, few[n].Event, $"frame {n}");
            last = few[n].Event ? n : last;
        }

        Assert.IsTrue(few[Array.FindIndex(few, detection => detection.Alarm)].Event, "the first alarm");

        Assert.IsLessThan(few.Length / 4, few.Count(detection => detection.Event));
    }

    [TestMethod]
    public void AResetDetectorBeginsAnew()
    {
        TrainedDetector trained = TrainedMachines.Train(new Forecaster(steps: 50), TrainedMachines.Plan with { Adaptation = 8 });
        short[] samples = VibrationSignals.Machine(10_000, 5, faulty: false);
        using var detector = new HostDetector(TrainedMachines.Library, trained.Pack);
        Detection[] first = detector.Run(samples), going = detector.Run(samples);
        detector.Reset();
        CollectionAssert.AreEqual(first, detector.Run(samples));
        CollectionAssert.AreNotEqual(first, going);
    }

    [TestMethod]
    public void PacksKeepTheirDetector()
    {
        TrainedDetector trained = TrainedMachines.Train(new PrincipalComponents());
        PackModel model = PackReader.Read(trained.Pack);
        CollectionAssert.AreEqual(trained.Pack, PackWriter.Write(model));
        CollectionAssert.AreEqual(TrainedMachines.Scales, SampleScales.Read(model));
        Assert.AreEqual("PCA", model.Metadata["method"]);
        FeatureSettings features = DetectorReader.Features(model.Detector);
        Assert.AreEqual((256, 128, 12_000.0), (features.Window, features.Hop, features.SampleRate));
        model.Detector = null;
        Assert.Contains("has no detector", Assert.ThrowsExactly<ModelException>(() =>
            new HostDetector(TrainedMachines.Library, PackWriter.Write(model))).Message);
    }

    [TestMethod]
    public void ADetectorOfAnotherModelIsRefused()
    {
        PackModel one = PackReader.Read(TrainedMachines.Train(new PrincipalComponents()).Pack);
        one.Detector = PackReader.Read(TrainedMachines.Train(new Forecaster(steps: 1)).Pack).Detector;
        Assert.Contains("not made for the pack's model", Assert.ThrowsExactly<ModelException>(() =>
            new HostDetector(TrainedMachines.Library, PackWriter.Write(one))).Message);
    }

    /// <summary>Tables that lie, under AddressSanitizer and UBSan (tests/c/detector_driver.c).</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public async Task NoTablesHurtTheCore(int method)
    {
        string driver = await NativeProgram.BuildAsync("gcc", ["-fsanitize=address,undefined"], "c/detector_driver.c",
            "c/mutated_tables.c");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mcuai-detector-");
        try
        {
            string path = Path.Combine(folder.FullName, "detector.tsk");
            await File.WriteAllBytesAsync(path, TrainedMachines.Train(TrainedMachines.Methods[method],
                TrainedMachines.Plan with { Adaptation = method }).Pack);
            int rounds = LongTests.Choose(2000, 50_000);
            string counts = await ToolProcess.RunAsync(driver, [path, rounds.ToString(CultureInfo.InvariantCulture)],
                folder.FullName, ["gcc"], CancellationToken.None);
            int[] numbers = [.. counts.Split(' ').Where(word => char.IsDigit(word[0])).Select(int.Parse)];
            Assert.IsTrue(numbers[0] > rounds / 20 && numbers[1] > rounds / 4, counts); // both ways are taken
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
