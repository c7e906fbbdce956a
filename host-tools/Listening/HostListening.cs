using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Listening;

/// <summary>What a keyword spotter heard in a recording.</summary>
/// <param name="Windows">All windows.</param>
/// <param name="Inferences">Windows in which the model ran.</param>
public sealed record Hearing(IReadOnlyList<HeardWord> Words, int Windows, int Inferences);

/// <summary>Keyword spotting on this machine, through the C core.</summary>
public static class HostListening
{
    public static Hearing Run(SpotterPack pack, ReadOnlySpan<short> samples)
    {
        ArgumentNullException.ThrowIfNull(pack);
        using var spotter = new HostSpotter(HostLibraryBuilder.Load(ProjectFolder.Find().Root), PackWriter.Write(pack.Model));
        List<HeardWord> words = spotter.Push(samples);
        return new Hearing(words, spotter.Windows.All, spotter.Windows.Looked);
    }
}
