using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Reference;

namespace McuAi.Tests.Reference;

/// <summary>The convolutions against their definitions written index by index, and the rows that kernels get.</summary>
[TestClass]
public class ConvolutionTests
{
    [TestMethod]
    [DataRow(OperatorKind.Conv2D)]
    [DataRow(OperatorKind.DepthwiseConv2D)]
    [DataRow(OperatorKind.TransposeConv)]
    public void SumsAndRowsFollowTheDefinition(OperatorKind kind)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var test = new TestGraph(seed);
            ModelGraph graph = RandomLayer(test, kind);
            Node node = graph.Nodes[0];
            byte[][] inputs = test.RandomInputs();
            sbyte[] y = IntegerExecutor.Run(graph, inputs)[0];
            ConvParameters p = ConvParameters.From(node);
            RowWeights rows = ConvParameters.Rows(node);
            for (int i = 0; i < y.Length; i++)
            {
                int sum = Sum(node, p, rows, inputs[0], i);
                int scaled = FixedPoint.Requantize(sum, rows.Multiplier[i % p.OutC], rows.Shift[i % p.OutC]);
                Assert.AreEqual(Math.Clamp(scaled + p.OutputZeroPoint, p.ActivationMin, p.ActivationMax), y[i],
                    $"{kind}, seed {seed}, element {i}");
            }
        }
    }

    /// <summary>The folded sum of output element i: over all taps, zero points outside the image.</summary>
    private static int Sum(Node node, ConvParameters p, RowWeights rows, byte[] x, int i)
    {
        int o = i % p.OutC, ox = i / p.OutC % p.OutW;
        int oy = i / p.OutC / p.OutW % p.OutH, n = i / (p.OutC * p.OutW * p.OutH);
        int sum = rows.Bias[o];
        for (int k = 0; k < rows.Depth; k++)
        {
            bool depthwise = node.Kind == OperatorKind.DepthwiseConv2D;
            int c = depthwise ? o / (p.OutC / p.InC) : k % p.InC;
            int tap = depthwise ? k : k / p.InC;
            int ky = tap / p.KernelW, kx = tap % p.KernelW;
            int iy = (oy * p.StrideH) - p.PadTop + (ky * p.DilationH);
            int ix = (ox * p.StrideW) - p.PadLeft + (kx * p.DilationW);
            bool hit = true;
            if (node.Kind == OperatorKind.TransposeConv)
            {
                int fromTop = oy + p.PadTop - ky, fromLeft = ox + p.PadLeft - kx;
                hit = fromTop >= 0 && fromLeft >= 0 && fromTop % p.StrideH == 0 && fromLeft % p.StrideW == 0;
                (iy, ix) = (fromTop / p.StrideH, fromLeft / p.StrideW);
            }

            hit = hit && iy >= 0 && iy < p.InH && ix >= 0 && ix < p.InW;
            int value = hit ? (sbyte)x[(((((n * p.InH) + iy) * p.InW) + ix) * p.InC) + c] : p.InputZeroPoint;
            sum += rows[o, k] * value;
        }

        return sum;
    }

    private static ModelGraph RandomLayer(TestGraph test, OperatorKind kind)
    {
        Random random = test.Random;
        bool depthwise = kind == OperatorKind.DepthwiseConv2D, transposed = kind == OperatorKind.TransposeConv;
        int inC = random.Next(1, 6), outC = depthwise ? inC * random.Next(1, 4) : random.Next(1, 6);
        int kernelH = random.Next(1, 4), kernelW = random.Next(1, 5);
        var attributes = new ConvAttributes(random.Next(1, 3), random.Next(1, 4), transposed ? 1 : random.Next(1, 3),
            transposed ? 1 : random.Next(1, 3), new Padding(random.Next(3), random.Next(3), 0, 0),
            FusedActivation.Relu);
        int[] filter = depthwise ? [1, kernelH, kernelW, outC] : [outC, kernelH, kernelW, inC];
        float[] scales = test.Scales(outC, 0.002f, 0.02f);
        Tensor x = test.Input([2, random.Next(1, 7), random.Next(1, 7), inC], 0.05f, test.ZeroPoint());
        Tensor y = TestGraph.Activation([2, random.Next(1, 7), random.Next(1, 7), outC], 0.06f, test.ZeroPoint());
        return test.Node(kind, attributes,
            [x, test.Weights(filter, scales, depthwise ? 3 : 0), test.Bias(scales, 9000)], y);
    }
}
