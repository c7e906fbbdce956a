using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Training;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Rounded weights as packs hold them: real = code * multiplier * mantissa * 2^(exponent - 31).</summary>
/// <param name="Codes">[rows, columns]; of 2 bits the odd numbers from -3 to 3.</param>
/// <param name="Multipliers">[rows, groups]; empty without groups.</param>
/// <param name="Mantissas">[rows], 0 or in [2^30, 2^31).</param>
/// <param name="Exponents">[rows]</param>
public sealed record GroupCodes(MatrixFormat Precision, int Rows, int Columns, sbyte[] Codes, sbyte[] Multipliers,
    int[] Mantissas, sbyte[] Exponents);

/// <summary>Weights that become those of docs/transformer-arithmetic.md while they are trained: more and more of them, drawn by
/// chance, are rounded to 8, 4 or 2 bits for good, and the rest, real numbers as before, learns to make up for what that
/// cost (Zhou et al., 2017). Scales of groups are learned with them, as logarithms.</summary>
/// <remarks>With all weights rounded from the first step on and the gradient passing through the rounding, weights near the
/// middle between two codes go to and fro and their noise outweighs what is learned: docs/language-models.md has the
/// figures.</remarks>
public sealed class GroupQuantization<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int GreatestMultiplier = 127;

    private readonly Tensor<T> _weights;
    private readonly T[] _signs, _units, _fixed;
    private readonly float[] _turns;
    private readonly int[] _mantissas;
    private readonly sbyte[] _multipliers, _exponents;
    private readonly int _rows, _columns, _size, _groups, _least, _most;

    internal GroupQuantization(string name, Tensor<T> weights, MatrixFormat precision)
    {
        if (precision.Bits is not (8 or 4 or 2) || precision.Group < 0)
            throw new ModelException($"{name}: weights have 8, 4 or 2 bits and groups of at least one, not " +
                $"{precision.Bits} bits and {precision.Group}.");
        (Precision, _weights, _rows, _columns) = (precision, weights, weights.Rows, weights.Channels);
        _size = precision.Group == 0 ? _columns : Math.Min(precision.Group, _columns);
        _groups = (_columns + _size - 1) / _size;
        (_least, _most) = precision.Bits switch { 8 => (-127, 127), 4 => (-8, 7), _ => (-3, 3) };
        (_multipliers, _units) = (new sbyte[_rows * _groups], new T[_rows * _groups]);
        (_fixed, _turns) = (new T[weights.Count], Turns(name, weights.Count));
        _fixed.AsSpan().Fill(T.NaN);
        (_mantissas, _exponents, _signs) = (new int[_rows], new sbyte[_rows], new T[_rows * _groups]);
        var logarithms = new T[_rows * _groups];
        for (int group = 0; group < logarithms.Length; group++)
        {
            double scale = LeastSquaresScale.Of(Group(group), _least, _most, IsOdd);
            _signs[group] = T.CreateChecked(Math.Sign(scale));
            logarithms[group] = T.CreateChecked(Math.Log(Math.Abs(scale)));
        }

        Scales = new Parameter<T>(name + ".scales", new Tensor<T>(logarithms, _rows, _groups) { NeedsGradient = true },
            false);
    }

    public MatrixFormat Precision { get; }

    /// <summary>[rows, groups]: the natural logarithm of each group's scale.</summary>
    public Parameter<T> Scales { get; }

    /// <summary>What changes beside weights and scales: [rows, groups], 1 or -1, what scales are multiplied with; [rows, columns],
    /// the codes of weights that are rounded for good, and no numbers in the others' places.</summary>
    internal IReadOnlyList<T[]> State => [_signs, _fixed];

    private bool IsOdd => Precision.Bits == 2;

    /// <summary>Rounds weights for good until they are a share of all. Which ones these are depends on nothing but their
    /// place and the matrix's name.</summary>
    public void Fix(double share)
    {
        FindUnits();
        for (int i = 0; i < _fixed.Length; i++)
            if (_turns[i] < share && T.IsNaN(_fixed[i]))
                _fixed[i] = Code(_weights.Array[i] / _units[GroupOf(i)]);
    }

    /// <summary>The weights as they are now, all rounded.</summary>
    public GroupCodes ToCodes()
    {
        FindUnits();
        var codes = new sbyte[_rows * _columns];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = (sbyte)int.CreateChecked(T.IsNaN(_fixed[i]) ? Code(_weights.Array[i] / _units[GroupOf(i)]) : _fixed[i]);
        return new GroupCodes(Precision, _rows, _columns, codes, Precision.Group == 0 ? [] : [.. _multipliers],
            [.. _mantissas], [.. _exponents]);
    }

    /// <summary>Gives each weight what is computed with: itself, or what its code stands for.</summary>
    internal void Round(T[] effective)
    {
        FindUnits();
        for (int row = 0, i = 0; row < _rows; row++)
            for (int group = 0; group < _groups; group++)
            {
                T unit = _units[(row * _groups) + group];
                for (int end = EndOf(row, i); i < end; i++)
                    effective[i] = T.IsNaN(_fixed[i]) ? _weights.Array[i] : _fixed[i] * unit;
            }
    }

    /// <summary>Adds to the gradients of weights and scales, from that of what <see cref="Round"/> gave.</summary>
    internal void Backward(T[] dEffective)
    {
        (T[] dWeights, T[] dScales) = (_weights.GradientArray, Scales.Value.GradientArray);
        for (int row = 0, i = 0; row < _rows; row++)
            for (int group = 0; group < _groups; group++)
            {
                T sum = T.Zero;
                for (int end = EndOf(row, i); i < end; i++)
                    if (T.IsNaN(_fixed[i]))
                        dWeights[i] += dEffective[i];
                    else
                        sum += dEffective[i] * _fixed[i];
                dScales[(row * _groups) + group] += sum * _units[(row * _groups) + group];
            }
    }

    /// <summary>Where the group of a row ends that begins at an element.</summary>
    private int EndOf(int row, int first) => Math.Min((row + 1) * _columns, first + _size);

    /// <summary>[rows, columns], 0..1: the share of all from which on a weight is rounded.</summary>
    private static float[] Turns(string name, int count)
    {
        var random = new IndexedRandom(0, 78, BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name))));
        float[] turns = new float[count];
        for (int i = 0; i < count; i++)
            turns[i] = (float)random.NextDouble();
        return turns;
    }

    /// <summary>The nearest number that there is a code for.</summary>
    private T Code(T level)
    {
        T two = T.One + T.One;
        T code = IsOdd ? (two * T.Floor(level / two)) + T.One : T.Round(level);
        return T.Clamp(code, T.CreateChecked(_least), T.CreateChecked(_most));
    }

    /// <summary>Rows' factors and groups' multipliers from the scales: the greatest group of a row has the greatest
    /// multiplier.
    /// </summary>
    private void FindUnits()
    {
        for (int row = 0; row < _rows; row++)
        {
            ReadOnlySpan<T> logarithms = Scales.Value.Data.Slice(row * _groups, _groups);
            double greatest = double.NegativeInfinity;
            foreach (T logarithm in logarithms)
                greatest = Math.Max(greatest, double.CreateChecked(logarithm));
            int most = Precision.Group == 0 ? 1 : GreatestMultiplier;
            var nearest = RowFactor.Nearest(Math.Clamp(Math.Exp(greatest) / most, Math.ScaleB(1, -64), Math.ScaleB(1, 30)));
            (_mantissas[row], _exponents[row]) = (nearest.Mantissa, (sbyte)nearest.Exponent);
            double factor = nearest.Value;
            for (int group = 0; group < _groups; group++)
            {
                int at = (row * _groups) + group;
                double share = Math.Exp(double.CreateChecked(logarithms[group]) - greatest);
                int multiplier = Math.Max(1, (int)Math.Round(share * most)) * (_signs[at] < T.Zero ? -1 : 1);
                _multipliers[at] = (sbyte)multiplier;
                _units[at] = T.CreateChecked(multiplier * factor);
            }
        }
    }

    private int GroupOf(int element) => (element / _columns * _groups) + (element % _columns / _size);

    private ReadOnlySpan<T> Group(int index)
    {
        int first = (index / _groups * _columns) + (index % _groups * _size);
        return _weights.Data[first..Math.Min(((index / _groups) + 1) * _columns, first + _size)];
    }
}

/// <summary>The scale with which rounded weights come nearest to weights.</summary>
internal static class LeastSquaresScale
{
    private const int Candidates = 41, FewCodes = 8;

    /// <summary>The scale of the least squared error among shares of the one with which nothing is clamped, and those with which
    /// the greatest weight is a code: of weights that are rounded already it is theirs. Negative where that is better, as codes
    /// reach further on one side.</summary>
    public static double Of<T>(ReadOnlySpan<T> weights, int least, int most, bool isOdd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double greatest = 1e-9, best = 0, bestError = double.PositiveInfinity;
        foreach (T weight in weights)
            greatest = Math.Max(greatest, Math.Abs(double.CreateChecked(weight)));
        int signs = least == -most ? 1 : 2;
        foreach (double share in Shares(-least, most))
            for (int sign = 0; sign < signs; sign++)
            {
                double scale = (sign == 0 ? greatest : -greatest) / most * share;
                double error = Error(weights, scale, least, most, isOdd);
                if (error < bestError)
                    (best, bestError) = (scale, error);
            }

        return best;
    }

    private static IEnumerable<double> Shares(int greatestCode, int most) =>
        Enumerable.Range(0, Candidates).Select(i => 0.3 + (0.9 * i / (Candidates - 1)))
            .Concat(Enumerable.Range(1, greatestCode).Where(_ => greatestCode <= FewCodes).Select(code => (double)most / code));

    private static double Error<T>(ReadOnlySpan<T> weights, double scale, int least, int most, bool isOdd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double error = 0;
        foreach (T weight in weights)
        {
            double level = double.CreateChecked(weight) / scale;
            double code = Math.Clamp(isOdd ? (2 * Math.Floor(level / 2)) + 1 : Math.Round(level), least, most);
            error += (code - level) * (code - level) * scale * scale;
        }

        return error;
    }
}
