using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Training;

/// <summary>The model inputs of clips, for validation and for judging a pack.</summary>
/// <param name="Inputs">[inputs][frames][features], as the front end gives them.</param>
/// <param name="Labels">The class of each input.</param>
public sealed record KeywordInputs(sbyte[] Inputs, int[] Labels, FrontEndSettings Settings)
{
    public int Count => Labels.Length;

    /// <summary>Inputs of each clip, one after another: the first is the clip as it is, the others are variants of it.</summary>
    public int Views { get; init; } = 1;

    /// <summary>No clips at all.</summary>
    public static KeywordInputs None(FrontEndSettings settings) => new([], [], settings);

    public static KeywordInputs Of(IReadOnlyList<Clip> clips, IFrontEnd frontEnd)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(frontEnd);
        return Of(clips, frontEnd, 1, (clip, _) => Fit(clip, frontEnd));
    }

    /// <summary>Each clip as it is, then variants of it as other rooms and microphones would have made them: where hardly a
    /// clip is misheard, they tell models apart that the clips alone do not.</summary>
    /// <param name="variants">Of each clip.</param>
    public static KeywordInputs OfViews(IReadOnlyList<Clip> clips, IFrontEnd frontEnd, Augmentation augmentation, int variants)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(frontEnd);
        ArgumentNullException.ThrowIfNull(augmentation);
        return Of(clips, frontEnd, variants + 1, (clip, row) =>
        {
            float[] window = Fit(clip, frontEnd);
            if (row % (variants + 1) == 0)
                return window;
            var variant = new float[window.Length];
            augmentation.Apply(window, row, variant);
            return variant;
        });
    }

    /// <summary>Windows whose samples are held at a time.</summary>
    private const int Chunk = 1024;

    private static float[] Fit(Clip clip, IFrontEnd frontEnd) =>
        ClipWindow.Fit(clip.Samples, frontEnd.Settings.ClipSamples, KeywordBatches.Peak);

    /// <param name="view">Samples of a clip for one of all inputs.</param>
    private static KeywordInputs Of(IReadOnlyList<Clip> clips, IFrontEnd frontEnd, int views, Func<Clip, int, float[]> view)
    {
        FrontEndSettings settings = frontEnd.Settings;
        int rows = clips.Count * views;
        if ((long)clips.Count * views * settings.InputBytes > Array.MaxLength)
            throw new ModelException($"{clips.Count:N0} clips in {views} views of {settings.InputBytes:N0} bytes each are more than " +
                "fit in memory; judge by fewer clips.");
        var inputs = new sbyte[rows * settings.InputBytes];
        for (int first = 0; first < rows; first += Chunk) // samples are far more than features
        {
            int count = Math.Min(Chunk, rows - first);
            short[] samples = [.. Enumerable.Range(first, count).AsParallel().AsOrdered()
                .Select(row => Samples.FromFloat(view(clips[row / views], row))).SelectMany(window => window)];
            frontEnd.Compute(samples, settings.ClipSamples, inputs.AsSpan(first * settings.InputBytes, count * settings.InputBytes));
        }

        return new KeywordInputs(inputs, [.. clips.SelectMany(clip => Enumerable.Repeat(clip.Class, views))], settings)
        {
            Views = views,
        };
    }

    /// <summary>As the network sees them: [clips, frames, features, 1].</summary>
    public Tensor<float> Real() => new([.. Inputs.Select(level => (float)((level - Settings.ZeroPoint) * Settings.Scale))],
        Count, Settings.Frames, Settings.Features, 1);
}
