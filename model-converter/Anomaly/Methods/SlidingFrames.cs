namespace McuAi.ModelConverter.Anomaly;

/// <summary>Inputs of models that see several frames.</summary>
internal static class SlidingFrames
{
    /// <summary>Each <paramref name="count"/> frames in succession, one after another, the oldest first.</summary>
    public static float[][] Of(float[][] frames, int count) =>
        [.. Enumerable.Range(0, Math.Max(0, frames.Length - count + 1)).Select(first =>
            frames.Skip(first).Take(count).SelectMany(frame => frame).ToArray())];
}
