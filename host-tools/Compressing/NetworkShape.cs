using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Compressing;

/// <summary>The size of a keyword network: channels of its two first convolutions, then width and number of its blocks.
/// </summary>
public sealed record NetworkShape(int Width, int Blocks, int Stem = 8, int Second = 16)
{
    /// <summary>Channels of the layers, in the order in which pruning sees them.</summary>
    public int[] Channels => [Stem, Second, Width];

    public ModelGraph Build(FrontEndSettings settings, int classes, int seed)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return KeywordNetworks.Temporal(settings.Frames, settings.Features, classes, seed, Width, Blocks, stem: Stem,
            second: Second);
    }

    public override string ToString() => $"{Width}x{Blocks}" + ((Stem, Second) == (8, 16) ? "" : $" stem {Stem},{Second}");
}
