using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Pack;

/// <summary>Whether an operator has the tensors and parameters that docs/pack-format.md gives it. The core checks much
/// more before it runs one; this is what the converter's own code relies on.</summary>
internal static class ProgramCheck
{
    /// <summary>Windows and strides up to this size keep positions in 32 bits, here as in the core.</summary>
    private const int MostExtent = 4096;

    /// <exception cref="ModelException">Something is missing or out of range.</exception>
    public static void Require(PackOperator node, int number)
    {
        (int inputs, int parameters) = Shape(node.Opcode);
        bool counts = node.Opcode == Opcode.Concatenation
            ? node.Inputs.Length > 0
            : node.Inputs.Length == inputs;
        if (!counts || node.Outputs.Length != 1 || !(node.Parameters.Length == parameters || IsPartOfRows(node)) ||
            node.Outputs[0].Place == TensorPlace.Shard)
            throw Damaged(number, node, "has other tensors or parameters than its kind");
        if (node.Inputs.Where((input, i) => input is null && !IsOptional(node.Opcode, i)).Any())
            throw Damaged(number, node, "lacks an input");
        if (node.HasWeights && (node.Input(0).Blob is not null || node.Input(1).Blob is null ||
            node.Input(1).Type is not (DataType.Int8 or DataType.Int4 or DataType.Int2)))
            throw Damaged(number, node, "does not multiply an activation by weights");
        int[] windows = node.Opcode switch
        {
            Opcode.Conv2D or Opcode.DepthwiseConv2D or Opcode.TransposeConv or Opcode.AveragePool2D or Opcode.MaxPool2D =>
                node.Parameters[..6],
            _ => [],
        };
        for (int i = 0; i < windows.Length; i++)
            if (windows[i] < (i < 4 ? 1 : 0) || (i < 4 && windows[i] > MostExtent) || windows[i] > MostExtent * MostExtent)
                throw Damaged(number, node, $"has {windows[i]} for parameter {i}");
    }

    /// <summary>A linear's addend, attention's values with their cache, biases and addend of experts.</summary>
    private static bool IsOptional(Opcode opcode, int input) => opcode switch
    {
        Opcode.Linear => input == 2,
        Opcode.Attention => input is 1 or 3 or 4 or 7,
        Opcode.Experts => input >= 2,
        _ => false,
    };

    /// <summary>A swiglu whose second input is wider says where it begins there.</summary>
    private static bool IsPartOfRows(PackOperator node) => node.Opcode == Opcode.SwiGlu && node.Parameters.Length == 1 &&
        node.Parameters[0] >= 0 && node.Inputs.Length == 2 && node.Inputs[1] is { } up &&
        up.Dim(3) - node.Outputs[0].Dim(3) >= node.Parameters[0];

    /// <summary>Inputs and parameters of each kind.</summary>
    private static (int Inputs, int Parameters) Shape(Opcode opcode) => opcode switch
    {
        Opcode.Conv2D or Opcode.DepthwiseConv2D or Opcode.TransposeConv => (2, 8),
        Opcode.FullyConnected => (2, 2),
        Opcode.AveragePool2D or Opcode.MaxPool2D => (1, 9),
        Opcode.Add => (2, 13),
        Opcode.Mul => (2, 7),
        Opcode.Concatenation => (0, 1),
        Opcode.Slice => (1, 8),
        Opcode.Pad => (1, 5),
        Opcode.Transpose => (1, 4),
        Opcode.Copy => (1, 0),
        Opcode.Mean or Opcode.Softmax => (1, 3),
        Opcode.Table => (2, 0),
        Opcode.Requantize => (1, 4),
        Opcode.Svdf => (5, 3),
        Opcode.ResizeNearest => (3, 0),
        Opcode.BatchMatMul => (2, 7),
        Opcode.Minimum or Opcode.Maximum => (2, 0),
        Opcode.Lstm => (5, 9),
        Opcode.Embedding => (2, 1),
        Opcode.Linear => (3, 3),
        Opcode.RmsNorm => (2, 6),
        Opcode.Angles => (2, 0),
        Opcode.Rotary => (2, 1),
        Opcode.SwiGlu => (2, 0),
        Opcode.Attention => (9, 6),
        Opcode.Experts => (4, 12),
        Opcode.EmbeddingPieces => (1, 3),
        _ => throw new ModelException($"The pack uses operator {(int)opcode}, which this tool does not know; update it."),
    };

    private static ModelException Damaged(int number, PackOperator node, string what) =>
        new($"The pack is damaged: its operator {number} ({node}) {what}. Convert the model again.");
}
