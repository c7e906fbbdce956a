using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Between ONNX's channels-first layout and the graph's NHWC. Signals [N,C,L] become images of height 1, by
/// a transpose of rank 3 so that it cancels against the next one.</summary>
internal static class SpatialLayout
{
    /// <summary>[N,C,H,W] → [N,H,W,C]; [N,C,L] → [N,1,L,C].</summary>
    public static Tensor ToNhwc(OnnxContext context, OnnxNode node, Tensor x)
    {
        if (x.Rank == 4)
            return context.Transpose(node, x, 0, 2, 3, 1);

        if (x.Rank != 3)
            throw node.Error($"works on {x.Rank - 2} spatial dimensions ({x}); 1 and 2 are supported");

        Tensor signal = context.Transpose(node, x, 0, 2, 1);
        return context.Reshape(node, signal, x.Shape[0], 1, x.Shape[2], x.Shape[1]);
    }

    /// <summary>Back to <paramref name="rank"/> dimensions, channels first.</summary>
    public static Tensor FromNhwc(OnnxContext context, OnnxNode node, Tensor y, int rank) => rank == 4
        ? context.Transpose(node, y, 0, 3, 1, 2)
        : context.Transpose(node, context.Reshape(node, y, y.Shape[0], y.Shape[2], y.Shape[3]), 0, 2, 1);
}
