using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using McuAi.ModelConverter.Data;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Experts from the neurons of a dense network: those that are always active are shared, the others are put
/// together by how much they are active at the same time (Zhang et al., 2022, MoEfication), and the router foretells how
/// much of the output each expert makes.</summary>
/// <param name="inputs">[tokens, width], normed.</param>
internal sealed class NeuronExperts(TransformerShape source, StudentShape student, DenseFeedForward weights,
    Matrix<double> inputs)
{
    /// <summary>Principal components of activity by which neurons are compared.</summary>
    private const int Features = 12;

    private const int Tries = 8, Rounds = 15;

    private readonly int _width = source.Width, _hidden = source.Hidden;

    public ExpertFeedForward Build(ref IndexedRandom random)
    {
        Matrix<double> active = Activity();
        double[] norms = [.. Enumerable.Range(0, _hidden).Select(i => Math.Sqrt(Down(i).Sum(value => value * value)))];
        int[] order = [.. Enumerable.Range(0, _hidden).OrderByDescending(i => Steadiness(active.Column(i), norms[i]))];
        int[] shared = order[..Math.Min(_hidden, student.SharedHidden)], rest = order[shared.Length..];
        Matrix<double> energy = Matrix<double>.Build.Dense(active.RowCount, rest.Length,
            (t, i) => Math.Abs(active[t, rest[i]]) * norms[rest[i]]);
        int[][] clusters = Clusters(energy, ref random);
        List<DenseFeedForward> experts = [];
        foreach (int[] cluster in clusters)
            experts.Add(Expert([.. cluster.Select(i => rest[i])], student.ExpertHidden, ref random));
        return new ExpertFeedForward(student.SharedHidden == 0 ? null : Expert(shared, student.SharedHidden, ref random),
            Router(active, [.. clusters.Select(cluster => cluster.Select(i => rest[i]).ToArray())]),
            new float[student.Experts], experts);
    }

    /// <summary>[tokens, hidden]: SiLU(gate) * up.</summary>
    private Matrix<double> Activity()
    {
        Matrix<double> gate = inputs.TransposeAndMultiply(Rows(weights.Gate));
        Matrix<double> up = inputs.TransposeAndMultiply(Rows(weights.Up));
        return gate.Map2((g, u) => g / (1 + Math.Exp(-g)) * u, up);
    }

    private Matrix<double> Rows(float[] matrix) =>
        Matrix<double>.Build.Dense(_hidden, _width, (row, column) => matrix[(row * _width) + column]);

    private IEnumerable<double> Down(int neuron) =>
        Enumerable.Range(0, _width).Select(row => (double)weights.Down[(row * _hidden) + neuron]);

    /// <summary>How much a neuron gives, the more the steadier it is.</summary>
    private static double Steadiness(Vector<double> activity, double norm)
    {
        double mean = activity.Average(Math.Abs) * norm, root = activity.L2Norm() / Math.Sqrt(activity.Count) * norm;
        return mean * mean / Math.Max(root, 1e-12);
    }

    /// <summary>Neurons of each expert. Free places go to those that are most alike although they are another
    /// expert's.</summary>
    private int[][] Clusters(Matrix<double> energy, ref IndexedRandom random)
    {
        double[][] features = Similarity(energy);
        int capacity = Math.Min(student.ExpertHidden, (features.Length + student.Experts - 1) / student.Experts);
        (double best, int[] chosen, double[][] chosenCentres) = (double.NegativeInfinity, [], []);
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            var centres = new double[student.Experts][];
            for (int e = 0; e < centres.Length; e++)
                centres[e] = features[random.Below(features.Length)];
            int[] assigned = [];
            for (int round = 0; round < Rounds; round++)
            {
                assigned = Assign(features, centres, capacity);
                centres = Centres(features, assigned, centres);
            }

            double fit = Enumerable.Range(0, features.Length).Where(i => assigned[i] >= 0)
                .Sum(i => Dot(features[i], centres[assigned[i]]));
            if (fit > best)
                (best, chosen, chosenCentres) = (fit, assigned, centres);
        }

        return [.. chosenCentres.Select((centre, e) => Enumerable.Range(0, features.Length)
            .OrderByDescending(i => chosen[i] == e)
            .ThenByDescending(i => Dot(features[i], centre)).Take(student.ExpertHidden).ToArray())];
    }

    /// <summary>Unit vectors, the nearer the more two neurons are active together.</summary>
    private static double[][] Similarity(Matrix<double> energy)
    {
        Matrix<double> z = energy.Clone();
        for (int i = 0; i < z.ColumnCount; i++)
        {
            Vector<double> column = z.Column(i) - z.Column(i).Average();
            z.SetColumn(i, column / Math.Max(column.L2Norm(), 1e-9));
        }

        Evd<double> eigen = z.TransposeThisAndMultiply(z).Evd(Symmetricity.Symmetric);
        int count = Math.Min(Features, z.ColumnCount), first = z.ColumnCount - count;
        return [.. Enumerable.Range(0, z.ColumnCount).Select(i =>
        {
            double[] feature = [.. Enumerable.Range(first, count).Select(k => eigen.EigenVectors[i, k]
                * Math.Sqrt(Math.Max(eigen.EigenValues[k].Real, 0)))];
            return Unit(feature);
        })];
    }

    /// <summary>The most alike first, each to the best centre that has room; -1 where none has.</summary>
    private static int[] Assign(double[][] features, double[][] centres, int capacity)
    {
        int[] assigned = new int[features.Length], counts = new int[centres.Length];
        double[][] similar = [.. features.Select(feature => centres.Select(centre => Dot(feature, centre)).ToArray())];
        foreach (int i in Enumerable.Range(0, features.Length).OrderByDescending(i => similar[i].Max()))
        {
            assigned[i] = Enumerable.Range(0, centres.Length).Where(e => counts[e] < capacity)
                .OrderByDescending(e => similar[i][e]).FirstOrDefault(-1);
            if (assigned[i] >= 0)
                counts[assigned[i]]++;
        }

        return assigned;
    }

    private static double[][] Centres(double[][] features, int[] assigned, double[][] before) =>
        [.. before.Select((centre, e) =>
    {
        double[] sum = new double[centre.Length];
        for (int i = 0; i < features.Length; i++)
            for (int k = 0; k < sum.Length && assigned[i] == e; k++)
                sum[k] += features[i][k];
        return sum.All(value => value == 0) ? centre : Unit(sum);
    })];

    /// <summary>Some neurons as a network; what is left of it has random inputs and no output yet.</summary>
    private DenseFeedForward Expert(int[] neurons, int hidden, ref IndexedRandom random)
    {
        (float[] gate, float[] up) = (new float[hidden * _width], new float[hidden * _width]);
        float[] down = new float[_width * hidden];
        for (int i = 0; i < hidden; i++)
            for (int c = 0; c < _width; c++)
            {
                bool isNeuron = i < neurons.Length;
                gate[(i * _width) + c] = isNeuron ? weights.Gate[(neurons[i] * _width) + c] : Spare(ref random);
                up[(i * _width) + c] = isNeuron ? weights.Up[(neurons[i] * _width) + c] : Spare(ref random);
                down[(c * hidden) + i] = isNeuron ? weights.Down[(c * _hidden) + neurons[i]] : 0;
            }

        return new DenseFeedForward(gate, up, down);
    }

    private static float Spare(ref IndexedRandom random) => (float)(0.1 * random.NextGaussian());

    /// <summary>Ridge regression of how long each expert's output is, less the mean over experts.</summary>
    private float[] Router(Matrix<double> active, int[][] experts)
    {
        Matrix<double> lengths = Matrix<double>.Build.Dense(active.RowCount, experts.Length);
        for (int e = 0; e < experts.Length; e++)
        {
            int[] neurons = experts[e];
            Matrix<double> own = Matrix<double>.Build.Dense(active.RowCount, neurons.Length,
                (t, i) => active[t, neurons[i]]);
            Matrix<double> down = Matrix<double>.Build.Dense(neurons.Length, _width,
                (i, row) => weights.Down[(row * _hidden) + neurons[i]]);
            lengths.SetColumn(e, (own * down).RowNorms(2));
        }

        for (int t = 0; t < lengths.RowCount; t++)
            lengths.SetRow(t, lengths.Row(t) - lengths.Row(t).Average());
        double deviation = lengths.FrobeniusNorm() / Math.Sqrt((double)lengths.RowCount * lengths.ColumnCount);
        double ridge = 1e-2 * Math.Pow(inputs.FrobeniusNorm(), 2) / _width;
        Matrix<double> moments = inputs.TransposeThisAndMultiply(inputs) + Matrix<double>.Build.DenseDiagonal(_width, ridge);
        Matrix<double> router = moments.Cholesky().Solve(inputs.TransposeThisAndMultiply(lengths))
            / Math.Max(deviation, 1e-12);
        return [.. Enumerable.Range(0, experts.Length).SelectMany(e => router.Column(e).Select(value => (float)value))];
    }

    private static double[] Unit(double[] x)
    {
        double norm = Math.Max(Math.Sqrt(Dot(x, x)), 1e-12);
        return [.. x.Select(value => value / norm)];
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
