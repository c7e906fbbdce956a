using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Data;

namespace McuAi.ModelConverter.Training;

/// <summary>The model inputs of clips as they are, for validation and for judging a pack.</summary>
/// <param name="Inputs">[clips][frames][features], as the front end gives them.</param>
/// <param name="Labels">The class of each clip.</param>
public sealed record KeywordInputs(sbyte[] Inputs, int[] Labels, FrontEndSettings Settings)
{
    public int Count => Labels.Length;

    /// <summary>No clips at all.</summary>
    public static KeywordInputs None(FrontEndSettings settings) => new([], [], settings);

    public static KeywordInputs Of(IReadOnlyList<Clip> clips, IFrontEnd frontEnd)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(frontEnd);
        FrontEndSettings settings = frontEnd.Settings;
        short[] samples = [.. clips.AsParallel().AsOrdered().Select(clip => Samples.FromFloat(
            ClipWindow.Fit(clip.Samples, settings.ClipSamples, KeywordBatches.Peak))).SelectMany(window => window)];
        var inputs = new sbyte[clips.Count * settings.InputBytes];
        if (inputs.Length > 0)
            frontEnd.Compute(samples, settings.ClipSamples, inputs);
        return new KeywordInputs(inputs, [.. clips.Select(clip => clip.Class)], settings);
    }

    /// <summary>As the network sees them: [clips, frames, features, 1].</summary>
    public Tensor<float> Real() => new([.. Inputs.Select(level => (float)((level - Settings.ZeroPoint) * Settings.Scale))],
        Count, Settings.Frames, Settings.Features, 1);
}
