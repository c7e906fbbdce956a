using McuAi.HostTools.Listening;

namespace McuAi.Tests.Listening;

[TestClass]
public sealed class DetectionScoreTests
{
    [TestMethod]
    public void EachEventFindsOneWordOfItsLabelWithinTheTolerance()
    {
        SpokenWord[] words = [new(1, "a"), new(1.6, "a"), new(3, "b"), new(5, "a"), new(9, "b")];
        SpokenWord[] events = [new(1.2, "a"), new(1.3, "a"), new(3.51, "b"), new(4.6, "a"), new(5.1, "a"), new(9.1, "a")];
        DetectionScore score = DetectionScore.Of(words, events, 7200);
        Assert.AreEqual(new DetectionScore(5, 3, 3, 2), score);
        Assert.AreEqual(0.6, score.Recall);
        Assert.AreEqual(1.5, score.FalsePerHour);
        CollectionAssert.AreEqual(new[] { 0, 1, -1, 3, -1 }, DetectionScore.Match(words, events, 0.5));
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, -1 }, DetectionScore.Match(words, events, 0.6));
        Assert.IsNull(DetectionScore.Of([], events, 60).Recall);
    }
}
