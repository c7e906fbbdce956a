using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Training;
using McuAi.Tests.Training;

namespace McuAi.Tests.Language;

/// <summary>Gradients of each operation that transformers are trained with, against finite differences.</summary>
[TestClass]
public sealed class LanguageOperationTests
{
    private readonly Random _random = new(1);

    [TestMethod]
    public void Projections()
    {
        Tensor<double> x = New(6, 13), w = New(9, 6), experts = New(3, 5, 2), heads = New(2, 4, 2);
        GradientCheck.Check(tape => tape.Project(w, x), w, x);
        GradientCheck.Check(tape => tape.Project(w, x, 2, 3), w, x);
        GradientCheck.Check(tape => tape.ProjectExperts(experts, x), experts, x);
        GradientCheck.Check(tape => tape.ProjectHeads(heads, x, 3), heads, x);
    }

    [TestMethod]
    public void Vectors()
    {
        Tensor<double> x = New(6, 13), gain = New(6), headGain = New(3), bias = New(6), table = New(7, 5);
        int[] tokens = [3, 0, 6, 3];
        GradientCheck.Check(tape => tape.Norm(x, gain, 0.01), x, gain);
        GradientCheck.Check(tape => tape.Norm(x, headGain, 0.01), x, headGain);
        GradientCheck.Check(tape => tape.Shift(x, bias), x, bias);
        GradientCheck.Check(tape => tape.Sum(x, x), x);
        GradientCheck.Check(tape => tape.Embed(table, tokens), table);
        var rotations = new Rotations<double>(RandomTransformers.Shapes["latent"]);
        Tensor<double> heads = New(14, 13);
        GradientCheck.Check(tape => tape.Rotate(heads, 7, 3, rotations), heads);
    }

    [TestMethod]
    public void Gates()
    {
        Tensor<double> gate = New(6, 13), up = New(6, 13), gates = New(3, 13);
        GradientCheck.Check(tape => tape.SwiGlu(gate, up), gate, up);
        GradientCheck.Check(tape => tape.Weigh(up, gates), up, gates);
    }

    [TestMethod]
    [DataRow(RouterScoring.Sigmoid, true)]
    [DataRow(RouterScoring.Sigmoid, false)]
    [DataRow(RouterScoring.Softmax, true)]
    [DataRow(RouterScoring.Softmax, false)]
    public void Routes(RouterScoring scoring, bool normalises)
    {
        var shape = new ExpertShape { Count = 5, Chosen = 2, Hidden = 1, SharedHidden = 0, Scale = 1.7, Scoring = scoring,
            Normalises = normalises };
        Tensor<double> logits = New(5, 13);
        GradientCheck.Check(tape => tape.Route(logits, shape, null, new int[5]), logits);
    }

    /// <summary>With keys in one part and in two, of more tokens than a tile has and of fewer, with values of their own and
    /// with keys.</summary>
    [TestMethod]
    [DataRow(5)]
    [DataRow(35)]
    public void Attention(int tokens)
    {
        Tensor<double> q = New(12, tokens), k = New(6, tokens), v = New(4, tokens);
        GradientCheck.Check(tape => CausalAttention<double>.Of(tape, q, k, v, 4, 2, 0.6), q, k, v);
        Tensor<double> latents = New(3, tokens), turned = New(8, tokens), turnedKeys = New(2, tokens);
        GradientCheck.Check(tape =>
            CausalAttention<double>.Of(tape, tape.Join(q, turned, 4), tape.Join(latents, turnedKeys, 1), latents,
            4, 1, 0.6), q, latents, turned, turnedKeys);
    }

    [TestMethod]
    public void Losses()
    {
        Tensor<double> x = New(6, 13);
        Tensor<double> wanted = new(New(6, 13).Data.ToArray(), 6, 13);
        int[] targets = [3, -1, 0, 5, 5, 1, 2, 2, -1, 0, 4, 4, 1];
        GradientCheck.Check(tape => tape.TokenLoss(x, targets, 0.3), x);
        GradientCheck.Check(tape => tape.Divergence(x, wanted, 0.3), x);
        GradientCheck.Check(tape => tape.Distance(x, wanted, 0.3), x);
    }

    /// <summary>Each token's groups of channels lie on a grid of 127 steps to either side, no further than half a step from
    /// where they were; the gradient passes.</summary>
    [TestMethod]
    [DataRow(13)]
    [DataRow(32)]
    public void Rounds(int tokens)
    {
        Tensor<double> x = New(7, tokens);
        var tape = new Tape<double>();
        Tensor<double> y = tape.Rounded8(x, 3);
        for (int t = 0; t < tokens; t++)
            for (int first = 0; first < 6; first += 3)
            {
                double step = Enumerable.Range(first, 3).Max(c => Math.Abs(x.Data[(c * tokens) + t])) / 127;
                for (int c = first; c < first + 3; c++)
                    Assert.AreEqual(Math.Round(x.Data[(c * tokens) + t] / step) * step, y.Data[(c * tokens) + t], 1e-12);
            }

        for (int t = 0; t < tokens; t++)
            Assert.AreEqual(x.Data[(6 * tokens) + t], y.Data[(6 * tokens) + t]); // no whole group
        Tensor<double> loss = tape.Distance(y, new Tensor<double>(new double[7 * tokens], 7, tokens), 1e-12);
        tape.Backward(loss);
        for (int i = 0; i < x.Count; i++)
            Assert.AreEqual(2 * y.Data[i], x.Gradient[i], 1e-12);
    }

    /// <summary>Against the framework's, over all that a float's exponential can be.</summary>
    [TestMethod]
    public void Exponentials()
    {
        float[] x = [.. Enumerable.Range(0, 160_001).Select(i => (i - 80_000) / 1000f)];
        float[] y = [.. x];
        McuAi.ModelConverter.Language.Training.Exponentials.Exp<float>(y);
        for (int i = 0; i < x.Length; i++)
            Assert.AreEqual(1, y[i] / Math.Exp(x[i]), 5e-7, $"{x[i]}");
    }

    private Tensor<double> New(params int[] shape) => GradientCheck.Parameter(_random, shape);
}
