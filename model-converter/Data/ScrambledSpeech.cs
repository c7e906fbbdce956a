namespace McuAi.ModelConverter.Data;

/// <summary>Speech that is none of the words, made of them: the end of one word before the beginning of another, or a word
/// played backwards. It has the voices, microphones and rooms of the words, so that only what is said tells them
/// apart.</summary>
internal static class ScrambledSpeech
{
    private const double BackwardsShare = 0.3;

    /// <summary>Of a word, before and after a cut at least.</summary>
    private const double LeastShare = 0.4;

    /// <param name="first">A word in a window of silence.</param>
    /// <param name="second">The same or another one, in a window of the same length.</param>
    /// <returns>A window of that length.</returns>
    public static float[] Of(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int rate, Random random)
    {
        ReadOnlySpan<float> a = ClipWindow.WithoutSilence(first, rate), b = ClipWindow.WithoutSilence(second, rate);
        if (random.NextDouble() < BackwardsShare || b.IsEmpty)
        {
            float[] backwards = a.ToArray();
            Array.Reverse(backwards);
            return ClipWindow.Fit(backwards, first.Length);
        }

        ReadOnlySpan<float> end = a[(int)(a.Length * Cut(random))..], beginning = b[..(int)(b.Length * Cut(random))];
        return ClipWindow.Fit([.. end, .. beginning], first.Length);
    }

    private static double Cut(Random random) => LeastShare + ((1 - (2 * LeastShare)) * random.NextDouble());
}
