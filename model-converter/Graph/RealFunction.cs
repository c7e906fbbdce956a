namespace McuAi.ModelConverter.Graph;

/// <summary>Functions of one real number, which an integer model looks up in a table.</summary>
public enum RealFunction
{
    Abs,

    /// <summary>max(alpha, min(beta, x)); either may be infinite.</summary>
    Clip,
    Cos,

    /// <summary>x for x >= 0, else alpha (e^x - 1).</summary>
    Elu,
    Erf,
    Exp,

    /// <summary>x Phi(x); with an alpha other than 0 by its approximation with tanh.</summary>
    Gelu,

    /// <summary>max(0, min(1, alpha x + beta)).</summary>
    HardSigmoid,
    Log,
    Negate,
    Reciprocal,
    Rsqrt,

    /// <summary>beta x for x >= 0, else beta alpha (e^x - 1).</summary>
    Selu,
    Sin,
    Softplus,
    Softsign,
    Sqrt,
    Square,
}
