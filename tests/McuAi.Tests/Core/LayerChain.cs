using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Core;

/// <summary>Random chains of layers that compute rows from rows, with branches that join again.</summary>
internal static class LayerChain
{
    /// <summary>A chain on an image of odd sizes and 1 to 20 channels.</summary>
    public static ModelGraph Make(OperatorCase test, DataType weights)
    {
        Random random = test.Random;
        Tensor x = test.Input([1, random.Next(4, 24), random.Next(1, 14), Channels(random)]);
        List<Tensor> earlier = [x];
        ModelGraph graph;
        int layers = random.Next(2, 6);
        do
        {
            graph = Layer(test, earlier, weights);
            earlier.Add(graph.Outputs[0]);
        }
        while (earlier.Count <= layers);
        return graph;
    }

    /// <summary>Views of rows have to begin at multiples of four bytes, which other numbers seldom give.</summary>
    private static int Channels(Random random) => random.Next(2) == 0 ? 4 * random.Next(1, 6) : random.Next(1, 21);

    private static ModelGraph Layer(OperatorCase test, List<Tensor> earlier, DataType weights)
    {
        Tensor x = earlier[^1];
        int channels = x.Shape[3];
        switch (test.Random.Next(12))
        {
            case 0:
                return test.Node(OperatorKind.LeakyRelu, new LeakyReluAttributes(0.3f), [x], test.Output(x.Shape));
            case 1:
                return test.Node(OperatorKind.Quantize, OperatorAttributes.None, [x], test.Output(x.Shape));
            case 2:
                return test.Node(OperatorKind.Mul, new ActivationAttributes(), [x, test.Constant([channels])],
                    test.Output(x.Shape));
            case 3 or 4:
                Tensor[] alike = [.. earlier.Where(tensor => tensor.Shape.SequenceEqual(x.Shape))];
                return test.Node(OperatorKind.Add, new ActivationAttributes(), [x, alike[test.Random.Next(alike.Length)]],
                    test.Output(x.Shape));
            case 5:
                return Pool(test, x);
            case 6 or 7 or 8:
                int rows = channels * (test.Random.Next(5) == 0 ? 2 : 1);
                return Convolution(test, OperatorKind.DepthwiseConv2D, x, rows, weights);
            default:
                return Convolution(test, OperatorKind.Conv2D, x, Channels(test.Random), weights);
        }
    }

    private static ModelGraph Pool(OperatorCase test, Tensor x)
    {
        int kernelH = test.Random.Next(1, 4), kernelW = test.Random.Next(1, 4), stride = test.Random.Next(1, 3);
        (int h, int top) = WeightedOperatorTests.Output(test, x.Shape[1], kernelH, stride, 1);
        (int w, int left) = WeightedOperatorTests.Output(test, x.Shape[2], kernelW, stride, 1);
        OperatorKind kind = test.Random.Next(2) == 0 ? OperatorKind.AveragePool2D : OperatorKind.MaxPool2D;
        var attributes = new PoolAttributes(kernelH, kernelW, stride, stride, new Padding(top, left, 0, 0),
            CountPadding: kind == OperatorKind.AveragePool2D && test.Random.Next(2) == 0);
        return test.Node(kind, attributes, [x], OperatorCase.Like(x, [1, h, w, x.Shape[3]]));
    }

    private static ModelGraph Convolution(OperatorCase test, OperatorKind kind, Tensor x, int channels, DataType weights)
    {
        bool usual = test.Random.Next(2) == 0;
        int kernelH = usual ? 3 : test.Random.Next(1, 5), kernelW = usual ? 3 : test.Random.Next(1, 5);
        int strideH = usual ? 1 : test.Random.Next(1, 4), strideW = usual ? 1 : test.Random.Next(1, 3);
        int dilationH = usual ? 1 : test.Random.Next(1, 3), dilationW = usual ? 1 : test.Random.Next(1, 3);
        (int h, int top) = WeightedOperatorTests.Output(test, x.Shape[1], kernelH, strideH, dilationH);
        (int w, int left) = WeightedOperatorTests.Output(test, x.Shape[2], kernelW, strideW, dilationW);
        var attributes = new ConvAttributes(strideH, strideW, dilationH, dilationW, new Padding(top, left, 0, 0),
            test.Activation());
        bool depthwise = kind == OperatorKind.DepthwiseConv2D;
        int[] filter = depthwise ? [1, kernelH, kernelW, channels] : [channels, kernelH, kernelW, x.Shape[3]];
        return WeightedOperatorTests.Layer(test, kind, attributes, weights, x, filter, [1, h, w, channels],
            depthwise ? 3 : 0);
    }
}
