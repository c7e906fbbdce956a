using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.ModelConverter.Layouts;

/// <summary>The plain layout that every CPU reads: a record of bias, multiplier and shift for each row, then the rows,
/// each packed from the least significant bits of its first byte on.</summary>
public sealed class RowsFamily : KernelFamily
{
    private const int RecordBytes = 12;

    public override WeightLayout Layout => WeightLayout.Rows;

    public override string Name => "portable";

    public override byte[] EncodeDense(RowWeights weights) => Encode(weights);

    public override byte[] EncodeDepthwise(RowWeights weights, ConvGeometry geometry) => Encode(weights);

    public override RowWeights DecodeDense(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint) => Decode(blob, rows, depth, type, outputZeroPoint);

    public override RowWeights DecodeDepthwise(ReadOnlySpan<byte> blob, int rows, int depth, DataType type,
        int outputZeroPoint) => Decode(blob, rows, depth, type, outputZeroPoint);

    public override int DenseScratchBytes(int rows, int depth, int bits) => 0;

    public override int ConvScratchBytes(ConvGeometry geometry, int bits) => geometry.Depth;

    public override int DepthwiseScratchBytes(ConvGeometry geometry, int bits) => 0;

    public override byte[] EncodeMatrix(QuantizedMatrix matrix) => MatrixBlob.Write(matrix);

    public override QuantizedMatrix DecodeMatrix(ReadOnlySpan<byte> blob, int rows, int columns, MatrixFormat format) =>
        MatrixBlob.Read(blob, rows, columns, format);

    private static int RowBytes(int depth, DataType type) => ((depth * type.Bits()) + 7) / 8;

    private static byte[] Encode(RowWeights weights)
    {
        int bits = weights.Type.Bits();
        int rowBytes = RowBytes(weights.Depth, weights.Type);
        byte[] blob = new byte[checked(weights.Rows * (RecordBytes + rowBytes))];
        for (int row = 0; row < weights.Rows; row++)
        {
            Span<byte> record = blob.AsSpan(RecordBytes * row);
            BinaryPrimitives.WriteInt32LittleEndian(record, weights.Bias[row]);
            BinaryPrimitives.WriteInt32LittleEndian(record[4..], weights.Multiplier[row]);
            BinaryPrimitives.WriteInt32LittleEndian(record[8..], weights.Shift[row]);
            Span<byte> packed = blob.AsSpan((RecordBytes * weights.Rows) + (rowBytes * row), rowBytes);
            ReadOnlySpan<sbyte> values = weights.Row(row);
            for (int k = 0; k < values.Length; k++)
                packed[k * bits / 8] |= (byte)((values[k] & ((1 << bits) - 1)) << (k * bits % 8));
        }

        return blob;
    }

    private static RowWeights Decode(ReadOnlySpan<byte> blob, int rows, int depth, DataType type, int outputZeroPoint)
    {
        int bits = type.Bits();
        int rowBytes = RowBytes(depth, type);
        if (blob.Length != (long)rows * (RecordBytes + rowBytes))
            throw new ModelException($"Weights of {rows} rows and depth {depth} have {blob.Length} bytes instead of " +
                $"{(long)rows * (RecordBytes + rowBytes)}; the pack is damaged.");
        var weights = new RowWeights(rows, depth, type, new sbyte[rows * depth], new int[rows], new int[rows],
            new int[rows], outputZeroPoint);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> record = blob[(RecordBytes * row)..];
            weights.Bias[row] = BinaryPrimitives.ReadInt32LittleEndian(record);
            weights.Multiplier[row] = BinaryPrimitives.ReadInt32LittleEndian(record[4..]);
            weights.Shift[row] = BinaryPrimitives.ReadInt32LittleEndian(record[8..]);
            ReadOnlySpan<byte> packed = blob.Slice((RecordBytes * rows) + (rowBytes * row), rowBytes);
            for (int k = 0; k < depth; k++)
                weights.Values[(row * depth) + k] =
                    (sbyte)((packed[k * bits / 8] >> (k * bits % 8)) << (32 - bits) >> (32 - bits));
        }

        return weights;
    }
}
