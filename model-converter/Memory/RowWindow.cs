using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Memory;

/// <summary>Which rows of an input the rows of an operator's output need: row y needs those from <c>y * Stride - Pad</c>
/// on, <paramref name="Extent"/> of them; rows outside the image are padding.</summary>
internal readonly record struct RowWindow(int Stride, int Pad, int Extent)
{
    private static readonly RowWindow Same = new(1, 0, 1);

    /// <summary>The first row that output rows from <paramref name="row"/> on need; negative in the padding.</summary>
    public int Start(int row) => (row * Stride) - Pad;

    /// <summary>The row behind the last one that the output rows before <paramref name="end"/> need.</summary>
    public int End(int end) => Start(end - 1) + Extent;

    /// <summary>The windows of each input of an operator that computes rows from rows, null for an input of which every
    /// row needs all; null for any other operator.</summary>
    public static RowWindow?[]? Of(PackOperator node)
    {
        PackTensor y = node.Outputs[0];
        if (node.Outputs.Length != 1 || !IsImage(y))
            return null;
        int[] p = node.Parameters;
        switch (node.Opcode)
        {
            case Opcode.Conv2D or Opcode.DepthwiseConv2D when IsImage(node.Input(0)):
                RowWindow window = new(p[0], p[4], ((node.Input(1).Dim(1) - 1) * p[2]) + 1);
                return window.FitsIn(node.Input(0), y) ? [window, null] : null;
            case Opcode.AveragePool2D or Opcode.MaxPool2D when IsImage(node.Input(0)):
                window = new(p[2], p[4], p[0]);
                return window.FitsIn(node.Input(0), y) ? [window] : null;
            case Opcode.Table or Opcode.Requantize when SameImage(node.Input(0), y):
                return [Same, .. Enumerable.Repeat<RowWindow?>(null, node.Inputs.Length - 1)];
            case Opcode.Add or Opcode.Mul or Opcode.Minimum or Opcode.Maximum
                when node.Inputs.All(x => x!.Dim(1) == 1 || SameRows(x, y)):
                return [.. node.Inputs.Select(x => x!.Dim(1) == 1 ? null : (RowWindow?)Same)];
            case Opcode.Concatenation when p[0] >= 2 && node.Inputs.All(x => SameRows(x!, y)):
                return [.. node.Inputs.Select(_ => (RowWindow?)Same)];
            default:
                return null;
        }
    }

    /// <summary>Whether every window lies on the image at least in part, as the core demands.</summary>
    private bool FitsIn(PackTensor x, PackTensor y) =>
        Pad < Extent && ((y.Dim(1) - 1L) * Stride) - Pad < x.Dim(1);

    private static bool IsImage(PackTensor tensor) =>
        tensor.Place == TensorPlace.Arena && tensor.Dim(0) == 1 && tensor.Type.Bits() >= 8;

    private static bool SameRows(PackTensor x, PackTensor y) => IsImage(x) && x.Dim(1) == y.Dim(1);

    private static bool SameImage(PackTensor x, PackTensor y) =>
        SameRows(x, y) && x.Dim(2) == y.Dim(2) && x.Dim(3) == y.Dim(3);
}
