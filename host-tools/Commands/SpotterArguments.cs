using System.CommandLine;
using McuAi.HostTools.Listening;
using McuAi.ModelConverter.Audio;

namespace McuAi.HostTools.Commands;

/// <summary>Options that set how a keyword spotter decides; without one, it is as the pack says.</summary>
internal sealed class SpotterArguments
{
    private readonly Option<double?> threshold = new("--threshold") { Description = "posterior from which on a word counts, 0..1" };
    private readonly Option<double?> others = new("--others") { Description = "share of other words' posteriors that counts for the likeliest, 0..1" };
    private readonly Option<double?> release = new("--release") { Description = "posterior below which a word has to fall to count again" };
    private readonly Option<int?> smoothing = new("--smoothing") { Description = "windows over which posteriors are averaged" };
    private readonly Option<int?> delay = new("--delay") { Description = "windows to wait for a likelier word" };
    private readonly Option<double?> hop = new("--hop") { Description = "milliseconds from one window to the next" };
    private readonly Option<double?> refractory = new("--refractory") { Description = "milliseconds after a word without another" };
    private readonly Option<double?> gate = new("--gate") { Description = "decibels above the noise that speech has; 0: listen always" };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[threshold, others, release, smoothing, delay, hop, refractory, gate])
            command.Options.Add(option);
    }

    /// <summary>Changes the settings in the pack where there is an option.</summary>
    public void Apply(ParseResult arguments, SpotterPack pack)
    {
        SpotterSettings old = pack.Settings;
        int? Share(Option<double?> option) => arguments.GetValue(option) is { } share ? (int)Math.Round(256 * share) : null;
        int? Frames(Option<double?> option) => arguments.GetValue(option) is { } ms ? (int)Math.Round(ms / pack.FrameMs) : null;
        int newThreshold = Share(threshold) ?? old.Threshold;
        SpotterSettings settings = old with
        {
            Threshold = newThreshold,
            Others = Share(others) is { } all ? Math.Min(all, byte.MaxValue) : old.Others,
            Release = Share(release) ?? Math.Min(old.Release, newThreshold),
            Smoothing = arguments.GetValue(smoothing) ?? old.Smoothing,
            Delay = arguments.GetValue(delay) ?? old.Delay,
            Hop = Frames(hop) ?? old.Hop,
            Refractory = Frames(refractory) ?? old.Refractory,
            Gate = arguments.GetValue(gate) is { } decibels ? (int)Math.Round(decibels * SpotterSettings.StepsPerDecibel) : old.Gate,
        };
        if (settings != old)
            pack.Model.Spotter = settings.Write(pack.FrontEnd.Frames);
    }
}
