using static McuAi.ModelConverter.Reference.Transformer.TransformerArithmetic;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>What a layer's attention remembers of each position: parts of a line, each int8 with one scale.</summary>
internal sealed class AttentionCache
{
    /// <summary>The first part of keys, the second one, and values.</summary>
    public List<CachedPart> First { get; } = [];

    public List<CachedPart> Second { get; } = [];

    public List<CachedPart> Values { get; } = [];
}

/// <summary>A part of a line: value = Levels[i] * Scale * 2^-fraction.</summary>
internal sealed record CachedPart(sbyte[] Levels, int Scale)
{
    /// <param name="x">Q16.</param>
    public static CachedPart Of(ReadOnlySpan<int> x, int fraction)
    {
        long factor = (1L << (16 + fraction)) / 127;
        int scale = (int)Math.Min(((QuantizedVector.Greatest(x) * factor) >> 32) + 1, 32767);
        int reciprocal = (1 << 30) / scale;
        var levels = new sbyte[x.Length];
        for (int i = 0; i < x.Length; i++)
            levels[i] = (sbyte)Math.Clamp((HighRound(ShiftRound(x[i], fraction - 8), reciprocal) + 32) >> 6, -127, 127);
        return new CachedPart(levels, scale);
    }
}
