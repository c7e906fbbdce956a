namespace McuAi.ModelConverter.Language.Lowering;

/// <summary>What a pack is made for.</summary>
public sealed record LoweringOptions
{
    /// <summary>Tokens that the program can take at once.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>[layers] the greatest |key| and |value| that each layer's cache should hold; greater ones are cut off there.
    /// </summary>
    public required IReadOnlyList<CacheRange> Ranges { get; init; }
}

/// <summary>The greatest of what a layer's cache is given.</summary>
public readonly record struct CacheRange(double Keys, double Values)
{
    /// <summary>What is measured on some text may be exceeded on another one.</summary>
    private const double Headroom = 2;

    /// <summary>For models whose keys and values nobody has measured.</summary>
    public static CacheRange Wide { get; } = new(250, 60);

    /// <summary>From <see cref="Reals.FloatTransformer.Greatest"/>.</summary>
    public static CacheRange Of((float[] Keys, float Value) greatest) =>
        new(Headroom * greatest.Keys.DefaultIfEmpty(0).Max(), Headroom * greatest.Value);
}
