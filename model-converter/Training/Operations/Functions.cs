using System.Numerics;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Training;

/// <summary>The graph's real functions, computed in float64 by the reference, with their derivatives.</summary>
public static class Functions
{
    /// <summary>The function of each element.</summary>
    public static Tensor<T> Function<T>(this Tape<T> tape, Tensor<T> x, FunctionAttributes function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> y = tape.New(x.NeedsGradient, x.Shape);
        for (int i = 0; i < y.Count; i++)
            y.Array[i] = T.CreateChecked(RealFunctions.Of(function, double.CreateChecked(x.Array[i])));
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            for (int i = 0; i < dx.Length; i++)
                dx[i] += dy[i] * T.CreateChecked(Derivative(function, double.CreateChecked(x.Array[i])));
        });
        return y;
    }

    private static double Derivative(FunctionAttributes function, double x) => function.Function switch
    {
        RealFunction.Abs => Math.Sign(x),
        RealFunction.Clip => x > function.Alpha && x < function.Beta ? 1 : 0,
        RealFunction.Cos => -Math.Sin(x),
        RealFunction.Elu => x >= 0 ? 1 : function.Alpha * Math.Exp(x),
        RealFunction.Erf => 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x),
        RealFunction.Exp => Math.Exp(x),
        RealFunction.Gelu => function.Alpha == 0 ? OfGelu(x) : OfGeluTanh(x),
        RealFunction.HardSigmoid => (function.Alpha * x) + function.Beta is > 0 and < 1 ? function.Alpha : 0,
        RealFunction.Log => 1 / x,
        RealFunction.Negate => -1,
        RealFunction.Reciprocal => -1 / (x * x),
        RealFunction.Rsqrt => -0.5 / (x * Math.Sqrt(x)),
        RealFunction.Selu => function.Beta * (x >= 0 ? 1 : function.Alpha * Math.Exp(x)),
        RealFunction.Sin => Math.Cos(x),
        RealFunction.Softplus => 1 / (1 + Math.Exp(-x)),
        RealFunction.Softsign => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x))),
        RealFunction.Sqrt => 0.5 / Math.Sqrt(x),
        RealFunction.Square => 2 * x,
        _ => throw new ModelException($"{function.Function} cannot be trained."),
    };

    /// <summary>Phi(x) + x phi(x).</summary>
    private static double OfGelu(double x) =>
        (0.5 * (1 + RealFunctions.Of(new FunctionAttributes(RealFunction.Erf), x / Math.Sqrt(2)))) +
        (x * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));

    private static double OfGeluTanh(double x)
    {
        double scale = Math.Sqrt(2 / Math.PI), t = Math.Tanh(scale * (x + (0.044715 * x * x * x)));
        return (0.5 * (1 + t)) + (0.5 * x * (1 - (t * t)) * scale * (1 + (3 * 0.044715 * x * x)));
    }
}
