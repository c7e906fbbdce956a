using System.Text;
using System.Text.RegularExpressions;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Language;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Batches;
using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Learning;

/// <summary>The language models that are shipped do what their cards say.</summary>
[TestClass]
public sealed partial class LanguageCardTests
{
    private const int Context = 256, Sequences = 60, Seed = 20_261_126;

    private static string Teacher => SharedData.Path("language/stories260k/stories260K.bin");

    /// <summary>A quarter of the teacher's cache, half of its weights.</summary>
    [TestMethod]
    public void StudentReadsAndRemembersLittle()
    {
        using OpenedTransformer teacher = OpenedTransformer.Open(Teacher);
        PackModel student = LanguagePack.Read(ModelCard.Path("stories.tsk")).Model;
        Assert.AreEqual(ModelCard.Stated("stories.md", CachedValues()), Cached(student));
        Assert.AreEqual(ModelCard.Stated("stories.md", ReadWeights()), Read(student));
        Assert.IsLessThanOrEqualTo(teacher.Source.Shape.CachedWidth * teacher.Source.Shape.Layers, 4 * Cached(student));
        Assert.IsLessThanOrEqualTo(teacher.Source.Shape.ActiveParameters, 2 * Read(student));
        Assert.AreEqual(ModelCard.Stated("stories.md", Bytes()), new FileInfo(ModelCard.Path("stories.tsk")).Length);
        Assert.AreEqual(ModelCard.Stated("stories.md", Arena()), student.ArenaBytes);
    }

    /// <summary>On text of the teacher that nobody has learned from: beginnings, and whole contexts of the teacher.</summary>
    [TestMethod]
    [DataRow("stories", 257, 10)]
    [DataRow("stories", 513, 10)]
    [DataRow("stories260k", 257, 3)]
    [DataRow("stories260k", 513, 3)]
    public void StudentsForeseeSampledText(string name, int length, int most)
    {
        using OpenedTransformer teacher = OpenedTransformer.Open(Teacher);
        int[][] texts = TextSampler.Sample(teacher.Source, 1, Sequences, length, Seed);
        string text = string.Join("\n<|endoftext|>\n", texts.SelectMany(tokens => Stories(tokens, teacher.Tokenizer!)));
        double excess = Excess(name, teacher, TextSurprisal.Windows(teacher.Tokenizer!, text, Context));
        Assert.IsLessThanOrEqualTo(most, excess);
        Assert.AreEqual(ModelCard.Stated($"{name}.md", length == 513 ? LongExcess() : SampledExcess()), excess, 0.3);
    }

    /// <summary>On stories that the teacher did not make up.</summary>
    [TestMethod]
    [DataRow("stories", 16)]
    [DataRow("stories260k", 4)]
    public void StudentsForeseeStories(string name, int most)
    {
        using OpenedTransformer teacher = OpenedTransformer.Open(Teacher);
        string stories = File.ReadAllText(Path.Combine(ProjectFolder.Find().Root, "tests/vectors/language/stories.txt"));
        double excess = Excess(name, teacher, TextSurprisal.Windows(teacher.Tokenizer!, stories, Context));
        Assert.IsLessThanOrEqualTo(most, excess);
        Assert.AreEqual(ModelCard.Stated($"{name}.md", StoriesExcess()), excess, 0.05);
    }

    /// <summary>The teacher's own shape with weights of 4 bits, and RAM that a stm32f4-discovery has.</summary>
    [TestMethod]
    public void TheDensePackIsWhatItsCardSays()
    {
        LanguagePack pack = LanguagePack.Read(ModelCard.Path("stories260k.tsk"));
        DataType[] types = [.. pack.Model.Operators.Where(node => node.Opcode == Opcode.Linear).Select(node => node.Input(1).Type).Distinct()];
        CollectionAssert.AreEqual((DataType[])[DataType.Int4], types);
        Assert.AreEqual(ModelCard.Stated("stories260k.md", Bytes()), new FileInfo(pack.Path).Length);
        Assert.AreEqual(ModelCard.Stated("stories260k.md", Arena()), pack.Model.ArenaBytes);
    }

    /// <summary>On the tenth of its text that it has not learned from.</summary>
    [TestMethod]
    public void CharactersOfShakespeareAreForeseen()
    {
        LanguagePack pack = LanguagePack.Read(ModelCard.Path("shakespeare.tsk"));
        string text = File.ReadAllText(SharedData.Path("language/tinyshakespeare/data/tinyshakespeare/input.txt"));
        IReadOnlyList<int[]> windows = TextSurprisal.Windows(pack.Tokenizer, text[^(text.Length / 10)..][..(Sequences * Context)], Context);
        Assert.AreEqual(ModelCard.Stated("shakespeare.md", Nats()), TextSurprisal.OnHost(pack, windows).NatsPerToken, 0.03);
        Assert.AreEqual(ModelCard.Stated("shakespeare.md", Bytes()), new FileInfo(pack.Path).Length);
        Assert.AreEqual(ModelCard.Stated("shakespeare.md", Arena()), pack.Model.ArenaBytes);
    }

    /// <summary>The texts of a sequence, which begin where the token of the beginning comes.</summary>
    private static IEnumerable<string> Stories(int[] tokens, ITokenizer tokenizer)
    {
        var text = new List<byte>();
        for (int i = 1; i <= tokens.Length; i++)
        {
            if (i < tokens.Length && tokens[i] != tokenizer.Begin)
            {
                text.AddRange(tokenizer.Decode(tokens[i], tokens[i - 1]).Span);
                continue;
            }

            yield return Encoding.UTF8.GetString([.. text]);
            text.Clear();
        }
    }

    /// <summary>Of the student's perplexity, integers and all, over that of the teacher in real numbers; percent.</summary>
    private static double Excess(string student, OpenedTransformer teacher, IReadOnlyList<int[]> windows)
    {
        double nats = TextSurprisal.OnHost(LanguagePack.Read(ModelCard.Path($"{student}.tsk")), windows).NatsPerToken;
        double reals = TextSurprisal.OfReals(teacher.Source, windows).NatsPerToken;
        Console.WriteLine($"perplexity {Math.Exp(reals):F3} of the teacher, {Math.Exp(nats):F3} of {student}");
        return 100 * (Math.Exp(nats - reals) - 1);
    }

    /// <summary>Numbers in the cache for each position.</summary>
    private static long Cached(PackModel model) => model.Tensors
        .Where(tensor => tensor is { Place: TensorPlace.State, Type: DataType.Int8 }).Sum(tensor => tensor.Elements / tensor.Dim(2));

    /// <summary>Weights that a token is multiplied with, or scaled by.</summary>
    private static long Read(PackModel model) => model.Operators.Sum(node => node.Opcode switch
    {
        Opcode.Linear => node.Input(1).Elements,
        Opcode.Experts => ((long)node.Parameters[1] * node.OnDemand.Take(3).Sum(matrix => matrix.Elements)) + node.Input(2).Elements,
        Opcode.RmsNorm => node.Input(1).Elements,
        _ => 0,
    });

    [GeneratedRegex(@"\| remembered of a token \| 320 \| ([0-9,]+) \|")]
    private static partial Regex CachedValues();

    [GeneratedRegex(@"\| weights read for a token \| 260,032 \| ([0-9,]+) \|")]
    private static partial Regex ReadWeights();

    [GeneratedRegex(@"\| perplexity, texts of 513 tokens \| [0-9.]+ \| [0-9.]+ \(\+([0-9.]+) %\)")]
    private static partial Regex LongExcess();

    [GeneratedRegex(@"\| perplexity, text of the teacher \| [0-9.]+ \| [0-9.]+ \(\+([0-9.]+) %\)")]
    private static partial Regex SampledExcess();

    [GeneratedRegex(@"\| perplexity, eight stories \| [0-9.]+ \| [0-9.]+ \(\+([0-9.]+) %\)")]
    private static partial Regex StoriesExcess();

    [GeneratedRegex(@"\| held-out tenth \| \*\*([0-9.]+)\*\* nats")]
    private static partial Regex Nats();

    [GeneratedRegex(@"\| pack \|[^|]*?\|? ?([0-9,]+) bytes")]
    private static partial Regex Bytes();

    [GeneratedRegex(@"\| arena \|[^|]*?\|? ?([0-9,]+) bytes")]
    private static partial Regex Arena();
}
