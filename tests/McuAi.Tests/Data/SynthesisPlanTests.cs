using McuAi.HostTools.Speech;

namespace McuAi.Tests.Data;

[TestClass]
public sealed class SynthesisPlanTests
{
    private static readonly Voice[] Voices =
    [
        .. Enumerable.Range(0, 5).Select(i => new Speaker($"person{i}", true)),
        .. Enumerable.Range(0, 80).Select(i => new Speaker($"variant{i}", false)),
    ];

    /// <summary>Five people with four turns each beside eighty variants with one have a fifth.</summary>
    [TestMethod]
    [DataRow(null, 0.2)]
    [DataRow(0.5, 0.5)]
    [DataRow(0.66, 0.66)]
    [DataRow(0.9, 0.9)]
    public void PeopleSpeakTheirShare(double? share, double expected)
    {
        var plan = new SynthesisPlan(new SynthesisRequest(["word"], "") { People = share }, Voices);
        double people = Enumerable.Range(0, 20_000).Count(number => plan.VoiceOf("word", number).IsPerson) / 20_000.0;
        Assert.AreEqual(expected, people, 0.01);
    }

    private sealed record Speaker(string Name, bool Person) : Voice(Name)
    {
        public override int Turns => Person ? 4 : 1;

        public override bool IsPerson => Person;

        public override Task<byte[]> SpeakAsync(string word, Random random, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
