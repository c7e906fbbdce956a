using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Data;

/// <summary>Recordings of single words are mostly cut out of longer ones by their level: a weak sound at an end of the word is
/// lost, and the noise of the recording ends with it.</summary>
internal static class CloseCut
{
    private const double FrameSeconds = 0.02;

    /// <summary>The first and the last frame, of all that are at least a share as loud as the loudest one, and what is between
    /// them; nothing of a silent clip.</summary>
    /// <param name="share">Of the amplitude.</param>
    public static ReadOnlySpan<float> Of(ReadOnlySpan<float> clip, int rate, double share)
    {
        int frame = Math.Max(1, (int)(FrameSeconds * rate)), frames = (clip.Length + frame - 1) / frame;
        var powers = new float[frames];
        for (int i = 0; i < frames; i++)
            powers[i] = TensorPrimitives.SumOfSquares(clip[(i * frame)..Math.Min(clip.Length, (i + 1) * frame)]);
        float least = frames == 0 ? 0 : TensorPrimitives.Max<float>(powers) * (float)(share * share);
        if (least <= 0)
            return [];
        int first = Array.FindIndex(powers, power => power >= least), last = Array.FindLastIndex(powers, power => power >= least);
        return clip[(first * frame)..Math.Min(clip.Length, (last + 1) * frame)];
    }
}
