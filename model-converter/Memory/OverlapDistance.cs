using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Memory;

/// <summary>How far an operator's output may overlap its input, from the order of access that the core's kernels keep
/// (firmware/core/kernels/kernels.h): output pixels in raster order, each written after all that it needs of the input
/// was read. Known in the literature as diagonal memory optimisation.</summary>
public static class OverlapDistance
{
    /// <summary>The least <c>input offset - output offset</c> in bytes at which overlapping is safe, with the modulus
    /// that the difference has to be a multiple of; null where the two must not overlap.</summary>
    public static (int Distance, int Modulus)? Of(PackOperator node, int input)
    {
        PackTensor x = node.Input(input);
        PackTensor y = node.Output;
        if (IsElementwise(node.Opcode))
            return x.Elements == y.Elements && x.Type.Bits() == y.Type.Bits() ? (0, 1) : null;
        if (x.Type != y.Type || x.Dim(0) != 1)
            return null;
        switch (node.Opcode)
        {
            case Opcode.Conv2D when input == 0:
                return (Windows(node, x, y), 1);
            case Opcode.DepthwiseConv2D when input == 0 && x.Dim(3) == y.Dim(3):
                // Kernels may go channel by channel over the whole image: equal channel counts and a distance that is a
                // multiple of them give every channel addresses of its own.
                return (Windows(node, x, y), x.Dim(3));
            case Opcode.AveragePool2D or Opcode.MaxPool2D when input == 0:
                return (PoolWindows(node, x, y), x.Dim(3));
            case Opcode.Slice when node.Parameters[4..].All(stride => stride > 0):
                // Element i of the output is element i or a later one of the input, in increasing order.
                return (0, 1);
            default:
                return null;
        }
    }

    /// <summary>Each element of the output is written after the element of the input at its place was read for the last
    /// time; softmax reads a row several times, but in its last pass it goes element by element too.</summary>
    private static bool IsElementwise(Opcode opcode) => opcode is Opcode.Add or Opcode.Mul or Opcode.Minimum
        or Opcode.Maximum or Opcode.Table or Opcode.Requantize or Opcode.Softmax or Opcode.Copy;

    private static int Windows(PackOperator node, PackTensor x, PackTensor y)
    {
        int[] p = node.Parameters;
        return Windows(x, y, p[0], p[1], p[2], p[3], p[4], p[5]);
    }

    private static int PoolWindows(PackOperator node, PackTensor x, PackTensor y)
    {
        int[] p = node.Parameters;
        return Windows(x, y, p[2], p[3], 1, 1, p[4], p[5]);
    }

    /// <summary>The greatest excess of "end of output pixel p" over "first byte of the input that pixels after p
    /// need".</summary>
    private static int Windows(PackTensor x, PackTensor y, int strideH, int strideW, int dilationH, int dilationW,
        int padTop, int padLeft)
    {
        int inW = x.Dim(2), inC = x.Dim(3), outW = y.Dim(2), outC = y.Dim(3);
        int pixels = y.Dim(1) * outW;
        int needed = x.Bytes; // after the last pixel nothing is needed
        int distance = int.MinValue;
        for (int pixel = pixels - 1; pixel >= 0; pixel--)
        {
            int first = ((FirstTap((pixel / outW * strideH) - padTop, dilationH) * inW) +
                FirstTap((pixel % outW * strideW) - padLeft, dilationW)) * inC;
            distance = Math.Max(distance, ((pixel + 1) * outC) - needed);
            needed = Math.Min(needed, first);
        }

        return distance;
    }

    /// <summary>The first position inside the image of a window that starts at <paramref name="start"/>.</summary>
    private static int FirstTap(int start, int dilation) =>
        start >= 0 ? start : start + ((-start + dilation - 1) / dilation * dilation);
}
