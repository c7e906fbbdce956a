using MathNet.Numerics.LinearAlgebra;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Language;

[TestClass]
public sealed class LanguageTrainingTests
{
    public TestContext TestContext { get; set; } = null!;

    /// <summary>Against the singular value decomposition: the same vectors, values near 1.</summary>
    [TestMethod]
    [DataRow(5, 9)]
    [DataRow(9, 5)]
    public void MuonsDirectionIsNearlyOrthogonal(int rows, int columns)
    {
        var random = new Random(2);
        double[] matrix = [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextDouble() - 0.5)];
        Matrix<double> whole = Matrix<double>.Build.Dense(rows, columns, (row, column) => matrix[(row * columns) + column]);
        double[] direction = Muon<double>.Orthogonal(matrix, rows, columns);
        MathNet.Numerics.LinearAlgebra.Factorization.Svd<double> svd = whole.Svd();
        Matrix<double> values = svd.U.Transpose()
            * Matrix<double>.Build.Dense(rows, columns, (row, column) => direction[(row * columns) + column])
                * svd.VT.Transpose();
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                Assert.AreEqual(row == column ? 0.95 : 0, values[row, column], row == column ? 0.3 : 1e-9);
    }

    /// <summary>Sequences in which each token follows from the one before it are learned.</summary>
    [TestMethod]
    [DataRow("grouped")]
    [DataRow("experts")]
    [DataRow("latent")]
    public void LossFalls(string kind)
    {
        TrainedTransformer<float> model = New(kind, false);
        LanguageTrainer trainer = Trainer(model, null, 150);
        trainer.Run(Sequences(model.Shape));
        Assert.IsGreaterThan(2.5, trainer.Curve[0].Loss);
        Assert.IsLessThan(0.6, trainer.Curve[^1].Loss);
    }

    /// <summary>Weights that are rounded one after another, while the rest learns, against all at once; at the end all are
    /// rounded.</summary>
    [TestMethod]
    public void RoundingInTrainingCostsLess()
    {
        TrainedTransformer<float> model = New("latent", false);
        TokenSequences data = Sequences(model.Shape);
        Trainer(model, null, 150).Run(data);
        int[][] judged = [.. Enumerable.Range(0, 20).Select(i => data.Tokens(i, 0, 25))];
        TrainedTransformer<float> atOnce = Quantized(), inTraining = Quantized();
        atOnce.Fix(1);
        LanguageTrainer trainer = Trainer(inTraining, null, 80);
        trainer.Run(data);
        (double real, double rounded, double trained) =
            (Likelihood.Of(model, judged), Likelihood.Of(atOnce, judged), Likelihood.Of(inTraining, judged));
        Assert.IsGreaterThan(real + 0.05, rounded);
        Assert.IsLessThan(real + (0.5 * (rounded - real)), trained, $"{real}, {rounded}");
        foreach (TrainedWeights<float> weights in inTraining.Weights.Where(each => each.Quantization is not null))
        {
            GroupCodes codes = weights.Quantization!.ToCodes();
            float[] values = weights.ToFloats();
            for (int i = 0; i < values.Length; i++)
            {
                int row = i / codes.Columns, groups = (codes.Columns + 15) / 16;
                double unit = codes.Multipliers[(row * groups) + (i % codes.Columns / 16)]
                    * Math.ScaleB(codes.Mantissas[row], codes.Exponents[row] - 31);
                Assert.AreEqual(codes.Codes[i] * unit, values[i], 1e-6 * Math.Abs(unit), $"{weights.Name}, {i}");
            }
        }

        TrainedTransformer<float> Quantized()
        {
            var quantized = new TrainedTransformer<float>(model) { RoundsActivations = true };
            quantized.Quantize(_ => new MatrixFormat(2, 16));
            return quantized;
        }
    }

    /// <summary>Whichever number of cores, and if it is killed and goes on.</summary>
    [TestMethod]
    public void AResumedRunEndsAsAWholeOne()
    {
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid()}.checkpoint");
        TrainedTransformer<float> whole = New("experts", true), resumed = New("experts", true);
        TokenSequences data = Sequences(whole.Shape);
        Trainer(whole, null, 20).Run(data);
        using var kill = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() => Trainer(New("experts", true), path, 20).Run(data, progress =>
        {
            if (progress.Step == 10)
                kill.Cancel();
        }, kill.Token));
        LanguageTrainer rest = Trainer(resumed, path, 20);
        rest.Run(data);
        Assert.HasCount(4, rest.Curve);
        foreach ((Parameter<float> expected, Parameter<float> actual) in whole.Parameters.Zip(resumed.Parameters))
            CollectionAssert.AreEqual(expected.Value.Data.ToArray(), actual.Value.Data.ToArray(), expected.Name);
        foreach ((TrainedWeights<float> expected, TrainedWeights<float> actual) in whole.Weights.Zip(resumed.Weights))
            CollectionAssert.AreEqual(expected.ToFloats(), actual.ToFloats(), expected.Name);
        foreach ((float[] expected, float[] actual) in whole.RouterBiases.Zip(resumed.RouterBiases))
            CollectionAssert.AreEqual(expected, actual);
    }

    [TestMethod]
    public void RatesFallAlongALine()
    {
        var schedule = new Schedule(2, 100, 0.2, 0.1) { FallsEvenly = true };
        Assert.AreEqual(2, schedule.Rate(20), 1e-12);
        Assert.AreEqual(2 * 0.55, schedule.Rate(60), 1e-12);
        Assert.AreEqual(0.2, schedule.Rate(100), 1e-12);
    }

    [TestMethod]
    public void SequencesComeBackFromAFile()
    {
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid()}.sequences");
        var sequences = new TokenSequences([1, 2, 65535, 4, 5, 6], 3);
        sequences.Write(path);
        TokenSequences read = TokenSequences.Read(path);
        Assert.AreEqual((2, 3), (read.Count, read.Length));
        CollectionAssert.AreEqual((int[])[65535], read.Tokens(0, 2, 1));
        CollectionAssert.AreEqual((int[])[5, 6], read.Tokens(1, 1, 2));
        byte[] bytes = File.ReadAllBytes(path);
        foreach (int at in (int[])[0, 5, 13, bytes.Length - 1])
        {
            bytes[at] ^= 1;
            File.WriteAllBytes(path, bytes);
            Assert.ThrowsExactly<ModelException>(() => TokenSequences.Read(path), $"byte {at}");
            bytes[at] ^= 1;
        }
    }

    /// <summary>A student that has room for all of its teacher is its teacher.</summary>
    [TestMethod]
    public void AStudentOfFullSizeIsItsTeacher()
    {
        TransformerShape shape = RandomTransformers.Shapes["grouped"] with
        {
            Heads = 4, KeyValueHeads = 1, HeadWidth = 4, Frequencies = [0.8, 0],
        };
        var teacher = new TrainedTransformer<float>(new RandomWeights(shape, 4));
        var random = new Random(5);
        int[][] tokens = [.. Enumerable.Range(0, 6).Select(_ =>
            Enumerable.Range(0, 40).Select(_ => random.Next(shape.Vocabulary)).ToArray())];
        var student = new TrainedTransformer<float>(new StudentWeights(teacher,
            new StudentShape(4, 6, 2, [0.8], 4, 1, 7, 1), tokens));
        Tensor<float> expected = new TeacherPass(teacher).Logits(tokens[0]),
            actual = new TeacherPass(student).Logits(tokens[0]);
        float scale = System.Numerics.Tensors.TensorPrimitives.MaxMagnitude<float>(expected.Data);
        for (int i = 0; i < expected.Count; i++)
            Assert.AreEqual(expected.Data[i], actual.Data[i], 1e-3f * Math.Abs(scale), $"{i}");
    }

    /// <summary>A student that is smaller comes nearer to its teacher, first block by block.</summary>
    [TestMethod]
    public void AStudentLearnsFromItsTeacher()
    {
        TransformerShape shape = RandomTransformers.Shapes["grouped"] with { HeadWidth = 4, Hidden = 24 };
        var teacher = new TrainedTransformer<float>(new RandomWeights(shape, 4));
        TokenSequences data = Sequences(shape);
        int[][] calibration = [.. Enumerable.Range(0, 10).Select(i => data.Tokens(i, 0, 30))];
        var student = new TrainedTransformer<float>(new StudentWeights(teacher, new StudentShape(4, 5, 2, [1], 6, 4, 6, 2),
            calibration));
        foreach (LanguageGoal goal in (LanguageGoal[])[LanguageGoal.Blocks, LanguageGoal.Teacher])
        {
            var trainer = new LanguageTrainer(student, goal, teacher, new Muon<float>(0.5, name => name is "embedding"),
                new LanguageTrainingSettings { Schedule = new Schedule(0.02, 60), Tokens = 24, Sequences = 6,
                    ReportEvery = 5 });
            trainer.Run(data);
            Assert.IsLessThan(0.7 * trainer.Curve[0].Loss, trainer.Curve[^1].Loss, $"{goal}");
        }
    }

    private static TrainedTransformer<float> New(string kind, bool isQuantized)
    {
        var model = new TrainedTransformer<float>(new InitialWeights(RandomTransformers.Shapes[kind], 1))
        {
            RoundsActivations = isQuantized,
        };
        if (isQuantized)
            model.Quantize(name => name.Contains("router", StringComparison.Ordinal) ? null : new MatrixFormat(4, 16));
        return model;
    }

    private static LanguageTrainer Trainer(TrainedTransformer<float> model, string? checkpoint, int steps) => new(model,
        LanguageGoal.NextToken, null, new Muon<float>(0.5, name => name is "embedding" or "head"),
        new LanguageTrainingSettings
        {
            Schedule = new Schedule(0.03, steps), Tokens = 24, Sequences = 6, ReportEvery = 5, Checkpoint = checkpoint,
        });

    private static TokenSequences Sequences(TransformerShape shape)
    {
        var random = new Random(1);
        int[] next = [.. Enumerable.Range(0, shape.Vocabulary).OrderBy(_ => random.Next())];
        ushort[] tokens = new ushort[40 * 32];
        for (int i = 0; i < tokens.Length; i++)
            tokens[i] = (ushort)(i % 32 == 0 ? random.Next(shape.Vocabulary) : next[tokens[i - 1]]);
        return new TokenSequences(tokens, 32);
    }
}
