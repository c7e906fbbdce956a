using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Language.Lowering;

/// <summary>Adds operators and tensors to a language model's pack.</summary>
internal sealed class ProgramBuilder(int rows)
{
    public PackModel Model { get; } = new();

    /// <summary>Tokens that the program takes at once.</summary>
    public int Rows { get; } = rows;

    /// <summary>An int32 tensor, [rows, width] or [width].</summary>
    public PackTensor Values(string name, int width, bool perRow) =>
        Add(new PackTensor(name, DataType.Int32, perRow ? [Rows, width] : [width], TensorPlace.Arena));

    public PackTensor State(string name, DataType type, int[] shape) => Add(new PackTensor(name, type, shape, TensorPlace.State));

    public PackTensor Constant(string name, DataType type, int[] shape, byte[] blob) =>
        Add(new PackTensor(name, type, shape, TensorPlace.Shard) { Blob = blob });

    public PackTensor Matrix(string name, QuantizedMatrix matrix) => Constant(name, matrix.Format.Bits switch
    {
        8 => DataType.Int8,
        4 => DataType.Int4,
        _ => DataType.Int2,
    }, [matrix.Rows, matrix.Columns], MatrixBlob.Write(matrix));

    public void Add(Opcode opcode, PackTensor?[] inputs, PackTensor output, params int[] parameters) =>
        Add(new PackOperator(opcode, inputs, [output], parameters), 0);

    public void Add(PackOperator node, int scratchBytes)
    {
        node.ScratchBytes = scratchBytes;
        Model.Operators.Add(node);
    }

    /// <summary>The normed rows of x, or of the parts of its rows that are as long as the gain.</summary>
    public PackTensor Norm(PackTensor x, float[] gain, double epsilon, string name)
    {
        PackTensor normed = Values(name, x.Dim(3), perRow: true);
        (byte[] gains, int exponent) = FixedNumbers.Gains(gain, name);
        PackTensor constant = Constant(name, DataType.Int16, [gain.Length], gains);
        Add(Opcode.RmsNorm, [x, constant], normed, [exponent, .. FixedNumbers.Factor(Math.Sqrt(gain.Length)),
            .. FixedNumbers.Factor(gain.Length * epsilon), x.Dim(3) / gain.Length]);
        return normed;
    }

    /// <summary>A new tensor with matrix times x, plus a bias.</summary>
    public PackTensor Linear(PackTensor x, QuantizedMatrix matrix, string name, float[]? bias = null, int blocks = 1)
    {
        PackTensor y = Values(name, matrix.Rows, perRow: true);
        PackTensor? addend = bias is null
            ? null
            : Constant($"{name} bias", DataType.Int32, [bias.Length], FixedNumbers.Values(bias, $"{name} bias"));
        Linear(x, Matrix(name, matrix), matrix, y, addend, blocks);
        return y;
    }

    /// <summary>y = addend + matrix times x.</summary>
    public void Linear(PackTensor x, PackTensor constant, QuantizedMatrix matrix, PackTensor y, PackTensor? addend = null,
        int blocks = 1) =>
        Add(new PackOperator(Opcode.Linear, [x, constant, addend], [y], [matrix.Format.Group, matrix.Left, blocks]),
            Aligned(2 * matrix.Columns));

    internal static int Aligned(int bytes) => PackFormat.Align(bytes, PackFormat.ConstantAlignment);

    private PackTensor Add(PackTensor tensor)
    {
        Model.Tensors.Add(tensor);
        return tensor;
    }
}
