using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>An optimizer: changes parameters by their gradients, and keeps what it has to remember for each.</summary>
public interface IOptimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>One step at a learning rate.</summary>
    void Step(IReadOnlyList<Parameter<T>> parameters, double rate);

    /// <summary>All that a checkpoint has to hold, for these parameters.</summary>
    IEnumerable<T[]> State(IReadOnlyList<Parameter<T>> parameters);

    /// <summary>Steps done.</summary>
    int Steps { get; set; }
}

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
public sealed class AdamW<T>(double decay = 0.01, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    : IOptimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<string, (T[] Mean, T[] Square)> _moments = [];

    public int Steps { get; set; }

    public void Step(IReadOnlyList<Parameter<T>> parameters, double rate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Steps++;
        T b1 = T.CreateChecked(beta1), b2 = T.CreateChecked(beta2), e = T.CreateChecked(epsilon);
        T step = T.CreateChecked(rate / (1 - Math.Pow(beta1, Steps)));
        T correction = T.CreateChecked(1 / Math.Sqrt(1 - Math.Pow(beta2, Steps)));
        foreach (Parameter<T> parameter in parameters)
        {
            (T[] mean, T[] square) = Moments(parameter);
            T kept = T.CreateChecked(parameter.Decays ? 1 - (rate * decay) : 1);
            (T[] w, T[] g) = (parameter.Value.Array, parameter.Value.GradientArray);
            for (int i = 0; i < w.Length; i++)
            {
                mean[i] = (b1 * mean[i]) + ((T.One - b1) * g[i]);
                square[i] = (b2 * square[i]) + ((T.One - b2) * g[i] * g[i]);
                w[i] = (kept * w[i]) - (step * mean[i] / ((T.Sqrt(square[i]) * correction) + e));
            }
        }
    }

    public IEnumerable<T[]> State(IReadOnlyList<Parameter<T>> parameters) =>
        parameters.Select(Moments).SelectMany(moments => new[] { moments.Mean, moments.Square });

    private (T[] Mean, T[] Square) Moments(Parameter<T> parameter)
    {
        if (!_moments.TryGetValue(parameter.Name, out (T[] Mean, T[] Square) moments))
            _moments.Add(parameter.Name, moments = (new T[parameter.Value.Count], new T[parameter.Value.Count]));
        return moments;
    }
}

/// <summary>Stochastic gradient descent with momentum.</summary>
public sealed class Sgd<T>(double momentum = 0.9, double decay = 0)
    : IOptimizer<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<string, T[]> _velocities = [];

    public int Steps { get; set; }

    public void Step(IReadOnlyList<Parameter<T>> parameters, double rate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Steps++;
        foreach (Parameter<T> parameter in parameters)
        {
            T[] velocity = Velocity(parameter);
            T lost = T.CreateChecked(parameter.Decays ? decay : 0), m = T.CreateChecked(momentum), step = T.CreateChecked(rate);
            (T[] w, T[] g) = (parameter.Value.Array, parameter.Value.GradientArray);
            for (int i = 0; i < w.Length; i++)
            {
                velocity[i] = (m * velocity[i]) + g[i] + (lost * w[i]);
                w[i] -= step * velocity[i];
            }
        }
    }

    public IEnumerable<T[]> State(IReadOnlyList<Parameter<T>> parameters) => parameters.Select(Velocity);

    private T[] Velocity(Parameter<T> parameter)
    {
        if (!_velocities.TryGetValue(parameter.Name, out T[]? velocity))
            _velocities.Add(parameter.Name, velocity = new T[parameter.Value.Count]);
        return velocity;
    }
}

/// <summary>Limits the steps that rare, large gradients would cause.</summary>
public static class GradientClipping
{
    /// <summary>Scales all gradients so that their common norm is at most <paramref name="greatest"/>; gives the norm that
    /// it was.</summary>
    public static double Clip<T>(IReadOnlyList<Parameter<T>> parameters, double greatest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        double norm = Math.Sqrt(parameters.Sum(parameter =>
            double.CreateChecked(TensorPrimitives.SumOfSquares<T>(parameter.Value.Gradient))));
        if (norm > greatest)
            foreach (Parameter<T> parameter in parameters)
                TensorPrimitives.Multiply<T>(parameter.Value.Gradient, T.CreateChecked(greatest / norm), parameter.Value.Gradient);
        return norm;
    }
}
