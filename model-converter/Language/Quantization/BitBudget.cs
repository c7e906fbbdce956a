using System.Collections.Immutable;
using System.Numerics.Tensors;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Batches;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>Spends a budget of bits per weight, all that is stored of matrices included, where it helps most: each matrix is
/// rounded by itself in every format it could have, and what that does to the model's predictions is measured.</summary>
public sealed class BitBudget
{
    /// <summary>Tokens that predictions are compared on.</summary>
    private const int MostTokens = 4096;

    private readonly RoundedProducts _products = new();
    private readonly BatchTransformer _model;
    private readonly int[][] _sequences;
    private readonly float[] _expected;

    private BitBudget(ITransformerSource source, IReadOnlyList<int[]> sequences)
    {
        Perplexity.Check(sequences, source.Shape);
        _model = new BatchTransformer(source, _products);
        int tokens = 0;
        _sequences = [.. sequences.Where(sequence => sequence.Length > 1)
            .TakeWhile(sequence => (tokens += sequence.Length) <= MostTokens || tokens == sequence.Length)];
        _expected = Perplexity.Logits(_model, _sequences);
    }

    /// <summary>A plan for weights that are mostly of these bits, of at most <paramref name="bitsPerWeight"/> on average
    /// (routers do not count).</summary>
    /// <param name="sequences">Of which the first 4096 tokens are used; the model goes over them once for each matrix and
    /// format.</param>
    /// <exception cref="ModelException">The budget is too small for any plan.</exception>
    public static QuantizationPlan Choose(ITransformerSource source, int bits, double bitsPerWeight,
        IReadOnlyList<int[]> sequences, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sequences);
        List<BudgetedMatrices> matrices = BudgetedMatrices.Of(source.Shape, bits);
        long budget = Bytes(matrices, bits, bitsPerWeight);
        var measured = new BitBudget(source, sequences);
        for (int i = 0; i < matrices.Count; i++)
        {
            progress?.Report((double)i / matrices.Count);
            foreach (MatrixFormat format in matrices[i].Formats)
                matrices[i].Losses.Add(measured.Loss(matrices[i].Key, format));
        }

        Spend(matrices, budget);
        return QuantizationPlan.Of(new MatrixFormat(bits, 0)) with
        {
            Raised = matrices.ToImmutableDictionary(each => each.Key, each => each.Formats[each.Chosen]),
        };
    }

    /// <summary>Bytes that a budget has for matrices beyond what they take in the smallest format of these bits, all of one factor a
    /// row.</summary>
    /// <exception cref="ModelException">The budget is too small for any plan.</exception>
    public static long Beyond(TransformerShape shape, int bits, double bitsPerWeight)
    {
        ArgumentNullException.ThrowIfNull(shape);
        List<BudgetedMatrices> matrices = BudgetedMatrices.Of(shape, bits);
        return Bytes(matrices, bits, bitsPerWeight) - matrices.Sum(each => each.Bytes);
    }

    private static long Bytes(List<BudgetedMatrices> matrices, int bits, double bitsPerWeight)
    {
        (double weights, long least) = (matrices.Sum(each => each.Weights), matrices.Sum(each => each.Bytes));
        double budget = weights * bitsPerWeight / 8;
        return budget >= least && double.IsFinite(budget) ? (long)budget : throw new ModelException($"{bitsPerWeight} bits a weight " +
            $"are too few: with weights of {bits} bits this model takes at least {Math.Ceiling(800 * least / weights) / 100:F2}; ask " +
            "for that, or for smaller weights.");
    }

    /// <summary>Takes the step that gains most for its bytes, as long as one fits.</summary>
    private static void Spend(List<BudgetedMatrices> matrices, long budget)
    {
        while (true)
        {
            long left = budget - matrices.Sum(each => each.Bytes);
            BudgetedMatrices best = matrices.MaxBy(each => each.Next(left)?.Worth ?? 0)!;
            if (best.Next(left) is not { } step)
                return;
            best.Chosen = step.Format;
        }
    }

    /// <summary>The mean divergence (Kullback and Leibler) of predictions with a matrix rounded from those without.</summary>
    private double Loss((int Layer, MatrixSlot Slot) key, MatrixFormat format)
    {
        _products.Round(key, format);
        float[] logits = Perplexity.Logits(_model, _sequences);
        int vocabulary = _model.Shape.Vocabulary;
        double sum = 0;
        var (expected, ratio) = (new float[vocabulary], new float[vocabulary]);
        for (int at = 0; at < logits.Length; at += vocabulary)
        {
            TensorPrimitives.Subtract(_expected.AsSpan(at, vocabulary), logits.AsSpan(at, vocabulary), ratio);
            TensorPrimitives.SoftMax(_expected.AsSpan(at, vocabulary), expected);
            // The sum of p (a - b) and the logarithm of the sum of p exp(b - a), a and b being logits.
            double mean = TensorPrimitives.Dot<float>(expected, ratio);
            TensorPrimitives.Negate<float>(ratio, ratio);
            TensorPrimitives.Exp<float>(ratio, ratio);
            sum += mean + Math.Log(TensorPrimitives.Dot<float>(expected, ratio));
        }

        return sum / (logits.Length / vocabulary);
    }

    /// <summary>Real products but for one matrix, or one layer's experts.</summary>
    private sealed class RoundedProducts : RealProducts
    {
        private readonly Dictionary<float[], float[]> _rounded = new(ReferenceEqualityComparer.Instance);
        private (int Layer, MatrixSlot Slot)? _key;
        private MatrixFormat _format;

        public void Round((int Layer, MatrixSlot Slot) key, MatrixFormat format)
        {
            foreach (float[] rounded in _rounded.Values)
                Forget(rounded);
            _rounded.Clear();
            (_key, _format) = (key, format);
        }

        public override float[] Values(MatrixSlot slot, float[] matrix, int columns)
        {
            if (_key != (Layer, QuantizationPlan.Representative(slot)))
                return matrix;
            if (!_rounded.TryGetValue(matrix, out float[]? rounded))
                _rounded.Add(matrix, rounded = PlainRounding.Round(matrix, columns, _format).Dequantize());
            return rounded;
        }
    }
}
