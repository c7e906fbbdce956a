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
        // Of 100 clips: other ones are misheard, so that the difference of 0.01 has a standard error of sqrt((5 - 0.01) / 99 / 100).
        Candidate best = Misses("best", 30, [0, 1]), near = Misses("near", 12, [2, 3, 4]);
        // The same ones are misheard and two more half of the time: 0.01 with an error of sqrt((0.5 - 0.01) / 99 / 100).
        Candidate worse = Misses("worse", 5, [0, 1], [5, 6]), large = Misses("large", 50, []);
        (double difference, double error) = near.Judgement.To(best.Judgement);
        Assert.AreEqual(0.01, difference, 1e-12);
        Assert.AreEqual(0.02245, error, 1e-5);
        (difference, error) = worse.Judgement.To(best.Judgement);
        Assert.AreEqual(0.01, difference, 1e-12);
        Assert.AreEqual(0.00704, error, 1e-5);
        var budget = new Budget(40, double.PositiveInfinity, double.PositiveInfinity);
        Assert.AreSame(near, Selection.Choose([best, near, worse, large], budget));
        Assert.AreSame(best, Selection.Choose([best, worse, large], budget));
        Assert.AreSame(worse, Selection.Choose([near, worse], budget)); // both miss three of 100 in all
    }

    [TestMethod]
    public void TheComparedInt8ModelIsTheSmallestThatIsAsAccurate()
    {
        Candidate chosen = Candidate("chosen", 0.975, 12), large = Candidate("large", 0.99, 50);
        Candidate int8 = Candidate("int8", 0.98, 60, CandidateKind.UniformInt8), larger = Candidate("larger", 0.985, 70, CandidateKind.UniformInt8);
        Candidate worse = Candidate("worse", 0.97, 20, CandidateKind.UniformInt8);
        Assert.AreSame(int8, Selection.Uniform([chosen, larger, int8, worse], chosen));
        Assert.AreSame(larger, Selection.Uniform([large, larger, int8, worse], large));
    }

    /// <summary>The views of a clip follow each other, the first is the clip as it is.</summary>
    [TestMethod]
    public void ClipsAreJudgedByAllTheirViewsAndAsTheyAre()
    {
        Judgement judgement = Judgement.Of([true, true, false, false, false, true, true, true, true], 3);
        CollectionAssert.AreEqual((double[])[2 / 3.0, 1 / 3.0, 1], judgement.Shares.ToArray());
        Assert.AreEqual(6 / 9.0, judgement.Accuracy, 1e-12);
        Assert.AreEqual(2 / 3.0, judgement.Clips, 1e-12);
    }

    [TestMethod]
    public void NothingThatFitsIsRefusedWithTheNearestMiss()
    {
        ModelException error = Assert.ThrowsExactly<ModelException>(() => Selection.Choose(
            [Candidate("a", 0.9, 30), Candidate("b", 0.8, 20)], new Budget(10, 5, 1e3)));
        StringAssert.Contains(error.Message, "the nearest is b with 20 bytes of flash");
        StringAssert.Contains(error.Message, "10 bytes of flash, 5 bytes of RAM, 1000 ms");
    }

    /// <summary>A model that misses some of 100 clips, and some in half of their views.</summary>
    private static Candidate Misses(string name, int flash, int[] missed, int[]? half = null)
    {
        double[] shares = [.. Enumerable.Range(0, 100).Select(i => missed.Contains(i) ? 0 : half?.Contains(i) == true ? 0.5 : 1)];
        return Candidate(name, new Judgement(shares, 1), flash, CandidateKind.Trained);
    }

    private static Candidate Candidate(string name, double accuracy, int flash, CandidateKind kind = CandidateKind.Trained) =>
        Candidate(name, new Judgement([accuracy], accuracy), flash, kind);

    private static Candidate Candidate(string name, Judgement judgement, int flash, CandidateKind kind) => new()
    {
        Name = name,
        Kind = kind,
        Network = Any,
        RealAccuracy = judgement.Accuracy,
        Judgement = judgement,
        Cost = new ModelCost(flash, flash, 1, 1000, 2, 100),
    };
}
