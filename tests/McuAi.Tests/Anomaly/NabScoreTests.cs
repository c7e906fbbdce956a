using McuAi.ModelConverter.Anomaly;

namespace McuAi.Tests.Anomaly;

/// <summary>The Numenta Anomaly Benchmark's scoring.</summary>
[TestClass]
public sealed class NabScoreTests
{
    /// <summary>100 rows, of which 15 are probationary, with a window of rows 40 to 49.</summary>
    [TestMethod]
    [DataRow(40, 100.0)] // the window's first row: as good as can be
    [DataRow(10, 0.0)] // probationary: as if nothing had been said
    [DataRow(30, 0.0)] // a false alarm alone is worse than none, so the threshold is above it
    public void OneAlarm(int row, double expected) =>
        Assert.AreEqual(expected, NabScore.Of([Series(row)]).Score, 1e-9);

    [TestMethod]
    public void ALateAlarmCountsLess()
    {
        // The last row of a window of ten is at -0.1, the first at -1: (1 + s(-0.1) / s(-1)) / 2.
        double late = (1 + (Sigmoid(-0.1) / Sigmoid(-1))) / 2;
        Assert.AreEqual(100 * late, NabScore.Of([Series(49)]).Score, 1e-9);
    }

    [TestMethod]
    public void FalseAlarmsCostMoreFartherBehindAWindow()
    {
        // With the window's first row: -0.11 before any window; behind it by the distance in widths less a row.
        Assert.AreEqual(100 * (2 - 0.11) / 2, NabScore.Of([Series(40, 30)]).Score, 1e-9);
        Assert.AreEqual(100 * (2 + (0.11 * Sigmoid(3 / 9.0))) / 2, NabScore.Of([Series(40, 52)]).Score, 1e-9);
        Assert.AreEqual(100 * (2 - 0.11) / 2, NabScore.Of([Series(40, 90)]).Score, 1e-9);
    }

    [TestMethod]
    public void OneThresholdServesTheCorpus()
    {
        // The second series' window is below the first one's false alarms.
        double[] loud = Scores((20, 5), (21, 5), (40, 9)), quiet = Scores((40, 1));
        NabResult result = NabScore.Of([new NabSeries(loud, [(40, 49)]), new NabSeries(quiet, [(40, 49)])]);
        Assert.AreEqual(1, result.Threshold);
        Assert.AreEqual(2, result.FalseAlarms);
        Assert.AreEqual(100 * (4 - 0.22) / 4, result.Score, 1e-9);
    }

    /// <summary>The windowed Gaussian of the benchmark, whose scores are written with 12 digits there, is on its leader board
    /// with 39.6.</summary>
    [TestMethod]
    public void TheWindowedGaussianGetsItsPublishedScore()
    {
        IReadOnlyList<NabFile> corpus = NabCorpus.Read(SharedData.Path("anomaly/nab"));
        Assert.HasCount(58, corpus);
        NabResult result = NabScore.Of([.. corpus.AsParallel().AsOrdered().Select(file =>
            new NabSeries(WindowedGaussian.Scores(file.Log.Values[0]), file.Windows))]);
        Assert.AreEqual(116, result.Windows);
        Assert.AreEqual(39.65, result.Score, 0.005);
    }

    private static double Sigmoid(double position) => (2 / (1 + Math.Exp(5 * position))) - 1;

    private static NabSeries Series(params int[] alarms) => new(Scores([.. alarms.Select(row => (row, 1.0))]), [(40, 49)]);

    private static double[] Scores(params (int Row, double Score)[] alarms)
    {
        double[] scores = new double[100];
        foreach ((int row, double score) in alarms)
            scores[row] = score;
        return scores;
    }
}
