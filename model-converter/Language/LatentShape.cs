namespace McuAi.ModelConverter.Language;

/// <summary>The sizes of multi-head latent attention (DeepSeek-V2, 2024): keys and values come from a short latent, the only thing
/// but one rotated key that is remembered of a token.</summary>
/// <param name="QueryRank">Numbers that queries are compressed to; 0: they are not.</param>
/// <param name="Width">Numbers of the latent.</param>
/// <param name="PlainWidth">Numbers of each head's query and key that are not rotated.</param>
/// <param name="RotatedWidth">Numbers of each head's query, and of the one key for all heads, that are.</param>
/// <param name="ValueWidth">Numbers of each head's value.</param>
/// <param name="NormsLatent">Whether the latent is normed (all of DeepSeek's are).</param>
public sealed record LatentShape(int QueryRank, int Width, int PlainWidth, int RotatedWidth, int ValueWidth,
    bool NormsLatent = true)
{
    internal IEnumerable<(string Name, int Size)> Sizes =>
    [
        ("rank of queries", QueryRank + 1), ("latent width", Width), ("plain width", PlainWidth), ("rotated width", RotatedWidth),
        ("value width", ValueWidth),
    ];

    internal long Parameters(int width, int heads)
    {
        long queries = (long)heads * (PlainWidth + RotatedWidth);
        long query = QueryRank == 0 ? queries * width : (QueryRank * (width + queries)) + QueryRank;
        return query + ((long)(Width + RotatedWidth) * width) + (NormsLatent ? Width : 0)
            + ((long)heads * (PlainWidth + ValueWidth) * Width) + ((long)width * heads * ValueWidth);
    }
}
