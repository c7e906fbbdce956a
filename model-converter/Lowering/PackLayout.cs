using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Memory;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Lays the weights of a pack out for a kernel family and plans its arena. The numbers stay the same, so a
/// pack can be moved from one family to another at any time.</summary>
public static class PackLayout
{
    public static ArenaPlan Apply(PackModel model, KernelFamily family)
    {
        foreach (PackOperator node in model.Operators.Where(node => node.HasWeights))
            LayOut(node, family);
        return ArenaPlan.Apply(model);
    }

    /// <summary>The weights of an operator, whatever their layout.</summary>
    public static RowWeights Decode(PackOperator node)
    {
        PackTensor weights = node.Input(1);
        KernelFamily family = KernelFamilies.Of(node.Layout);
        (int rows, int depth) = RowsAndDepth(node);
        try
        {
            return node.Opcode == Opcode.DepthwiseConv2D
                ? family.DecodeDepthwise(weights.Blob, rows, depth, weights.Type, node.Output.ZeroPoint)
                : family.DecodeDense(weights.Blob, rows, depth, weights.Type, node.Output.ZeroPoint);
        }
        catch (ArgumentException error) // a family slices the blob as the dims say, and this one is too short for them
        {
            throw new ModelException($"The weights of {node} have {weights.Bytes} bytes, which do not fit their shape " +
                "and layout; the pack is damaged.", error);
        }
    }

    /// <summary>Rows are output channels; depth is the number of products of one output element.</summary>
    public static (int Rows, int Depth) RowsAndDepth(PackOperator node)
    {
        PackTensor w = node.Input(1);
        return node.Opcode switch
        {
            Opcode.DepthwiseConv2D => (w.Dim(3), checked(w.Dim(1) * w.Dim(2))),
            Opcode.Conv2D => (w.Dim(0), checked(w.Dim(1) * w.Dim(2) * w.Dim(3))),
            _ => (w.Dim(2), w.Dim(3)),
        };
    }

    public static ConvGeometry Geometry(PackOperator node)
    {
        PackTensor x = node.Input(0), w = node.Input(1), y = node.Output;
        int[] p = node.Parameters;
        if (p.Length != 8)
            throw new ModelException($"{node} has {p.Length} parameters instead of 8; the pack is damaged.");
        return new ConvGeometry(x.Dim(1), x.Dim(2), x.Dim(3), y.Dim(1), y.Dim(2), y.Dim(3), w.Dim(1), w.Dim(2),
            p[0], p[1], p[2], p[3], p[4], p[5]);
    }

    private static void LayOut(PackOperator node, KernelFamily family)
    {
        RowWeights rows = Decode(node);
        bool depthwise = node.Opcode == Opcode.DepthwiseConv2D;
        byte[]? blob = depthwise ? family.EncodeDepthwise(rows, Geometry(node)) : family.EncodeDense(rows);
        if (blob is null)
        {
            family = KernelFamilies.Of(WeightLayout.Rows);
            blob = family.EncodeDense(rows)!;
        }

        node.Layout = family.Layout;
        node.Input(1).Blob = blob;
        int bits = rows.Type.Bits();
        node.ScratchBytes = node.Opcode switch
        {
            Opcode.FullyConnected => family.DenseScratchBytes(rows.Rows, rows.Depth, bits),
            Opcode.Conv2D => family.ConvScratchBytes(Geometry(node), bits),
            _ => family.DepthwiseScratchBytes(Geometry(node), bits),
        };
    }
}
