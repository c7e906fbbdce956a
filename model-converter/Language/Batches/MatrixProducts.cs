using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Batches;

/// <summary>The products of a layer's matrices; what is made of them is up to whoever calibrates.</summary>
internal abstract class MatrixProducts
{
    /// <summary>[tokens, blocks * outputs].</summary>
    /// <param name="matrix">[blocks * outputs, columns]</param>
    /// <param name="x">[tokens, blocks * columns]: each block of rows reads its own part.</param>
    public abstract float[] Multiply(MatrixSlot slot, float[] matrix, float[] x, int columns, int blocks = 1);

    /// <summary>Whether <see cref="Prepare"/> does anything.</summary>
    public virtual bool IsPreparing => false;

    /// <summary>Is shown a sample of inputs of a matrix that has too few of its own.</summary>
    public virtual void Prepare(MatrixSlot slot, float[] matrix, float[] x, int columns) { }
}

/// <summary>Products in real numbers. Matrices are kept as the kernel needs them: for a layer, or a model.</summary>
internal class RealProducts : MatrixProducts
{
    private readonly Dictionary<float[], float[]> _transposed = new(ReferenceEqualityComparer.Instance);

    /// <summary>The layer that products are now of, as <see cref="QuantizationPlan"/> counts them.</summary>
    public int Layer { get; set; }

    public override float[] Multiply(MatrixSlot slot, float[] matrix, float[] x, int columns, int blocks = 1) =>
        Product(Values(slot, matrix, columns), x, columns, blocks);

    /// <summary>What is multiplied with instead of a matrix.</summary>
    public virtual float[] Values(MatrixSlot slot, float[] matrix, int columns) => matrix;

    /// <summary>Lets go of a matrix.</summary>
    protected void Forget(float[] matrix) => _transposed.Remove(matrix);

    protected float[] Product(float[] matrix, float[] x, int columns, int blocks)
    {
        int rows = matrix.Length / columns / blocks, tokens = x.Length / columns / blocks, pitch = blocks * columns;
        if (!_transposed.TryGetValue(matrix, out float[]? transposed))
            _transposed.Add(matrix, transposed = HeadTranspose.Of(matrix, blocks, rows, columns));
        var product = new float[tokens * blocks * rows];
        if (blocks == 1)
        {
            Products.Rows(x, new Pitch(0, columns), new Pitch(0, 1), tokens, columns, transposed, product, rows, false);
            return product;
        }

        var part = new float[tokens * rows];
        for (int block = 0; block < blocks; block++)
        {
            int own = block;
            Chunks.For(tokens, MatrixKernel.RowBlock, (long)columns * rows, (first, last) => MatrixKernel.Multiply(x,
                new Pitch(own * columns, pitch), new Pitch(0, 1), first, last, ..columns, transposed, own * columns * rows,
                part, 0, rows, false));
            for (int token = 0; token < tokens; token++)
                part.AsSpan(token * rows, rows).CopyTo(product.AsSpan(((token * blocks) + block) * rows));
        }

        return product;
    }
}
