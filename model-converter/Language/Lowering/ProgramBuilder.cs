using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Language.Lowering;

/// <summary>A matrix that multiplies the same x as others, and its bias.</summary>
internal sealed record LinearPart(QuantizedMatrix Matrix, string Name, float[]? Bias = null);

/// <summary>Adds operators and tensors to a language model's pack.</summary>
internal sealed class ProgramBuilder(int rows)
{
    /// <summary>Of an embedding's: each takes 92 bytes of the manifest and 12 of a cache.</summary>
    private const int MostPieces = 1024;

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

    /// <summary>A matrix in pieces of whole rows, each small enough for a shard.</summary>
    public PackTensor[] Pieces(string name, QuantizedMatrix matrix, bool mayCut)
    {
        const int Multiple = 16; // whole blocks of rows of every layout
        int each = (int)(PackFormat.ShardTarget / ((double)matrix.Bytes / matrix.Rows)) / Multiple * Multiple;
        return !mayCut || matrix.Bytes <= PackFormat.ShardTarget || each == 0
            ? [Matrix(name, matrix)]
            : Cut(name, matrix, each);
    }

    /// <summary>A matrix of which a token reads one row, in pieces of few rows: as many bytes as a shard takes in the file anyway,
    /// in any layout, as long as there are not too many of them.</summary>
    public PackTensor[] SmallPieces(string name, QuantizedMatrix matrix)
    {
        const int Multiple = 4; // whole blocks of rows of layouts that embeddings have
        const double Share = 15.0 / 16; // in the layout rows: others take up to 6 % more
        long bytes = Math.Max(1, matrix.Bytes / MostPieces / PackFormat.ShardAlignment) * PackFormat.ShardAlignment;
        int rows = (int)(Share * bytes / ((double)matrix.Bytes / matrix.Rows));
        return Cut(name, matrix, Math.Max(rows / Multiple * Multiple, Multiple));
    }

    private PackTensor[] Cut(string name, QuantizedMatrix matrix, int each) =>
        [.. Enumerable.Range(0, matrix.Rows).Chunk(each).Select(rows => Matrix(name, matrix.Select(rows)))];

    /// <summary>The rows of tokens.</summary>
    public void Embed(PackTensor tokens, PackTensor[] pieces, PackTensor y, int group)
    {
        if (pieces.Length == 1)
            Add(Opcode.Embedding, [tokens, pieces[0]], y, group);
        else
            Add(new PackOperator(Opcode.EmbeddingPieces, [tokens], [y], [group, pieces.Length, 0]) { OnDemand = pieces }, 0);
    }

    /// <summary>A new tensor with matrix times x, plus a bias.</summary>
    public PackTensor Linear(PackTensor x, QuantizedMatrix matrix, string name, float[]? bias = null, int blocks = 1) =>
        Linear(x, matrix, name, bias, matrix.Left, blocks);

    /// <summary>Products of matrices with one x. Where one token comes at a time, matrices of one format are one operator, and
    /// its results are views; else they are at least shifted alike, so that both ways give the same numbers.</summary>
    public PackTensor[] Linears(PackTensor x, params LinearPart[] parts)
    {
        bool alike = parts.All(part => part.Matrix.Format == parts[0].Matrix.Format);
        int left = parts.Min(part => part.Matrix.Left);
        if (!alike || Rows > 1)
            return [.. parts.Select(part => Linear(x, part.Matrix, part.Name, part.Bias, alike ? left : part.Matrix.Left, 1))];
        float[]? bias = parts.All(part => part.Bias is null)
            ? null
            : [.. parts.SelectMany(part => part.Bias ?? new float[part.Matrix.Rows])];
        string name = string.Join(", ", parts.Select(part => part.Name));
        PackTensor whole = Linear(x, QuantizedMatrix.Stack([.. parts.Select(part => part.Matrix)]), name, bias, left, 1);
        var views = new PackTensor[parts.Length];
        for (int i = 0, first = 0; i < parts.Length; first += parts[i++].Matrix.Rows)
            views[i] = View(whole, parts[i].Name, first, parts[i].Matrix.Rows);
        return views;
    }

    /// <summary>Neighbouring views of one tensor as one, or null if they are not.</summary>
    public PackTensor? Joined(PackTensor first, PackTensor second) =>
        first.ViewOf is not null && first.ViewOf == second.ViewOf && first.ViewOffset + first.Bytes == second.ViewOffset
            ? View(first.ViewOf, $"{first.Name}, {second.Name}", first.ViewOffset / sizeof(int), first.Dim(3) + second.Dim(3))
            : null;

    /// <summary>y = addend + matrix times x. Of a matrix in pieces, the addend is y or null, and there is one block.</summary>
    public void Linear(PackTensor x, PackTensor[] pieces, QuantizedMatrix matrix, PackTensor y, PackTensor? addend = null,
        int blocks = 1) => Linear(x, pieces, matrix, y, addend, matrix.Left, blocks);

    private PackTensor Linear(PackTensor x, QuantizedMatrix matrix, string name, float[]? bias, int left, int blocks)
    {
        PackTensor y = Values(name, matrix.Rows, perRow: true);
        PackTensor? addend = bias is null
            ? null
            : Constant($"{name} bias", DataType.Int32, [bias.Length], FixedNumbers.Values(bias, $"{name} bias"));
        Linear(x, Pieces(name, matrix, mayCut: Rows == 1 && blocks == 1 && bias is null), matrix, y, addend, left, blocks);
        return y;
    }

    private void Linear(PackTensor x, PackTensor[] pieces, QuantizedMatrix matrix, PackTensor y, PackTensor? addend, int left, int blocks)
    {
        int first = 0;
        foreach (PackTensor piece in pieces)
        {
            PackTensor part = pieces.Length == 1 ? y : View(y, y.Name, first, piece.Dim(2));
            Add(new PackOperator(Opcode.Linear, [x, piece, addend == y ? part : addend], [part], [matrix.Format.Group, left, blocks]),
                Aligned(2 * matrix.Columns));
            first += piece.Dim(2);
        }
    }

    /// <summary>Part of a row of int32.</summary>
    private PackTensor View(PackTensor whole, string name, int first, int width) =>
        Add(new PackTensor(name, DataType.Int32, [1, width], TensorPlace.Arena)
        {
            ViewOf = whole, ViewOffset = first * sizeof(int),
        });

    internal static int Aligned(int bytes) => PackFormat.Align(bytes, PackFormat.ConstantAlignment);

    private PackTensor Add(PackTensor tensor)
    {
        Model.Tensors.Add(tensor);
        return tensor;
    }
}
