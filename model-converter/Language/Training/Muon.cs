using System.Numerics;
using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Muon (Jordan et al., 2024): momentum, made nearly orthogonal by five steps of a Newton-Schulz iteration, for
/// matrices; AdamW for all else: what a token is looked up in, vectors, scales.</summary>
/// <param name="adamRate">AdamW's rate as a share of Muon's.</param>
/// <param name="isOthers">Whether AdamW takes a parameter although it is a matrix.</param>
public sealed class Muon<T>(double adamRate, Func<string, bool> isOthers, double momentum = 0.95, double decay = 0)
    : IOptimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<string, T[]> _momenta = [];
    private readonly AdamW<T> _others = new(decay, 0.9, 0.98);

    public int Steps { get => _others.Steps; set => _others.Steps = value; }

    public void Step(IReadOnlyList<Parameter<T>> parameters, double rate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _others.Step([.. parameters.Where(parameter => !IsOwn(parameter))], rate * adamRate);
        Parameter<T>[] own = [.. parameters.Where(IsOwn)];
        foreach (Parameter<T> parameter in own)
            Momentum(parameter);
        Parallel.ForEach(own, new ParallelOptions { MaxDegreeOfParallelism = Chunks.Threads },
            parameter => Update(parameter, rate));
    }

    public IEnumerable<T[]> State(IReadOnlyList<Parameter<T>> parameters) =>
    [
        .. parameters.Where(IsOwn).Select(Momentum),
        .. _others.State([.. parameters.Where(parameter => !IsOwn(parameter))]),
    ];

    private bool IsOwn(Parameter<T> parameter) => parameter.Decays && parameter.Value.Shape.Length > 1
        && !isOthers(parameter.Name);

    private T[] Momentum(Parameter<T> parameter)
    {
        if (!_momenta.TryGetValue(parameter.Name, out T[]? own))
            _momenta.Add(parameter.Name, own = new T[parameter.Value.Count]);
        return own;
    }

    private void Update(Parameter<T> parameter, double rate)
    {
        (Tensor<T> w, T[] mean, T m) = (parameter.Value, _momenta[parameter.Name], T.CreateChecked(momentum));
        (int rows, int columns) = (w.Shape[^2], w.Shape[^1]);
        TensorPrimitives.MultiplyAdd<T>(mean, m, w.Gradient, mean);
        var ahead = new T[w.Count]; // Nesterov's
        TensorPrimitives.MultiplyAdd<T>(mean, m, w.Gradient, ahead);
        T step = T.CreateChecked(rate * Math.Sqrt(Math.Max(1, (double)rows / columns)));
        T kept = T.CreateChecked(1 - (rate * decay));
        for (int first = 0; first < w.Count; first += rows * columns)
        {
            T[] direction = Orthogonal(ahead.AsSpan(first, rows * columns), rows, columns);
            Span<T> own = w.Data.Slice(first, rows * columns);
            TensorPrimitives.Multiply(own, kept, own);
            TensorPrimitives.MultiplyAdd(direction, -step, own, own);
        }
    }

    /// <summary>A matrix whose singular values are near 1, with the singular vectors of <paramref
    /// name="matrix"/>.</summary>
    internal static T[] Orthogonal(ReadOnlySpan<T> matrix, int rows, int columns)
    {
        bool isTall = rows > columns;
        T[] x = isTall ? Transposed(matrix, rows, columns) : matrix.ToArray();
        (int n, int k) = isTall ? (columns, rows) : (rows, columns);
        TensorPrimitives.Divide(x, TensorPrimitives.Norm<T>(x) + T.CreateChecked(1e-9), x);
        (T[] square, T[] fourth, T[] next) = (new T[n * n], new T[n * n], new T[n * k]);
        T a = T.CreateChecked(3.4445), b = T.CreateChecked(-4.7750), c = T.CreateChecked(2.0315);
        for (int i = 0; i < 5; i++)
        {
            T[] transposed = Transposed(x, n, k);
            Multiply(x, transposed, square, n, k, n);
            Multiply(square, square, fourth, n, n, n);
            TensorPrimitives.Multiply<T>(square, b, square);
            TensorPrimitives.MultiplyAdd<T>(fourth, c, square, square);
            Multiply(square, x, next, n, n, k);
            TensorPrimitives.MultiplyAdd<T>(x, a, next, x);
        }

        return isTall ? Transposed(x, n, k) : x;
    }

    private static void Multiply(T[] a, T[] b, T[] c, int rows, int depth, int columns) =>
        MatrixKernel.Multiply(a, new Pitch(0, depth),
        new Pitch(0, 1), 0, rows, ..depth, b, 0, c, 0, columns, false);

    private static T[] Transposed(ReadOnlySpan<T> matrix, int rows, int columns)
    {
        var transposed = new T[matrix.Length];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                transposed[(column * rows) + row] = matrix[(row * columns) + column];
        return transposed;
    }
}
