using McuAi.ModelConverter.Anomaly;

namespace McuAi.Tests.Anomaly;

/// <summary>Metrics against small cases by hand and against their definitions, written out plainly.</summary>
[TestClass]
public sealed class MetricTests
{
    [TestMethod]
    public void RocAreaIsTheShareOfPairsInOrder()
    {
        Assert.AreEqual(0.75, RankedScores.RocArea([0.1, 0.4, 0.35, 0.8], [false, false, true, true]), 1e-12);
        Assert.AreEqual(0.5, RankedScores.RocArea([1, 1, 1], [true, false, true]), 1e-12);
        Assert.IsTrue(double.IsNaN(RankedScores.RocArea([1, 2], [true, true])));
        for (int round = 0; round < 50; round++)
        {
            (double[] scores, bool[] labels) = Random(round, 60);
            double pairs = 0, ordered = 0;
            for (int i = 0; i < scores.Length; i++)
                for (int j = 0; j < scores.Length; j++)
                    if (labels[i] && !labels[j])
                        (pairs, ordered) = (pairs + 1, ordered + (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0));
            Assert.AreEqual(ordered / pairs, RankedScores.RocArea(scores, labels), 1e-12);
        }
    }

    [TestMethod]
    public void AveragePrecisionIsThatOfTheRowsFound()
    {
        // Found at ranks 1 and 3: (1/1 + 2/3) / 2.
        Assert.AreEqual((1 + (2.0 / 3)) / 2, RankedScores.AveragePrecision([9, 8, 7, 6], [true, false, true, false]), 1e-12);
        Assert.AreEqual(0.25, RankedScores.AveragePrecision([5, 5, 5, 5], [true, false, false, false]), 1e-12);
    }

    [TestMethod]
    public void ConfusionCountsRowsForThemselves()
    {
        // One alarm in a range of four rows finds one row.
        Confusion confusion = Confusion.Of([false, true, false, false, false, true], [true, true, true, true, false, false]);
        Assert.AreEqual(new Confusion(1, 1, 1, 3), confusion);
        Assert.AreEqual(0.5, confusion.Precision, 1e-12);
        Assert.AreEqual(0.25, confusion.Recall, 1e-12);
        Assert.AreEqual(1.0 / 3, confusion.F1, 1e-12);
        Assert.AreEqual(0.5, confusion.FalseAlarms, 1e-12);
        Assert.AreEqual(0, default(Confusion).F1);
    }

    [TestMethod]
    public void DelayIsThatOfTheFirstAlarmInARange()
    {
        bool[] labels = [false, true, true, true, false, true, false, true];
        DetectionDelay delay = DetectionDelay.Of([true, false, false, true, true, false, false, true], labels);
        Assert.AreEqual(new DetectionDelay(3, 2, 2), delay);
        Assert.AreEqual(1, delay.Mean, 1e-12);
        Assert.IsTrue(double.IsNaN(DetectionDelay.Of(new bool[8], labels).Mean));
    }

    [TestMethod]
    public void VolumeUnderTheSurfaceIsThatOfItsDefinition()
    {
        for (int round = 0; round < 30; round++)
        {
            (double[] scores, bool[] labels) = Random(round, 40 + (7 * round));
            int widest = round % 12;
            Assert.AreEqual(PlainVolume.PrecisionRecall(scores, labels, widest),
                VolumeUnderSurface.PrecisionRecall(scores, labels, widest), 1e-9, $"round {round}");
        }

        Assert.IsTrue(double.IsNaN(VolumeUnderSurface.PrecisionRecall([1, 2], [false, false], 4)));
    }

    [TestMethod]
    public void VolumeOfPerfectScoresIsOneWithoutABuffer()
    {
        bool[] labels = new bool[200];
        labels.AsSpan(50, 20).Fill(true);
        double[] scores = [.. labels.Select(label => label ? 1.0 : 0)];
        Assert.AreEqual(1, VolumeUnderSurface.PrecisionRecall(scores, labels, 0), 1e-9);
        // An alarm just before a range counts for something, one far away for nothing.
        double[] early = [.. Enumerable.Range(0, 200).Select(i => i is >= 46 and < 66 ? 1.0 : 0)];
        double[] far = [.. Enumerable.Range(0, 200).Select(i => i is (>= 50 and < 66) or (>= 150 and < 154) ? 1.0 : 0)];
        Assert.IsGreaterThan(VolumeUnderSurface.PrecisionRecall(far, labels, 20) + 0.01,
            VolumeUnderSurface.PrecisionRecall(early, labels, 20));
    }

    private static (double[] Scores, bool[] Labels) Random(int seed, int count)
    {
        var random = new Random(seed);
        bool[] labels = new bool[count];
        for (int range = 0; range < 3; range++)
            labels.AsSpan(random.Next(count - 10), 1 + random.Next(9)).Fill(true);
        // Few values, so that there are ties.
        double[] scores = [.. labels.Select(label => (double)random.Next(12) + (label ? random.Next(6) : 0))];
        return (scores, labels);
    }
}
