using static McuAi.ModelConverter.Reference.Transformer.TransformerArithmetic;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>Products with matrices.</summary>
internal static class LinearReference
{
    /// <summary>x [T, blocks * K] times matrix [blocks * O, K], each block of rows its part of x; [T, blocks * O].</summary>
    public static int[] Multiply(MatrixRows matrix, ReadOnlySpan<int> x, int blocks, int left, int[]? addend)
    {
        int each = matrix.Rows / blocks, tokens = x.Length / (blocks * matrix.Columns);
        var y = new int[tokens * matrix.Rows];
        for (int part = 0; part < tokens * blocks; part++)
        {
            QuantizedVector levels = QuantizedVector.Of(x.Slice(part * matrix.Columns, matrix.Columns));
            for (int row = 0; row < each; row++)
                y[(part * each) + row] = matrix.Multiply((part % blocks * each) + row, levels, left);
        }

        if (addend is not null)
            for (int i = 0; i < y.Length; i++)
                y[i] = Saturate((long)y[i] + addend[i]);
        return y;
    }

    /// <summary>[T, columns]: the rows of these tokens.</summary>
    public static int[] Embed(MatrixRows matrix, int[] tokens)
    {
        var y = new int[tokens.Length * matrix.Columns];
        for (int i = 0; i < y.Length; i++)
        {
            int row = tokens[i / matrix.Columns];
            (int mantissa, int exponent) = matrix.Factor(row);
            y[i] = ShiftRound(HighRound(matrix.Weight(row, i % matrix.Columns) << 16, mantissa), exponent + 1);
        }

        return y;
    }
}
