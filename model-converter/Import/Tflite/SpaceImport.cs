using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Operators that exchange rows and columns for channels or for images of a batch. Each axis takes a reshape, a
/// transpose of four axes and a reshape.</summary>
internal static class SpaceImport
{
    private const int Height = 1, Width = 2;

    /// <summary>[N,H,W,b*b*C] → [N,H*b,W*b,C]; a pixel's channels are the rows of its block.</summary>
    public static void DepthToSpace(OperatorImport op)
    {
        (Tensor x, Tensor y, int block) = Blocks(op);
        int[] s = x.Shape;
        CheckBlocks(op, s, y, block, "output");
        Rearrange(op, x, [s[0] * s[1], s[2], block, s[3] / block], [0, 2, 1, 3], y);
    }

    /// <summary>[N,H*b,W*b,C] → [N,H,W,b*b*C]</summary>
    public static void SpaceToDepth(OperatorImport op)
    {
        (Tensor x, Tensor y, int block) = Blocks(op);
        int[] s = y.Shape;
        CheckBlocks(op, s, x, block, "input");
        Rearrange(op, x, [s[0] * s[1], block, s[2], s[3] / block], [0, 2, 1, 3], y);
    }

    /// <summary>Pads, then takes every b-th row and column into an image of its own: the batch is [bh,bw,N].</summary>
    public static void SpaceToBatch(OperatorImport op)
    {
        op.CheckCounts(3, 3);
        (Tensor x, Tensor y) = Images(op);
        (int[] block, int[] edges) = Geometry(op, x);
        int[] before = [0, edges[0], edges[2], 0], after = [0, edges[1], edges[3], 0];
        int[] shape = Image(x);
        int[] padded = [.. shape.Select((size, i) => size + before[i] + after[i])];
        if (padded[1] % block[0] != 0 || padded[2] % block[1] != 0
            || padded.Aggregate(1L, (product, size) => Math.Min(product * size, 1L << 32)) > TfliteTensors.ElementLimit)
        {
            throw op.Error($"cuts an image of {padded[1]} x {padded[2]} into blocks of {block[0]} x {block[1]}.");
        }

        Tensor image = Shaped(op, x, shape);
        if (!padded.AsSpan().SequenceEqual(shape))
        {
            Tensor wide = op.Intermediate(x, "padded", padded);
            op.Emit(OperatorKind.Pad, image, wide, new PadAttributes(before, after, 0));
            image = wide;
        }

        image = ToBatch(op, image, Width, block[1]);
        image = ToBatch(op, image, Height, block[0]);
        Finish(op, image, y);
    }

    /// <summary>Puts the images of the blocks together, and crops.</summary>
    public static void BatchToSpace(OperatorImport op)
    {
        op.CheckCounts(3, 3);
        (Tensor x, Tensor y) = Images(op);
        (int[] block, int[] edges) = Geometry(op, x);
        int[] shape = Image(x);
        if (shape[0] % (block[0] * block[1]) != 0)
        {
            throw op.Error($"makes blocks of {block[0]} x {block[1]} from a batch of {shape[0]}.");
        }

        Tensor image = FromBatch(op, Shaped(op, x, shape), Height, block[0]);
        image = FromBatch(op, image, Width, block[1]);
        int[] cropped = Image(y);
        int[] whole = image.Shape;
        op.CheckShape(y, Ranked(y, [whole[0], whole[1] - edges[0] - edges[1], whole[2] - edges[2] - edges[3], whole[3]]),
            "output");
        if (!cropped.AsSpan().SequenceEqual(whole))
        {
            Tensor part = op.Intermediate(y, "cropped", cropped);
            op.Emit(OperatorKind.Slice, image, part, new SliceAttributes([0, edges[0], edges[2], 0], [1, 1, 1, 1]));
            image = part;
        }

        Finish(op, image, y);
    }

    private static (Tensor X, Tensor Y, int Block) Blocks(OperatorImport op)
    {
        op.CheckCounts(1, 1);
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        op.CheckRank(x, 4, "input");
        op.CheckRank(y, 4, "output");
        op.CheckType(y, x.Type, "output");
        int block = op.Positive(op.Options.Int32(0), "block size");
        return block <= 1 << 10 ? (x, y, block) : throw op.Error($"has a block size of {block}.");
    }

    private static void CheckBlocks(OperatorImport op, int[] deep, Tensor wide, int block, string what)
    {
        if (deep[3] % (block * block) != 0)
        {
            throw op.Error($"has blocks of {block} x {block} pixels, and {deep[3]} channels to hold them.");
        }

        int height = (int)Math.Min((long)deep[1] * block, int.MaxValue);
        int width = (int)Math.Min((long)deep[2] * block, int.MaxValue);
        op.CheckShape(wide, [deep[0], height, width, deep[3] / (block * block)], what);
    }

    private static (Tensor X, Tensor Y) Images(OperatorImport op)
    {
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        op.CheckType(y, x.Type, "output");
        if (x.IsConstant || x.Rank is not (3 or 4) || y.Rank != x.Rank)
        {
            throw op.Error($"takes images or signals that are computed, which {x.Name} is not.");
        }

        return (x, y);
    }

    /// <summary>Block height and width, and what is added or cut at the top, bottom, left and right.</summary>
    private static (int[] Block, int[] Edges) Geometry(OperatorImport op, Tensor x)
    {
        int spatial = x.Rank - 2;
        long[] block = op.Integers(1, "block shape", spatial);
        long[] edges = op.Integers(2, "paddings or crops", 2 * spatial);
        if (block.Length != spatial || edges.Length != 2 * spatial
            || Array.Exists(block, size => size is < 1 or > 1 << 10)
            || Array.Exists(edges, size => size is < 0 or > 1 << 20))
        {
            throw op.Error($"has blocks [{string.Join(", ", block)}] and edges [{string.Join(", ", edges)}] for "
                + $"{spatial} axes.");
        }

        int[] sizes = Array.ConvertAll(block, size => (int)size);
        int[] ends = Array.ConvertAll(edges, size => (int)size);
        return spatial == 2 ? (sizes, ends) : ([sizes[0], 1], [ends[0], ends[1], 0, 0]);
    }

    /// <summary>A signal [N,H,C] as an image [N,H,1,C].</summary>
    private static int[] Image(Tensor tensor) => tensor.Rank == 4
        ? tensor.Shape
        : [tensor.Shape[0], tensor.Shape[1], 1, tensor.Shape[2]];

    private static int[] Ranked(Tensor like, int[] image) => like.Rank == 4 ? image : [image[0], image[1], image[3]];

    /// <summary>[N,..,L,..] → [b*N,..,L/b,..] along one axis.</summary>
    private static Tensor ToBatch(OperatorImport op, Tensor x, int axis, int block)
    {
        if (block == 1)
        {
            return x;
        }

        int[] s = x.Shape;
        int outer = axis == Width ? s[0] * s[1] : s[0], inner = axis == Width ? s[3] : s[2] * s[3];
        int[] result = [.. s];
        (result[0], result[axis]) = (s[0] * block, s[axis] / block);
        Tensor y = op.Intermediate(x, $"blocks{axis}", result);
        Rearrange(op, x, [outer, s[axis] / block, block, inner], [2, 0, 1, 3], y);
        return y;
    }

    private static Tensor FromBatch(OperatorImport op, Tensor x, int axis, int block)
    {
        if (block == 1)
        {
            return x;
        }

        int[] s = x.Shape;
        int batch = s[0] / block;
        int outer = axis == Width ? batch * s[1] : batch, inner = axis == Width ? s[3] : s[2] * s[3];
        int[] result = [.. s];
        (result[0], result[axis]) = (batch, s[axis] * block);
        Tensor y = op.Intermediate(x, $"joined{axis}", result);
        Rearrange(op, x, [block, outer, s[axis], inner], [1, 2, 0, 3], y);
        return y;
    }

    private static void Rearrange(OperatorImport op, Tensor x, int[] shape, int[] permutation, Tensor y)
    {
        Tensor from = Shaped(op, x, shape);
        Tensor turned = op.Intermediate(y, "turned", Array.ConvertAll(permutation, axis => shape[axis]));
        op.Emit(OperatorKind.Transpose, from, turned, new TransposeAttributes(permutation));
        op.Emit(OperatorKind.Reshape, turned, y, OperatorAttributes.None);
    }

    private static Tensor Shaped(OperatorImport op, Tensor x, int[] shape)
    {
        if (shape.AsSpan().SequenceEqual(x.Shape))
        {
            return x;
        }

        Tensor shaped = op.Intermediate(x, "shaped", shape);
        op.Emit(OperatorKind.Reshape, x, shaped, OperatorAttributes.None);
        return shaped;
    }

    private static void Finish(OperatorImport op, Tensor image, Tensor y)
    {
        op.CheckShape(y, Ranked(y, image.Shape), "output");
        op.Emit(OperatorKind.Reshape, image, y, OperatorAttributes.None);
    }
}
