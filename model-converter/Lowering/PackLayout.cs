using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Memory;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Lays the weights of a pack out for a kernel family and plans its arena. The numbers stay the same, so a
/// pack can be moved from one family to another at any time.</summary>
public static class PackLayout
{
    /// <param name="mostArena">Bytes that the arena should take at most: where whole layers take more, they run in strips
    /// of rows as far as that helps. 0 gives the least arena.</param>
    public static ArenaPlan Apply(PackModel model, KernelFamily family, int mostArena = int.MaxValue)
    {
        // Operators on strips of one layer share its weights.
        foreach (IGrouping<PackTensor, PackOperator> layer in model.Operators.Where(node => node.HasWeights)
            .GroupBy(node => node.Input(1), ReferenceEqualityComparer.Instance as IEqualityComparer<PackTensor>))
            LayOut([.. layer], family);
        MatrixLayout.Apply(model, family);
        return RowStrips.Plan(model, mostArena);
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

    /// <summary>Scratch that an operator with weights takes in the layout that it has.</summary>
    public static int ScratchBytes(PackOperator node)
    {
        KernelFamily family = KernelFamilies.Of(node.Layout);
        int bits = node.Input(1).Type.Bits();
        (int rows, int depth) = RowsAndDepth(node);
        return node.Opcode switch
        {
            Opcode.FullyConnected => family.DenseScratchBytes(rows, depth, bits),
            Opcode.Conv2D => family.ConvScratchBytes(Geometry(node), bits),
            _ => family.DepthwiseScratchBytes(Geometry(node), bits),
        };
    }

    private static void LayOut(PackOperator[] layer, KernelFamily family)
    {
        PackOperator node = layer[0];
        if (layer.Any(other => !ReadsAlike(other, node)))
            throw new ModelException($"{node} shares its weights with an operator that reads them in another way; the " +
                "pack is damaged.");
        RowWeights rows = Decode(node);
        bool depthwise = node.Opcode == Opcode.DepthwiseConv2D;
        byte[]? blob = depthwise ? family.EncodeDepthwise(rows, Geometry(node)) : family.EncodeDense(rows);
        if (blob is null)
        {
            family = KernelFamilies.Of(WeightLayout.Rows);
            blob = family.EncodeDense(rows)!;
        }

        node.Input(1).Blob = blob;
        foreach (PackOperator each in layer)
        {
            each.Layout = family.Layout;
            each.ScratchBytes = ScratchBytes(each);
        }
    }

    /// <summary>Whether one layout of the weights serves both operators.</summary>
    private static bool ReadsAlike(PackOperator a, PackOperator b) => a.Opcode == b.Opcode && a.Layout == b.Layout &&
        a.Input(0).Dim(3) == b.Input(0).Dim(3) && a.Output.Dim(3) == b.Output.Dim(3) &&
        a.Output.ZeroPoint == b.Output.ZeroPoint;
}
