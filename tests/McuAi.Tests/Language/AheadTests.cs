using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Reals;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference.Transformer;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Language;

/// <summary>Models that guess the token after the next one.</summary>
[TestClass]
public sealed class AheadTests
{
    private const int Context = 64, Vocabulary = 61;

    private static readonly TransformerShape Shape = new()
    {
        Width = 48, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadWidth = 12, Hidden = 288, Vocabulary = Vocabulary, Context = Context,
        IsTied = true, AheadHidden = 24,
    };

    private static readonly HostLibrary Library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);

    /// <summary>In integers about what it is in real numbers.</summary>
    [TestMethod]
    public void LogitsAheadAreThoseOfRealNumbers()
    {
        var source = new RandomTransformer(RandomTransformer.Shapes["ahead"], 1);
        QuantizedTransformer quantized = QuantizedTransformer.Plain(source, QuantizationPlan.Int8);
        var reals = new FloatTransformer(quantized);
        var integers = new TransformerExecutor(Pack(quantized));
        var errors = new List<double>();
        for (int i = 0; i < 40; i++)
        {
            reals.Next(i);
            integers.Next([i], i);
            float[] expected = reals.Ahead();
            double error = integers.Ahead.Zip(expected, (a, b) => Math.Pow((a / 65536.0) - b, 2)).Sum();
            errors.Add(Math.Sqrt(error / expected.Sum(logit => (double)logit * logit)));
        }

        Assert.IsLessThan(0.03, errors.Order().ElementAt(errors.Count / 2));
    }

    /// <summary>A text in which each token follows from the one before it, and none comes twice: nothing can be looked up. The text
    /// is that of plain generation, with about half of the passes, and bytes that are streamed.</summary>
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.7)]
    public void GuessesOfTheModelSavePassesAndBytes(double temperature)
    {
        QuantizedTransformer model = QuantizedTransformer.Plain(Trained(), QuantizationPlan.Int8);
        (int[] plain, int passes, double bytes) = Tell(Pack(model), temperature, draft: 0);
        (int[] guessed, int fewer, double less) = Tell(Pack(model), temperature, draft: 1);
        (int[] lookedUp, int almost, _) = Tell(Pack(model with { Ahead = null }), temperature, draft: 1);
        CollectionAssert.AreEqual(plain, guessed);
        CollectionAssert.AreEqual(plain, lookedUp);
        Console.WriteLine($"{passes} passes, {bytes:N0} bytes; {fewer} and {less:N0} with guesses, {almost} with those looked up");
        Assert.IsLessThan(0.7 * passes, fewer);
        Assert.IsLessThan(0.75 * bytes, less);
        Assert.IsGreaterThan(0.9 * passes, almost);
    }

    /// <summary>What a teacher guesses of the token after the next one is learned with its probabilities of the next one; against
    /// the divergences of two transformers that go token by token.</summary>
    [TestMethod]
    public void GuessesAreTaught()
    {
        TransformerShape shape = RandomTransformer.Shapes["ahead"];
        var teacher = new RandomTransformer(shape, 1);
        var student = new TrainedTransformer<float>(new RandomTransformer(shape, 2));
        int[] tokens = [3, 1, 4, 1, 5, 9, 2, 6];
        var tape = new Tape<float>();
        var pass = new TransformerPass<float>(student, new WeightTensors<float>(student.Weights, true), tape);
        float loss = new DistillationLoss(new TrainedTransformer<float>(teacher), 0, 1).Of(tape, pass, tokens, 1, 0).Data[0];
        (FloatTransformer wanted, FloatTransformer own) = (new(teacher), new(student));
        double expected = 0;
        foreach (int token in tokens[..^1])
        {
            expected += Divergence(wanted.Next(token), own.Next(token)) / (tokens.Length - 1);
            expected += 0.3 * Divergence(wanted.Ahead(), own.Ahead()) / (tokens.Length - 1);
        }

        Assert.AreEqual(expected, loss, 1e-4 * expected);
    }

    private static double Divergence(ReadOnlySpan<float> wanted, ReadOnlySpan<float> own)
    {
        (double[] p, double[] q, double sum) = (LogProbabilities(wanted), LogProbabilities(own), 0);
        for (int i = 0; i < p.Length; i++)
            sum += Math.Exp(p[i]) * (p[i] - q[i]);
        return sum;
    }

    private static double[] LogProbabilities(ReadOnlySpan<float> logits)
    {
        double[] values = Array.ConvertAll(logits.ToArray(), logit => (double)logit);
        double greatest = values.Max(), sum = Math.Log(values.Sum(value => Math.Exp(value - greatest))) + greatest;
        return Array.ConvertAll(values, value => value - sum);
    }

    private static PackModel Pack(QuantizedTransformer model) => TransformerLowering.Lower(model, new LoweringOptions
    {
        Rows = 2, Ranges = [.. Enumerable.Repeat(new CacheRange(8, 8), model.Shape.Layers)],
    });

    private static (int[] Tokens, int Passes, double Bytes) Tell(PackModel pack, double temperature, int draft)
    {
        byte[] bytes = PackWriter.Write(pack);
        using var store = new HostStore(Library, new NotedDevice(bytes, isAsynchronous: false), (int)pack.CacheSizes.Least);
        using var generator = new HostGenerator(Library, bytes.AsSpan(0, BitConverter.ToInt32(bytes, 8)), store);
        using var sampler = new HostSampler(Library, temperature, 0, 1, 5);
        using var teller = new HostTeller(generator, sampler, [3], draft);
        int[] tokens = [.. Enumerable.Range(0, 40).Select(_ => teller.Next()!.Value)];
        return (tokens, generator.Passes, store.Statistics.Bytes / 40.0);
    }

    private static TrainedTransformer<float> Trained()
    {
        var model = new TrainedTransformer<float>(new InitialWeights(Shape, 1));
        var random = new Random(1);
        ushort[] tokens = new ushort[40 * 32];
        for (int i = 0; i < tokens.Length; i++)
            tokens[i] = (ushort)(i % 32 == 0 ? random.Next(Vocabulary) : (tokens[i - 1] + 17) % Vocabulary);
        new LanguageTrainer(model, LanguageGoal.NextToken, null, new Muon<float>(0.5, name => name is "embedding"),
            new LanguageTrainingSettings { Schedule = new Schedule(0.03, 120), Tokens = 24, Sequences = 6, ReportEvery = 120 })
            .Run(new TokenSequences(tokens, 32));
        return model;
    }
}
