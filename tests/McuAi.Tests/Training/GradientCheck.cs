using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Training;

/// <summary>Compares the gradients that a tape computes with central finite differences, both in float64.</summary>
internal static class GradientCheck
{
    private const double Step = 1e-6;

    /// <summary>Values in [-1, 1), none within 1e-3 of 0, where a ReLU has no derivative.</summary>
    public static Tensor<double> Parameter(Random random, params int[] shape)
    {
        double[] data = new double[shape.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < data.Length; i++)
        {
            double value = (random.NextDouble() * 2) - 1;
            data[i] = Math.Abs(value) < 1e-3 ? 0.5 : value;
        }

        return new Tensor<double>(data, shape) { NeedsGradient = true };
    }

    /// <summary>Checks the gradient of a random linear function of <paramref name="operation"/>'s result by every element
    /// of every parameter.</summary>
    public static void Check(Func<Tape<double>, Tensor<double>> operation, params Tensor<double>[] parameters)
    {
        double[]? targets = null;
        foreach (Tensor<double> parameter in parameters)
            parameter.Gradient.Clear(); // gradients are added up
        var tape = new Tape<double>();
        Tensor<double> loss = Loss();
        tape.Backward(loss);
        double[][] gradients = [.. parameters.Select(parameter => parameter.Gradient.ToArray())];
        int compared = 0;
        for (int p = 0; p < parameters.Length; p++)
        {
            for (int i = 0; i < parameters[p].Count; i++)
            {
                double value = parameters[p].Data[i];
                parameters[p].Data[i] = value + Step;
                double above = Loss().Data[0];
                parameters[p].Data[i] = value - Step;
                double below = Loss().Data[0];
                parameters[p].Data[i] = value;
                double expected = (above - below) / (2 * Step);
                Assert.AreEqual(expected, gradients[p][i], 1e-7 + (1e-6 * Math.Abs(expected)),
                    $"parameter {p} of {parameters[p]}, element {i}");
                compared++;
            }
        }

        Assert.IsGreaterThan(0, compared);

        Tensor<double> Loss()
        {
            tape.Reset();
            Tensor<double> y = operation(tape);
            if (targets is null)
            {
                var random = new Random(99);
                targets = [.. Enumerable.Range(0, y.Count).Select(_ => (random.NextDouble() * 4) - 2)];
            }

            return y.Count == 1 ? y : tape.MeanSquaredError(y, targets);
        }
    }
}
