using System.Text;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Language;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Core;

namespace McuAi.Tests.Language;

/// <summary>How a story starts: the prompt is shown as a whole, and what was not started, or is started twice, does not go on.</summary>
[TestClass]
public sealed class TellerTests
{
    private const string Letters = "abcdefghijklmnop";
    private static readonly StoryRequest Request = new("face", 3, 0, 0, 1, 1);

    /// <summary>Texts of this vocabulary have no token to begin with: the prompt's first token has text.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ThePromptIsShownFromItsFirstTokenOn(bool spaceBefore) =>
        Assert.StartsWith(Request.Prompt, Told(LanguagePack.Read(WritePack(spaceBefore))));

    [TestMethod]
    [DataRow("mps2-an386")]
    [DataRow("riscv32-virt")]
    public async Task BoardsShowIt(string name)
    {
        LanguagePack pack = LanguagePack.Read(WritePack(spaceBefore: false));
        var board = new BoardStory(ProjectFolder.Find(), new BoardCatalog(ProjectFolder.Find().Boards).Find(name));
        (byte[] text, _) = await board.TellAsync(pack, Request, CancellationToken.None);
        Assert.AreEqual(Told(pack), Encoding.UTF8.GetString(text));
    }

    [TestMethod]
    public void AModelThatWasGivenTokensIsNotStarted()
    {
        using HostGenerator generator = LanguagePack.Read(WritePack(spaceBefore: false)).Open();
        using HostSampler sampler = Greedy();
        generator.Feed([3]);
        Assert.ThrowsExactly<ModelException>(() => new HostTeller(generator, sampler, [1, 2], 0));
        generator.Reset();
        using var teller = new HostTeller(generator, sampler, [1, 2], 0);
        Assert.IsNotNull(teller.Next());
    }

    /// <summary>A token at the wrong position would make another text without a word.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void AModelThatWasNotGivenThePromptDoesNotGoOn(int draft)
    {
        using HostGenerator generator = LanguagePack.Read(WritePack(spaceBefore: false)).Open();
        using HostSampler sampler = Greedy();
        using var teller = new HostTeller(generator, sampler, [1, 2, 3], draft);
        generator.Reset();
        Assert.ThrowsExactly<ModelException>(() => teller.Next());
    }

    [TestMethod]
    public void ThereAreNoLogitsBeforeTheFirstToken()
    {
        using HostGenerator generator = LanguagePack.Read(WritePack(spaceBefore: false)).Open();
        Assert.IsTrue(generator.Logits.IsEmpty);
        Assert.AreEqual(0UL, generator.Surprisal(1).Sum);
        generator.Feed([1, 2]);
        Assert.AreEqual(generator.Vocabulary, generator.Logits.Length);
        Assert.AreNotEqual(0UL, generator.Surprisal(1).Sum);
        generator.Reset();
        Assert.IsTrue(generator.Logits.IsEmpty);
        Assert.AreEqual(0UL, generator.Surprisal(1).Sum);
    }

    private static string Told(LanguagePack pack) =>
        string.Concat(Story.Tell(pack, Request).Select(piece => Encoding.UTF8.GetString(piece.Span)));

    private static HostSampler Greedy() => new(CoreRun.Library, 0, 0, 1, 1);

    private static string WritePack(bool spaceBefore)
    {
        Piece[] pieces = [new([], 0, PieceKind.Control), .. $" {Letters}".Select(letter =>
            new Piece([(byte)letter], 0, PieceKind.Text))];
        TransformerShape shape = RandomTransformer.Shapes["grouped"] with { Vocabulary = pieces.Length };
        PackModel model = TransformerLowering.Lower(
            QuantizedTransformer.Plain(new RandomTransformer(shape, 1), QuantizationPlan.Int8),
            new LoweringOptions { Rows = 2, Ranges = [.. Enumerable.Repeat(CacheRange.Wide, shape.Layers)] });
        model.Tokenizer = TokenizerTables.Make(new SentencePieceTokenizer(pieces, begin: -1, end: -1, unknown: 0, spaceBefore));
        string path = Path.Combine(Directory.CreateTempSubdirectory("mcuai-teller-").FullName, "small.tsk");
        File.WriteAllBytes(path, PackWriter.Write(model));
        return path;
    }
}
