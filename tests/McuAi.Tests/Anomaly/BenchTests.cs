using McuAi.HostTools.Anomaly;
using McuAi.Tests.Fuzz;

namespace McuAi.Tests.Anomaly;

/// <summary>What docs/anomaly.md says of public data sets: the figures of the method that is chosen without a label.
/// </summary>
[TestClass]
public sealed class BenchTests
{
    [TestMethod]
    public void BearingsAreToldFromNormalDataAlone()
    {
        IReadOnlyList<BenchFigures> figures = new BearingBench(TrainedMachines.Library,
            SharedData.Path("anomaly/cwru-bearing"), seed: 1).Run();
        Assert.IsGreaterThanOrEqualTo(0.99, Chosen(figures).Auc);
        Assert.IsLessThan(0.6, figures[0].Auc);
    }

    [TestMethod]
    public void ThePumpIsAsGoodAsItsLeaderBoard()
    {
        IReadOnlyList<BenchFigures> figures = new SkabBench(TrainedMachines.Library, SharedData.Path("anomaly/skab"), seed: 1).Run();
        Assert.IsGreaterThanOrEqualTo(0.78, Chosen(figures).F1);
    }

    [TestMethod]
    public void MetricsAreBetterThanTheWindowedGaussian()
    {
        string folder = SharedData.Path("anomaly/nab");
        if (!LongTests.Enabled)
            Assert.Inconclusive("Takes a minute; runs with --long.");
        IReadOnlyList<BenchFigures> figures = new NabBench(TrainedMachines.Library, folder, seed: 1).Run();
        Assert.IsGreaterThan(39.6, Chosen(figures).Nab!.Value);
        Assert.IsLessThan(15, figures[0].Nab!.Value);
    }

    private static BenchFigures Chosen(IReadOnlyList<BenchFigures> figures)
    {
        foreach (BenchFigures row in figures)
            Console.WriteLine($"{row.Dataset}, {row.Method}: AUC {row.Auc:0.0000}, F1 {row.F1:0.000}, NAB {row.Nab:0.0}");
        Assert.AreEqual("random", figures[0].Method);
        return figures.Single(row => row.Chosen);
    }
}
