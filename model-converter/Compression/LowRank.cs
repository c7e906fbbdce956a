using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Compression;

/// <summary>Pointwise convolutions and dense layers as two thin ones: W [O, K] as A [O, r] B [r, K] with the greatest
/// singular values, which is the nearest matrix of rank r (Eckart and Young, 1936).</summary>
public static class LowRank
{
    /// <summary>Whether a layer multiplies each pixel or vector by one matrix of constants.</summary>
    public static bool Applies(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Inputs.Count < 2 || node.Inputs[1] is not { IsConstant: true, Type: DataType.Float32 } weights)
            return false;
        return node.Kind == OperatorKind.FullyConnected ||
            (node.Kind == OperatorKind.Conv2D && weights.Shape[1] == 1 && weights.Shape[2] == 1 &&
            node.Get<ConvAttributes>().Padding == default);
    }

    /// <summary>The greatest rank at which two layers have fewer weights, and so fewer multiplications, than one; 0 if there
    /// is none.</summary>
    public static int GreatestUseful(Node node)
    {
        (int outputs, int inputs) = Size(node);
        return ((outputs * inputs) - 1) / (outputs + inputs);
    }

    /// <summary>The least rank that keeps a share of the sum of squares of the weights.</summary>
    public static int ThatKeeps(Node node, double share)
    {
        double[] squares = [.. Decompose(node).S.Select(value => value * value)];
        double left = (1 - share) * squares.Sum(), cut = 0;
        int rank = squares.Length;
        while (rank > 1 && cut + squares[rank - 1] <= left)
            cut += squares[--rank];
        return rank;
    }

    /// <summary>A copy of a float graph whose layers have the rank that <paramref name="rank"/> gives; 0 leaves a layer as
    /// it is.</summary>
    public static ModelGraph Factor(ModelGraph graph, Func<Node, int> rank)
    {
        ArgumentNullException.ThrowIfNull(rank);
        ModelGraph copy = Quantizing.GraphCopy.Of(graph);
        for (int i = copy.Nodes.Count - 1; i >= 0; i--)
        {
            Node node = copy.Nodes[i];
            int wanted = Applies(node) ? Math.Min(rank(node), Math.Min(Size(node).Outputs, Size(node).Inputs)) : 0;
            if (wanted > 0)
                copy.Nodes.Insert(i, Split(node, wanted));
        }

        return copy;
    }

    private static (int Outputs, int Inputs) Size(Node node) => (node.Input(1).Shape[0], node.Input(1).Shape[^1]);

    private static Svd<double> Decompose(Node node)
    {
        (int outputs, int inputs) = Size(node);
        double[] weights = [.. node.Input(1).As<float>().ToArray().Select(weight => (double)weight)];
        return Matrix<double>.Build.DenseOfRowMajor(outputs, inputs, weights).Svd();
    }

    /// <summary>Lets <paramref name="node"/> read the first of the two layers, which is returned. Both have weights of one
    /// size: the roots of the singular values.</summary>
    private static Node Split(Node node, int rank)
    {
        Svd<double> svd = Decompose(node);
        (int outputs, int inputs) = Size(node);
        Tensor weights = node.Input(1), x = node.Input(0);
        bool dense = node.Kind == OperatorKind.FullyConnected;
        var inner = new Tensor($"{node.Output.Name}/rank", DataType.Float32, [.. node.Output.Shape[..^1], rank]);
        var first = new float[rank * inputs];
        var second = new float[outputs * rank];
        for (int r = 0; r < rank; r++)
        {
            double root = Math.Sqrt(svd.S[r]);
            for (int i = 0; i < inputs; i++)
                first[(r * inputs) + i] = (float)(root * svd.VT[r, i]);
            for (int o = 0; o < outputs; o++)
                second[(o * rank) + r] = (float)(root * svd.U[o, r]);
        }

        OperatorAttributes own = dense
            ? new ActivationAttributes()
            : node.Get<ConvAttributes>() with { Activation = FusedActivation.None };
        node.Inputs[0] = inner;
        node.Inputs[1] = Tensor.Constant<float>($"{weights.Name}/second", DataType.Float32, Shape(outputs, rank), second);
        if (!dense)
            node.Attributes = node.Get<ConvAttributes>() with { StrideH = 1, StrideW = 1 };
        return new Node(node.Kind, $"{node.Name}, first factor", [x,
            Tensor.Constant<float>($"{weights.Name}/first", DataType.Float32, Shape(rank, inputs), first)], [inner], own);

        int[] Shape(int rows, int columns) => dense ? [rows, columns] : [rows, 1, 1, columns];
    }
}
