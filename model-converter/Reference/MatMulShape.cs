using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Geometry of a batched matrix product whose leading axes are broadcast.</summary>
internal readonly record struct MatMulShape(int M, int K, int N, bool TransposeA, bool TransposeB, int[] BatchA,
    int[] BatchB, int[] Batch)
{
    public static MatMulShape Of(Node node)
    {
        var attributes = node.Get<MatMulAttributes>();
        int[] a = node.Input(0).Shape;
        int[] b = node.Input(1).Shape;
        int m = attributes.TransposeA ? a[^1] : a[^2];
        int k = attributes.TransposeA ? a[^2] : a[^1];
        int n = attributes.TransposeB ? b[^2] : b[^1];
        return new MatMulShape(m, k, n, attributes.TransposeA, attributes.TransposeB, a[..^2], b[..^2],
            node.Output.Shape[..^2]);
    }

    public int A(int m, int k) => TransposeA ? (k * M) + m : (m * K) + k;

    public int B(int k, int n) => TransposeB ? (n * K) + k : (k * N) + n;

    /// <summary>Offsets, in elements, of the two matrices of each product.</summary>
    public List<(int A, int B)> Batches()
    {
        var offsets = new List<(int, int)>();
        var walk = new Strides.Walk(Batch, Strides.Broadcast(BatchA, Batch), Strides.Broadcast(BatchB, Batch));
        while (walk.Next())
            offsets.Add((walk.First * M * K, walk.Second * K * N));

        return offsets;
    }
}
