namespace McuAi.ModelConverter.Language;

/// <summary>How a model's rotation was stretched to a longer context: its frequencies, and factors of the attention's scores.
/// </summary>
/// <param name="Frequencies">Radians of each pair from a position to the next.</param>
/// <param name="Amplitude">What rotated numbers, of queries and of keys, are multiplied with.</param>
internal sealed record RotaryScaling(double[] Frequencies, double Amplitude = 1)
{
    /// <param name="rotated">Numbers of a head that are rotated.</param>
    public static double[] Plain(int rotated, double rotaryBase) =>
        [.. Enumerable.Range(0, rotated / 2).Select(pair => Math.Pow(rotaryBase, -2.0 * pair / rotated))];

    /// <summary>All positions closer together (Chen et al., 2023).</summary>
    public static RotaryScaling Linear(double[] plain, double factor) => new([.. plain.Select(frequency => frequency / factor)]);

    /// <summary>Slow pairs are slowed, fast ones kept, with a slope between (Llama 3.1's rope_scaling in transformers).</summary>
    /// <param name="low">Turns in the original context below which a pair is slowed.</param>
    /// <param name="high">Turns above which it is kept.</param>
    public static RotaryScaling Llama3(double[] plain, double factor, double low, double high, double originalContext) =>
        new([.. plain.Select(frequency =>
        {
            double turns = originalContext * frequency / (2 * Math.PI);
            double kept = Math.Clamp((turns - low) / (high - low), 0, 1);
            return (kept * frequency) + ((1 - kept) * frequency / factor);
        })]);

    /// <summary>The same with a slope over the pairs' numbers (YaRN, Peng et al., 2023; as in transformers and in DeepSeek-V2).
    /// </summary>
    /// <param name="fast">Turns in the original context above which a pair is kept.</param>
    /// <param name="slow">Turns below which it is slowed.</param>
    public static RotaryScaling Yarn(double[] plain, double rotaryBase, double factor, double fast, double slow,
        double originalContext, double amplitude, bool truncates = true)
    {
        int rotated = plain.Length * 2;
        (double low, double high) = (PairOf(fast), PairOf(slow));
        if (truncates)
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, rotated - 1));
        if (low == high)
            high += 0.001;
        return new RotaryScaling([.. plain.Select((frequency, pair) =>
        {
            double slowed = Math.Clamp((pair - low) / (high - low), 0, 1);
            return ((1 - slowed) * frequency) + (slowed * frequency / factor);
        })], amplitude);

        double PairOf(double turns) => rotated * Math.Log(originalContext / (turns * 2 * Math.PI)) / (2 * Math.Log(rotaryBase));
    }

    /// <summary>How much YaRN sharpens attention: 0.1 m ln(factor) + 1.</summary>
    public static double Sharpness(double factor, double m = 1) => factor <= 1 ? 1 : (0.1 * m * Math.Log(factor)) + 1;
}
