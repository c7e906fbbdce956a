namespace McuAi.ModelConverter.Language.Lowering;

/// <summary>What a pack is made for.</summary>
public sealed record LoweringOptions
{
    /// <summary>Tokens to look back on, if the model can do as many.</summary>
    public int Context { get; init; } = int.MaxValue;

    /// <summary>Tokens that the program can take at once.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>[layers] the greatest |key| and |value| that each layer's cache should hold; greater ones are cut off there.
    /// </summary>
    public required IReadOnlyList<CacheRange> Ranges { get; init; }
}

/// <summary>The greatest of what a layer's cache is given.</summary>
public readonly record struct CacheRange(double Keys, double Values);
