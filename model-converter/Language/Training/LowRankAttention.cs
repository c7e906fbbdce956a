using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using McuAi.ModelConverter.Data;
using Complex = System.Numerics.Complex;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Latent attention that is as near as it can be to grouped attention, for inputs that have been seen: the latent
/// from the keys' slowly turning numbers and the values together, the rotated key from the quickly turning pairs of all
/// groups.</summary>
/// <param name="inputs">[tokens, width], normed.</param>
internal sealed class LowRankAttention(TransformerShape source, StudentShape student, GroupedAttention weights,
    Matrix<double> inputs)
{
    /// <summary>What keys weigh beside values in the latent.</summary>
    private const double KeyWeight = 0.5;

    /// <summary>Standard deviation of numbers of a query that the teacher has nothing for.</summary>
    private const double Spare = 0.1;

    private readonly int _width = source.Width, _head = source.HeadWidth, _groups = source.KeyValueHeads;
    private readonly int _rotated = 2 * student.Frequencies.Count, _merged = source.Heads / student.Heads;

    /// <summary>The numbers of a head that turn so slowly that they count as plain.</summary>
    private int[] Slow => [.. Enumerable.Range(0, _head).Where(i => i >= _head / 2)];

    /// <summary>Rows of keys and values that the latent is made of.</summary>
    public static int MostLatent(TransformerShape source) =>
        source.KeyValueHeads * (source.HeadWidth - (source.HeadWidth / 2) + source.HeadWidth);

    public LatentAttention Build(ref IndexedRandom random)
    {
        int plain = student.PlainWidth, query = plain + _rotated, latent = student.LatentWidth, heads = student.Heads;
        (float[] queries, float[] down) = (new float[heads * query * _width], new float[(latent + _rotated) * _width]);
        (float[] keyUp, float[] valueUp) = (new float[heads * plain * latent], new float[heads * _head * latent]);
        float[] output = new float[_width * heads * _head];
        Matrix<double> root = RootOfMoments();
        (double[,] keys, double[,] values) = Latent(root, down);
        Rotated(root, down, queries);
        for (int head = 0; head < heads; head++)
        {
            int[] own = [.. Enumerable.Range(head * _merged, _merged)];
            int group = own[0] / (source.Heads / _groups);
            (int Teacher, int Number)[] rows = [.. own.SelectMany(teacher =>
                Slow.Select(number => (teacher, number))).Take(plain)];
            for (int i = 0; i < plain; i++)
            {
                Span<float> to = queries.AsSpan(((head * query) + i) * _width, _width);
                Span<float> up = keyUp.AsSpan(((head * plain) + i) * latent, latent);
                for (int c = 0; c < _width; c++)
                    to[c] = i < rows.Length
                        ? weights.Query[(((rows[i].Teacher * _head) + rows[i].Number) * _width) + c]
                        : (float)(Spare * random.NextGaussian());
                for (int c = 0; c < latent; c++)
                    up[c] = (float)(i < rows.Length
                        ? keys[(group * Slow.Length) + Array.IndexOf(Slow, rows[i].Number), c]
                        : Spare * random.NextGaussian());
            }

            for (int i = 0; i < _head; i++)
            {
                for (int c = 0; c < latent; c++)
                    valueUp[(((head * _head) + i) * latent) + c] = (float)values[(group * _head) + i, c];
                for (int row = 0; row < _width; row++)
                    output[(row * heads * _head) + (head * _head) + i] =
                        own.Sum(teacher => weights.Output[(row * source.MixedWidth) + (teacher * _head) + i]);
            }
        }

        return new LatentAttention(queries, down, keyUp, valueUp, output);
    }

    /// <summary>The symmetric root of the inputs' second moments.</summary>
    private Matrix<double> RootOfMoments()
    {
        Matrix<double> moments = inputs.TransposeThisAndMultiply(inputs) / inputs.RowCount;
        Evd<double> eigen = moments.Evd(Symmetricity.Symmetric);
        Vector<double> roots = eigen.EigenValues.Map(value => Math.Sqrt(Math.Max(value.Real, 1e-9)));
        return eigen.EigenVectors * Matrix<double>.Build.DenseOfDiagonalVector(roots) * eigen.EigenVectors.Transpose();
    }

    /// <summary>Fills the latent's rows of <paramref name="down"/>; gives what makes slow numbers of keys, and values, from
    /// it.</summary>
    private (double[,] Keys, double[,] Values) Latent(Matrix<double> root, float[] down)
    {
        (int[] slow, int latent) = (Slow, student.LatentWidth);
        int keyRows = _groups * slow.Length;
        Matrix<double> joint = Matrix<double>.Build.Dense(keyRows + (_groups * _head), _width, (row, column) => row < keyRows
            ? KeyWeight * weights.Key[(((row / slow.Length * _head) + slow[row % slow.Length]) * _width) + column]
            : weights.Value[((row - keyRows) * _width) + column]);
        Matrix<double> basis = (joint * root).Svd().U.SubMatrix(0, joint.RowCount, 0, latent);
        Matrix<double> projection = basis.TransposeThisAndMultiply(joint);
        for (int row = 0; row < latent; row++)
            for (int column = 0; column < _width; column++)
                down[(row * _width) + column] = (float)projection[row, column];
        Matrix<double> keys = basis.SubMatrix(0, keyRows, 0, latent) / KeyWeight;
        return (keys.ToArray(), basis.SubMatrix(keyRows, _groups * _head, 0, latent).ToArray());
    }

    /// <summary>Pairs as complex numbers: the key that all groups share is their first principal component, by which each
    /// group's part of it moves into the queries.</summary>
    private void Rotated(Matrix<double> root, float[] down, float[] queries)
    {
        int query = student.PlainWidth + _rotated;
        for (int pair = 0; 2 * pair < _rotated; pair++)
        {
            int own = pair;
            Matrix<Complex> keys = Matrix<Complex>.Build.Dense(_groups, _width, (g, c) => Pair(weights.Key, g, own, c));
            Vector<Complex> shares = (keys * root.Map(value => new Complex(value, 0))).Svd().U.Column(0);
            for (int c = 0; c < _width; c++)
            {
                Complex key = keys.Column(c).Select((value, g) => Complex.Conjugate(shares[g]) * value)
                    .Aggregate((a, b) => a + b);
                Put(down, ((student.LatentWidth + (2 * pair)) * _width) + c, key);
                for (int head = 0; head < student.Heads; head++)
                {
                    Complex sum = Enumerable.Range(head * _merged, _merged).Select(teacher =>
                        Pair(weights.Query, teacher, own, c)
                        * Complex.Conjugate(shares[teacher / (source.Heads / _groups)])).Aggregate((a, b) => a + b);
                    Put(queries, (((head * query) + student.PlainWidth + (2 * pair)) * _width) + c, sum);
                }
            }
        }
    }

    private void Put(float[] matrix, int at, Complex value) =>
        (matrix[at], matrix[at + _width]) = ((float)value.Real, (float)value.Imaginary);

    private Complex Pair(float[] matrix, int head, int pair, int column)
    {
        int at = (((head * _head) + (2 * pair)) * _width) + column;
        return new Complex(matrix[at], matrix[at + _width]);
    }
}
