using McuAi.HostTools.Language;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Pruning;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Training;

namespace McuAi.Tests.Language;

/// <summary>What a folder of work is taken for, and what is refused before there is any.</summary>
[TestClass]
public sealed class ShrinkingTests
{
    private const string Alphabet = "abcdefghijklmnopqrstuv";

    private readonly List<string> log = [];

    public required TestContext TestContext { get; init; }

    private string Folder => field ??= Path.Combine(TestContext.TestRunDirectory!, Guid.NewGuid().ToString("N"));

    /// <summary>Another text in the same file, another teacher of the same shape.</summary>
    [TestMethod]
    public void ChangedTextsAndTeachersAreOtherRuns()
    {
        string text = Folder + ".txt";
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("abcdefgh", 20)));
        Run(4, text);
        int lines = Sampled();
        Assert.IsGreaterThan(0, lines);
        Run(4, text);
        Assert.AreEqual(lines, Sampled());
        Assert.Contains("other settings", Assert.ThrowsExactly<ModelException>(() => Run(5, text)).Message);
        Assert.IsGreaterThan(lines, Sampled(), "the held-out text is the other teacher's");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("hgfedcba", 20)));
        Assert.Contains("other settings", Assert.ThrowsExactly<ModelException>(() => Run(4, text)).Message);
    }

    /// <summary>Of the same length and characters.</summary>
    [TestMethod]
    public void ChangedTextsToTrainOnAreOtherRuns()
    {
        Train("abcdefgh");
        Train("abcdefgh");
        Assert.Contains("other settings", Assert.ThrowsExactly<ModelException>(() => Train("hgfedcba")).Message);

        void Train(string text) => LanguageTraining.Run(string.Concat(Enumerable.Repeat(text, 30)), new LanguageTrainingPlan(Folder)
        {
            Width = LanguageTrainingPlan.LeastWidth, Layers = 1, Heads = 1, Experts = 2, Tokens = 8, Steps = 1, IntegerSteps = 1,
        }, log.Add);
    }

    [TestMethod]
    public void TextsAreThoseOfTheirTeacherAndSeed()
    {
        TokenSequences first = Data(4, 1);
        int lines = Sampled();
        Assert.AreEqual(4, lines, "parts");
        Assert.AreEqual(first.Digest(), Data(4, 1).Digest());
        Assert.AreEqual(lines, Sampled());
        Assert.AreNotEqual(first.Digest(), Data(5, 1).Digest());
        Assert.AreEqual(2 * lines, Sampled());
        Assert.AreNotEqual(first.Digest(), Data(4, 2).Digest());
        Assert.AreEqual(3 * lines, Sampled());
    }

    /// <summary>A quarter of all sequences is of parts 3, 7, ..., and those of long texts stay as they were.</summary>
    [TestMethod]
    [DataRow(40, 10)]
    [DataRow(4000, 1000)]
    [DataRow(8000, 2000)]
    [DataRow(24_000, 2000)]
    [DataRow(40_000, 2000)]
    public void EveryFourthPartIsHotter(int sequences, int each)
    {
        Assert.AreEqual(each, ShrinkTexts.SequencesOfPart(sequences));
        int hotter = Enumerable.Range(0, sequences).Count(i => i / ShrinkTexts.SequencesOfPart(sequences) % 4 == 3);
        Assert.AreEqual(sequences / 4, hotter);
    }

    [TestMethod]
    public void PartsAreNeverEmpty() => Assert.AreEqual(1, ShrinkTexts.SequencesOfPart(1));

    [TestMethod]
    public void VocabulariesThatTextsDoNotHoldAreRefused()
    {
        TransformerShape shape = Plain with { Vocabulary = 65_537 };
        Refused(shape, new ShrinkOptions(Folder), "65,537");
        Assert.Contains("65,536",
            Assert.ThrowsExactly<ModelException>(() => TokenSequences.Of((int[])[1, 65_536], 2)).Message);
    }

    [TestMethod]
    public void StudentsThatCannotBeAreRefused()
    {
        var student = new StudentShape(2, 18, 4, [1], 10, 4, 6, 2);
        Assert.AreEqual(18, StudentWeights.ShapeOf(Plain, student).Latent!.Width);
        Refused(Plain, With(student with { LatentWidth = 19 }), "--latent 19");
        Refused(Plain, With(student with { SharedHidden = 11 }), "--shared 11");
        Refused(Plain, With(student with { Chosen = 5 }), "5 of 4 experts");
        Refused(Plain, With(student with { Frequencies = [1, 0.5, 0.2, 0.1] }), "rotated");
        Refused(Plain, With(student) with { Sizes = new Dictionary<PrunedKind, int> { [PrunedKind.Hidden] = 9 } }, "--shared 10");

        ShrinkOptions With(StudentShape shape) => new(Folder) { Student = shape };
    }

    /// <summary>Of the matrices themselves; a model that would not fit is refused without making any.</summary>
    [TestMethod]
    [DataRow("grouped")]
    [DataRow("biased")]
    [DataRow("latent")]
    [DataRow("compressed queries")]
    [DataRow("looked up")]
    public void BytesOfMatricesAreForetold(string kind)
    {
        TransformerShape shape = RandomTransformers.Shapes[kind];
        foreach (QuantizationPlan plan in (QuantizationPlan[])[QuantizationPlan.Int8, QuantizationPlan.Int4, QuantizationPlan.Int2])
            Assert.AreEqual(QuantizedTransformer.Plain(new RandomWeights(shape, 2), plan).Bytes, PackMeasure.MatrixBytes(shape, plan));
    }

    [TestMethod]
    public void PacksThatWouldNotBeReadAreRefused()
    {
        TransformerShape large = Plain with { Width = 4096, Hidden = 11_008, Heads = 32, KeyValueHeads = 32, HeadWidth = 128,
            Layers = 8 };
        LanguagePack.RequireRoom(large, QuantizationPlan.Int4);
        string message = Assert.ThrowsExactly<ModelException>(() => LanguagePack.RequireRoom(large, QuantizationPlan.Int8)).Message;
        Assert.Contains($"{ModelFile.LargestFile:N0}", message);
        Refused(large, new ShrinkOptions(Folder) { Weights = MatrixFormat.Int8 }, "--weights");
        Refused(large, new ShrinkOptions(Folder) { Bits = 6 }, "--bits");
    }

    private static TransformerShape Plain => RandomTransformers.Shapes["grouped"];

    private int Sampled() => log.Count(line => line.Contains("from the teacher", StringComparison.Ordinal));

    private void Run(int seed, string text) => new Shrinking(new RandomWeights(Plain, seed), Characters.Of(Alphabet),
        new ShrinkOptions(Folder) { Data = text, Tokens = 8, IntegerSteps = 2 }, log.Add).Run(CancellationToken.None);

    private TokenSequences Data(int teacher, int seed)
    {
        Directory.CreateDirectory(Folder);
        var model = new TrainedTransformer<float>(new RandomWeights(Plain, teacher));
        return new ShrinkTexts(model, model.Digest(), Characters.Of(Alphabet), new ShrinkOptions(Folder) { Sequences = 8, Seed = seed },
            log.Add).Data(CancellationToken.None);
    }

    /// <summary>Before anything is made up or written.</summary>
    private void Refused(TransformerShape shape, ShrinkOptions options, string word)
    {
        Assert.Contains(word, Assert.ThrowsExactly<ModelException>(() =>
            new Shrinking(new UnreadWeights(shape), Characters.Of(Alphabet), options, log.Add)).Message);
        Assert.IsFalse(Directory.Exists(Folder));
    }

    /// <summary>A shape alone.</summary>
    private sealed class UnreadWeights(TransformerShape shape) : ITransformerSource
    {
        public TransformerShape Shape => shape;

        public float[] Embedding() => throw new NotSupportedException();

        public float[] Head() => throw new NotSupportedException();

        public float[] FinalNorm() => throw new NotSupportedException();

        public LayerWeights Layer(int index) => throw new NotSupportedException();
    }
}
