using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Values of <see cref="RealFunction"/>, in float64.</summary>
public static class RealFunctions
{
    private const double SqrtHalf = 0.70710678118654752440;

    public static double Of(FunctionAttributes function, double x) => function.Function switch
    {
        RealFunction.Abs => Math.Abs(x),
        RealFunction.Clip => Math.Max(Math.Min(x, function.Beta), function.Alpha),
        RealFunction.Cos => Math.Cos(x),
        RealFunction.Elu => x >= 0 ? x : function.Alpha * (Math.Exp(x) - 1),
        RealFunction.Erf => Erf(x),
        RealFunction.Exp => Math.Exp(x),
        RealFunction.Gelu => function.Alpha == 0 ? x * 0.5 * (1 + Erf(x * SqrtHalf)) : GeluTanh(x),
        RealFunction.HardSigmoid => Math.Clamp((function.Alpha * x) + function.Beta, 0, 1),
        RealFunction.Log => Math.Log(x),
        RealFunction.Negate => -x,
        RealFunction.Reciprocal => 1 / x,
        RealFunction.Rsqrt => 1 / Math.Sqrt(x),
        RealFunction.Selu => function.Beta * (x >= 0 ? x : function.Alpha * (Math.Exp(x) - 1)),
        RealFunction.Sin => Math.Sin(x),
        RealFunction.Softplus => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))),
        RealFunction.Softsign => x / (1 + Math.Abs(x)),
        RealFunction.Sqrt => Math.Sqrt(x),
        RealFunction.Square => x * x,
        _ => throw new ModelException($"There is no function {function.Function}."),
    };

    private static double GeluTanh(double x) =>
        0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    /// <summary>The Taylor series near 0, a continued fraction further out; both within 1e-12.</summary>
    private static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        if (magnitude > 6)
            return Math.Sign(x);

        if (magnitude < 2.5)
        {
            double term = x, sum = x;
            for (int n = 1; n < 60; n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }

            return 2 / Math.Sqrt(Math.PI) * sum;
        }

        double fraction = 0;
        for (int n = 60; n > 0; n--)
            fraction = n / 2.0 / (magnitude + fraction);

        double complement = Math.Exp(-magnitude * magnitude) / (Math.Sqrt(Math.PI) * (magnitude + fraction));
        return Math.Sign(x) * (1 - complement);
    }
}
