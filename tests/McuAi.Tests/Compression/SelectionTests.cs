using McuAi.HostTools.Compressing;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Compression;

[TestClass]
public sealed class SelectionTests
{
    private static readonly Network<float> Any = new(ChannelPruningTests.Network("temporal"));

    [TestMethod]
    public void TheFrontIsWhatNoneBeats()
    {
        var random = new Random(5);
        Candidate[] all = [.. Enumerable.Range(0, 60).Select(i => Candidate($"{i}", random.Next(20) / 20.0, random.Next(1, 20)))];
        IReadOnlyList<Candidate> front = Selection.Front(all);
        foreach (Candidate candidate in all)
        {
            bool beaten = all.Any(other => other.Cost.FlashBytes <= candidate.Cost.FlashBytes && other.Accuracy >= candidate.Accuracy &&
                (other.Cost.FlashBytes < candidate.Cost.FlashBytes || other.Accuracy > candidate.Accuracy));
            // Of equals one stands for all.
            bool equal = front.Any(other => other.Cost.FlashBytes == candidate.Cost.FlashBytes && other.Accuracy == candidate.Accuracy);
            Assert.AreEqual(!beaten, equal);
        }

        Assert.HasCount(7, Selection.Best(all, 7));
        Assert.IsTrue(front.Take(7).All(Selection.Best(all, Math.Max(7, front.Count)).Contains));
    }

    [TestMethod]
    public void TheSmallestWithinAStandardErrorIsChosen()
    {
        // 300 clips at 98 %: (294 + 2) / 304 = 0.9737, standard error 0.92 points.
        Candidate best = Candidate("best", 0.98, 30), near = Candidate("near", 0.975, 12), far = Candidate("far", 0.965, 5);
        Candidate large = Candidate("large", 0.99, 50);
        var budget = new Budget(40, double.PositiveInfinity, double.PositiveInfinity);
        Assert.AreEqual(0.0092, Selection.StandardError(0.98, 300), 1e-4);
        Assert.AreSame(near, Selection.Choose([best, near, far, large], budget, 300));
        Assert.AreSame(best, Selection.Choose([best, near, far, large], budget, 30000));
        Candidate int8 = Candidate("int8", 0.98, 60, CandidateKind.UniformInt8), worse = Candidate("worse", 0.96, 20, CandidateKind.UniformInt8);
        Assert.AreSame(int8, Selection.Uniform([best, near, int8, worse], near));
        Assert.AreSame(int8, Selection.Uniform([large, int8, worse], large));
    }

    [TestMethod]
    public void NothingThatFitsIsRefusedWithTheNearestMiss()
    {
        ModelException error = Assert.ThrowsExactly<ModelException>(() => Selection.Choose(
            [Candidate("a", 0.9, 30), Candidate("b", 0.8, 20)], new Budget(10, 5, 1e3), 100));
        StringAssert.Contains(error.Message, "the nearest is b with 20 bytes of flash");
        StringAssert.Contains(error.Message, "10 bytes of flash, 5 bytes of RAM, 1000 ms");
    }

    private static Candidate Candidate(string name, double accuracy, int flash, CandidateKind kind = CandidateKind.Trained) => new()
    {
        Name = name,
        Kind = kind,
        Network = Any,
        RealAccuracy = accuracy,
        Accuracy = accuracy,
        Cost = new ModelCost(flash, flash, 1, 1000, 2, 100),
    };
}
