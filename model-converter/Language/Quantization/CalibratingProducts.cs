using McuAi.ModelConverter.Language.Batches;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>Real products that remember their inputs.</summary>
internal sealed class RecordingProducts : RealProducts
{
    public Dictionary<MatrixSlot, float[]> Inputs { get; } = [];

    public override float[] Multiply(MatrixSlot slot, float[] matrix, float[] x, int columns, int blocks = 1)
    {
        if (slot.Expert < 0)
            Inputs[slot] = x;
        return base.Multiply(slot, matrix, x, columns, blocks);
    }
}

/// <summary>Products that round each matrix when its first inputs come, those of the model that is rounded so far, and
/// multiply with what has come of it.</summary>
/// <param name="formats">Of a matrix.</param>
/// <param name="real">What the inputs are in the model that is not rounded, so that matrices make up for what is before
/// them.</param>
internal sealed class CalibratingProducts(Func<MatrixSlot, MatrixFormat> formats,
    IReadOnlyDictionary<MatrixSlot, float[]> real) : RealProducts
{
    private readonly Dictionary<MatrixSlot, float[]> _values = [];

    /// <summary>Of the last inputs: several matrices have the same.</summary>
    private float[]? _lastInputs;

    private InputStatistics[] _last = [];

    public Dictionary<MatrixSlot, QuantizedMatrix> Matrices { get; } = [];

    /// <summary>What the residual stream is short of [tokens, width]: matrices that write to it make up for that.</summary>
    public float[]? Drift { get; set; }

    public override bool IsPreparing => true;

    public override void Prepare(MatrixSlot slot, float[] matrix, float[] x, int columns)
    {
        if (!_values.ContainsKey(slot))
            Round(slot, matrix, x, columns, 1);
    }

    public override float[] Multiply(MatrixSlot slot, float[] matrix, float[] x, int columns, int blocks = 1)
    {
        if (!_values.TryGetValue(slot, out float[]? values))
            values = Round(slot, matrix, x, columns, blocks);
        return Product(values, x, columns, blocks);
    }

    private float[] Round(MatrixSlot slot, float[] matrix, float[] x, int columns, int blocks)
    {
        PlainRounding.CheckFinite(matrix);
        if (_lastInputs != x || _last.Length != blocks)
        {
            float[]? other = real.GetValueOrDefault(slot);
            _last = [.. Enumerable.Range(0, blocks).Select(block => new InputStatistics(x, columns, block, blocks,
                other?.Length == x.Length ? other : null))];
            _lastInputs = x;
        }

        bool writes = slot.Role is MatrixRole.Output or MatrixRole.Down && slot.Expert < 0;
        var corrected = new double[matrix.Length];
        int part = matrix.Length / blocks;
        for (int block = 0; block < blocks; block++)
            _last[block].Correct(matrix.AsSpan(block * part, part), writes ? Drift : null,
                corrected.AsSpan(block * part, part));
        QuantizedMatrix rounded = CompensatedRounding.Round(corrected, columns, formats(slot),
            [.. _last.Select(statistics => statistics.Hessian)]);
        Matrices[slot] = rounded;
        return _values[slot] = rounded.Dequantize();
    }
}
