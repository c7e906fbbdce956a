using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Training;

/// <summary>Runs at the limits: numbers that are none, no steps, single inputs.</summary>
[TestClass]
public sealed class TrainingLimitsTests
{
    [TestMethod]
    public void ALossThatIsNoNumberStopsTheRun()
    {
        Network<float> network = Small();
        var trainer = new Trainer(network, new AdamW<float>(), Settings(steps: 10));
        float[][] before = [.. network.Parameters.Select(parameter => parameter.Value.Data.ToArray())];
        ModelException error = Assert.ThrowsExactly<ModelException>(() => trainer.Run(new Source(step => step < 3 ? 1 : float.NaN)));
        StringAssert.Contains(error.Message, "Step 3: the loss is NaN");
        StringAssert.Contains(error.Message, "data");
        Assert.IsTrue(network.Parameters.All(parameter => Array.TrueForAll(parameter.Value.Data.ToArray(), float.IsFinite)));
        CollectionAssert.AreNotEqual(before[0], network.Parameters[0].Value.Data.ToArray());
    }

    [TestMethod]
    public void ARateThatIsTooHighIsNamed()
    {
        var trainer = new Trainer(Small(), new Sgd<float>(), Settings(steps: 200, rate: 1e30));
        ModelException error = Assert.ThrowsExactly<ModelException>(() => trainer.Run(new Source(_ => 1)));
        StringAssert.Contains(error.Message, "lower learning rate");
    }

    [TestMethod]
    public void NoStepsChangeNothing()
    {
        Network<float> network = Small();
        float[] before = network.Parameters[0].Value.Data.ToArray();
        var trainer = new Trainer(network, new AdamW<float>(), Settings(steps: 0));
        trainer.Run(new Source(_ => throw new InvalidOperationException("no batch is needed")));
        CollectionAssert.AreEqual(before, network.Parameters[0].Value.Data.ToArray());
        Assert.IsEmpty(trainer.Curve);
    }

    [TestMethod]
    public void SingleInputsAreTrained()
    {
        Network<float> network = Small();
        var trainer = new Trainer(network, new AdamW<float>(), Settings(steps: 30));
        trainer.Run(new Source(_ => 1, count: 1));
        Assert.IsLessThan(trainer.Curve[0].Loss, trainer.Curve[^1].Loss);
    }

    [TestMethod]
    public void RatesStayWithinTheSchedule()
    {
        foreach ((int steps, double warmUp) in ((int, double)[])[(0, 0), (1, 0.15), (1, 1), (10, 0), (10, 1), (1000, 0.15)])
        {
            var schedule = new Schedule(0.5, steps, warmUp, Final: 0.01);
            for (int step = 0; step <= steps + 2; step++)
                Assert.IsTrue(schedule.Rate(step) is >= 0.005 and <= 0.5, $"{steps} {warmUp} {step}: {schedule.Rate(step)}");
        }

        Assert.AreEqual(0.5, new Schedule(0.5, 100, 0.1).Rate(10), 1e-12);
        Assert.AreEqual(0.005, new Schedule(0.5, 100, 0.1, 0.01).Rate(100), 1e-12);
    }

    [TestMethod]
    [DataRow(-1.0, 10, 0.1, 0.1, "learning rate")]
    [DataRow(double.NaN, 10, 0.1, 0.1, "learning rate")]
    [DataRow(1.0, -1, 0.1, 0.1, "steps")]
    [DataRow(1.0, 10, 1.5, 0.1, "rises")]
    [DataRow(1.0, 10, 0.1, -0.1, "end")]
    public void SchedulesOutOfRangeAreRefused(double peak, int steps, double warmUp, double final, string part) =>
        StringAssert.Contains(Assert.ThrowsExactly<ModelException>(() => new Schedule(peak, steps, warmUp, final)).Message, part);

    private static TrainerSettings Settings(int steps, double rate = 1e-2) => new()
    {
        Schedule = new Schedule(rate, steps),
        ReportEvery = 5,
    };

    private static Network<float> Small()
    {
        var builder = new NetworkBuilder("small", 1, 1, 6, 5, 1);
        Tensor x = builder.Relu(builder.BatchNorm(builder.Conv(builder.Input, 3, 3, 3)));
        return new Network<float>(builder.Build(builder.Dense(builder.GlobalAverage(x), 2), softmax: true));
    }

    /// <summary>Batches of noise times a factor; the label says whether the first element is positive.</summary>
    private sealed class Source(Func<int, float> factor, int count = 4) : IBatchSource
    {
        public Batch Batch(int step)
        {
            var random = new Random(count == 1 ? 1 : step);
            float[] inputs = [.. Enumerable.Range(0, count * 30).Select(_ => factor(step) * (random.NextSingle() - 0.5f))];
            float[] targets = [.. Enumerable.Range(0, count * 2).Select(i => inputs[i / 2 * 30] > 0 == (i % 2 == 1) ? 1f : 0)];
            return new Batch(new Tensor<float>(inputs, count, 6, 5, 1), targets);
        }
    }
}
