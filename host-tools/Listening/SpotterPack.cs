using McuAi.HostTools.Learning;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Listening;

/// <summary>The pack of a keyword spotter.</summary>
/// <param name="Labels">Of the model's classes, in their order.</param>
/// <param name="FrontEnd">What makes the model's input.</param>
public sealed record SpotterPack(PackModel Model, IReadOnlyList<string> Labels, FrontEndReader FrontEnd)
{
    private const float SoftmaxScale = 1f / 256;

    /// <exception cref="ModelException">The file is no pack, or not that of a keyword spotter.</exception>
    public static SpotterPack Read(string path)
    {
        PackModel model = ModelFile.ReadPack(path);
        if (model.FrontEnd is not { } tables || !model.Metadata.TryGetValue(KeywordPack.Labels, out string? text))
            throw new ModelException($"{path} has no audio front end or no labels, so it is no keyword spotter; make one " +
                "with mcuai train.");
        PackTensor output = model.Outputs[0];
        if (output.Type != DataType.Int8 || Math.Abs(output.Scale - SoftmaxScale) > 1e-6f || output.ZeroPoint != sbyte.MinValue)
            throw new ModelException($"{path} does not end with the softmax of a keyword spotter; train it, or convert a " +
                "model that ends with one.");
        return new SpotterPack(model, text.Split('\n'), new FrontEndReader(tables));
    }

    public SpotterSettings Settings => SpotterSettings.Read(Model.Spotter, FrontEnd.Frames);

    /// <summary>Milliseconds from one frame to the next.</summary>
    public double FrameMs => 1000.0 * FrontEnd.Hop / FrontEnd.SampleRate;

    /// <summary>The words that were heard, as <see cref="DetectionScore"/> compares them.</summary>
    public IReadOnlyList<SpokenWord> Events(Hearing hearing)
    {
        ArgumentNullException.ThrowIfNull(hearing);
        return [.. hearing.Words.Select(word => new SpokenWord(word.TimeMs / 1e3, Labels[word.Label]))];
    }

    /// <summary>A recording of any kind, as the front end takes it.</summary>
    public short[] Samples(string path)
    {
        Recording recording = WavReader.Read(path);
        return ModelConverter.Audio.Samples.FromFloat(
            Resampling.Resample(recording.Samples, recording.Rate, FrontEnd.SampleRate));
    }
}
