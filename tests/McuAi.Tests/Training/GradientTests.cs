using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Training;

/// <summary>Every operation of the training engine against finite differences.</summary>
[TestClass]
public sealed class GradientTests
{
    private readonly Random random = new(7);

    private Tensor<double> P(params int[] shape) => GradientCheck.Parameter(random, shape);

    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(5, 3, 7)]
    [DataRow(4, 9, 16)]
    [DataRow(6, 300, 5)] // deeper than one block of the kernel
    [DataRow(70, 2, 33)] // more rows than one block
    [DataRow(1, 3, 1)]
    public void Linear(int rows, int depth, int width)
    {
        Tensor<double> x = P(rows, depth), w = P(depth, width), b = P(width);
        GradientCheck.Check(tape => tape.AddVector(tape.Linear(x, w), b), x, w, b);
    }

    [TestMethod]
    public void BatchProduct()
    {
        Tensor<double> a = P(3, 5, 4), c = P(3, 4, 6);
        GradientCheck.Check(tape => tape.BatchProduct(a, c), a, c);
    }

    [TestMethod]
    [DataRow(5, 6, 2, 3, 3, 3, 1, 1, 1, 1)]
    [DataRow(7, 5, 1, 5, 4, 2, 2, 2, 1, 1)]
    [DataRow(9, 8, 3, 4, 3, 3, 2, 1, 1, 2)]
    [DataRow(1, 11, 4, 9, 1, 5, 1, 1, 1, 2)]
    [DataRow(4, 4, 5, 8, 1, 1, 1, 1, 1, 1)]
    [DataRow(5, 4, 5, 3, 1, 1, 2, 2, 1, 1)]
    [DataRow(2, 3, 3, 17, 5, 7, 1, 1, 1, 1)] // the kernel is larger than the image
    [DataRow(1, 1, 2, 33, 3, 3, 2, 2, 2, 2)]
    public void Conv2D(int height, int width, int channels, int outputs, int kernelH, int kernelW, int strideH, int strideW,
        int dilationH, int dilationW)
    {
        Tensor<double> x = P(2, height, width, channels), w = P(kernelH, kernelW, channels, outputs);
        var windows = Windows.Same(height, width, kernelH, kernelW, strideH, strideW, dilationH, dilationW);
        GradientCheck.Check(tape => tape.Conv2D(x, w, windows), x, w);
        Tensor<double> single = P(1, height, width, channels);
        GradientCheck.Check(tape => tape.Conv2D(single, w, windows), single, w);
    }

    [TestMethod]
    [DataRow(5, 6, 1, 3, 3, 1, 1, 1)]
    [DataRow(6, 5, 9, 3, 3, 2, 1, 1)]
    [DataRow(7, 7, 8, 2, 3, 1, 2, 2)]
    [DataRow(1, 13, 5, 1, 9, 1, 1, 1)]
    [DataRow(2, 3, 17, 5, 7, 1, 1, 1)] // the kernel is larger than the image
    [DataRow(3, 2, 33, 3, 3, 1, 1, 3)]
    [DataRow(1, 1, 16, 1, 1, 1, 1, 1)]
    public void DepthwiseConv2D(int height, int width, int channels, int kernelH, int kernelW, int strideH, int strideW,
        int dilation)
    {
        Tensor<double> x = P(3, height, width, channels), w = P(kernelH, kernelW, channels);
        var windows = Windows.Same(height, width, kernelH, kernelW, strideH, strideW, dilation, dilation);
        GradientCheck.Check(tape => tape.DepthwiseConv2D(x, w, windows), x, w);
        // A second use of the input, after which the gradient is added instead of assigned.
        GradientCheck.Check(tape => tape.Concatenate(1, tape.DepthwiseConv2D(x, w, windows), tape.DepthwiseConv2D(x, w, windows)),
            x, w);
        Tensor<double> single = P(1, height, width, channels);
        GradientCheck.Check(tape => tape.DepthwiseConv2D(single, w, windows), single, w);
    }

    [TestMethod]
    public void UnevenPadding()
    {
        Tensor<double> x = P(2, 4, 3, 5), w = P(2, 3, 5), full = P(2, 3, 5, 4);
        // More padding than taps reach over, so that the gradient is not a convolution itself.
        foreach (Windows windows in (Windows[])[new(2, 3, 1, 1, 1, 1, 3, 0, 0, 4), new(2, 3, 1, 1, 1, 1, 1, 2, 0, 0)])
        {
            GradientCheck.Check(tape => tape.DepthwiseConv2D(tape.Scale(x, 2), w, windows), x, w);
            GradientCheck.Check(tape => tape.Conv2D(x, full, windows), x, full);
        }
    }

    [TestMethod]
    public void GradientsOfSeveralUsesAddUp()
    {
        Tensor<double> x = P(2, 4, 3, 6), w = P(6, 6), gamma = P(6), beta = P(6), depthwise = P(3, 3, 6);
        GradientCheck.Check(tape =>
        {
            Tensor<double> y = tape.Scale(x, 1.5);
            Tensor<double> sum = tape.Add(tape.Linear(y, w), tape.BatchNorm(y, gamma, beta, new double[6], new double[6], 1e-3, 0.1, true));
            sum = tape.Add(sum, tape.DepthwiseConv2D(y, depthwise, Windows.Same(4, 3, 3, 3)));
            return tape.Concatenate(0, tape.Reshape(tape.Add(sum, y), 24, 6), tape.GlobalAverage(y));
        }, x, w, gamma, beta, depthwise);
    }

    [TestMethod]
    [DataRow(1, true, false)]
    [DataRow(7, true, true)]
    [DataRow(8, true, true)]
    [DataRow(8, false, true)]
    [DataRow(3, false, false)]
    public void BatchNorm(int channels, bool training, bool relu)
    {
        Tensor<double> x = P(5, 30, channels), gamma = P(channels), beta = P(channels);
        double[] mean = [.. Enumerable.Range(0, channels).Select(i => 0.1 * i)];
        double[] variance = [.. Enumerable.Range(0, channels).Select(i => 1 + (0.1 * i))];
        GradientCheck.Check(tape =>
        {
            // Running statistics: gradients still flow, but the statistics are constants.
            Tensor<double> input = tape.Scale(x, 1.5);
            return training
                ? tape.BatchNorm(input, gamma, beta, [.. mean], [.. variance], 1e-3, 0.1, relu)
                : Frozen(tape, input, gamma, beta, mean, variance, relu);
        }, x, gamma, beta);
    }

    private static Tensor<double> Frozen(Tape<double> tape, Tensor<double> x, Tensor<double> gamma, Tensor<double> beta,
        double[] mean, double[] variance, bool relu) =>
        tape.BatchNorm(x, gamma, beta, mean, variance, 1e-3, 0.1, relu, frozen: true);

    [TestMethod]
    public void RmsNorm()
    {
        Tensor<double> x = P(4, 3, 7), weight = P(7);
        GradientCheck.Check(tape => tape.RmsNorm(x, weight, 1e-5), x, weight);
    }

    [TestMethod]
    public void Softmax()
    {
        Tensor<double> x = P(4, 7);
        GradientCheck.Check(tape => tape.Softmax(tape.Scale(x, 3)), x);
    }

    [TestMethod]
    public void CrossEntropyOfSoftTargets()
    {
        Tensor<double> x = P(3, 4);
        double[] targets = [0, 1, 0, 0, 0.1, 0.2, 0.3, 0.4, 0.7, 0, 0, 0.3];
        GradientCheck.Check(tape => tape.CrossEntropy(tape.Scale(x, 4), targets), x);
    }

    [TestMethod]
    public void Activations()
    {
        Tensor<double> x = P(3, 13);
        GradientCheck.Check(tape => tape.Relu(x), x);
        GradientCheck.Check(tape => tape.Relu(tape.Scale(x, 10, 0.01), 6), x);
        GradientCheck.Check(tape => tape.LeakyRelu(x, 0.1), x);
        GradientCheck.Check(tape => tape.Sigmoid(tape.Scale(x, 4)), x);
        GradientCheck.Check(tape => tape.Tanh(tape.Scale(x, 2)), x);
        GradientCheck.Check(tape => tape.Silu(tape.Scale(x, 4)), x);
        GradientCheck.Check(tape => tape.HardSwish(tape.Scale(x, 5, 0.017)), x);
    }

    [TestMethod]
    public void SumsAndProducts()
    {
        Tensor<double> a = P(3, 5), b = P(3, 5), v = P(5);
        GradientCheck.Check(tape => tape.Add(tape.Multiply(a, b), tape.MultiplyVector(a, v)), a, b, v);
        GradientCheck.Check(tape => tape.Multiply(a, a), a);
    }

    [TestMethod]
    public void Pooling()
    {
        Tensor<double> x = P(2, 5, 6, 3);
        GradientCheck.Check(tape => tape.GlobalAverage(x), x);
        GradientCheck.Check(tape => tape.AveragePool(x, Windows.Same(5, 6, 3, 2, 2, 2)), x);
        GradientCheck.Check(tape => tape.AveragePool(x, Windows.Valid(2, 3, 1, 2)), x);
        GradientCheck.Check(tape => tape.MaxPool(x, Windows.Same(5, 6, 3, 3, 2, 1)), x);
    }

    [TestMethod]
    public void ShapesAndParts()
    {
        Tensor<double> x = P(2, 3, 4), other = P(2, 2, 4);
        GradientCheck.Check(tape => tape.Transpose(x, 2, 0, 1), x);
        GradientCheck.Check(tape => tape.Slice(x, 1, 1, 2), x);
        GradientCheck.Check(tape => tape.Concatenate(1, x, other, x), x, other);
        GradientCheck.Check(tape => tape.Scale(tape.Reshape(x, 6, 4), 2), x);
    }

    [TestMethod]
    public void Dropout()
    {
        Tensor<double> x = P(4, 6);
        GradientCheck.Check(tape => tape.Dropout(x, 0.4, new Random(5)), x);
    }
}
