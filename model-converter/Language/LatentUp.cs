namespace McuAi.ModelConverter.Language;

/// <summary>Matrices of latent attention as others store them.</summary>
internal static class LatentUp
{
    /// <summary>One matrix from latents to all heads, [heads * (plain + value width), latent], cut into that of keys and that of
    /// values.</summary>
    public static (float[] Keys, float[] Values) Split(float[] both, int heads, LatentShape latent)
    {
        int plain = latent.PlainWidth * latent.Width, value = latent.ValueWidth * latent.Width;
        float[] keys = new float[heads * plain], values = new float[heads * value];
        for (int head = 0; head < heads; head++)
        {
            ReadOnlySpan<float> own = both.AsSpan(head * (plain + value), plain + value);
            own[..plain].CopyTo(keys.AsSpan(head * plain));
            own[plain..].CopyTo(values.AsSpan(head * value));
        }

        return (keys, values);
    }

    /// <summary>Multiplies the last rows of each head, the rotated ones.</summary>
    public static void Amplify(float[] rows, int columns, int headWidth, int rotated, float amplitude)
    {
        for (int row = 0; amplitude != 1 && row < rows.Length / columns; row++)
            if (row % headWidth >= headWidth - rotated)
                foreach (ref float weight in rows.AsSpan(row * columns, columns))
                    weight *= amplitude;
    }
}
