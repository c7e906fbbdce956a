using System.CommandLine;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Commands;

/// <summary>Options of what a keyword spotter's training batches are made of, and how their clips are varied.</summary>
internal sealed class BatchArguments
{
    /// <summary>Within which a share of beta is drawn in few tries.</summary>
    private const double LeastMixup = 0.01, MostMixup = 4;

    private static readonly KeywordBatchSettings Defaults = new();

    private readonly Option<double?> alsoShare = new("--also-share")
    {
        Description = "share of a word's clips that --also has in training; by default as many as its clips are",
    };

    private readonly Option<double?> unknownShare = new("--unknown-share")
    {
        Description = "share of a batch that is other words, where they are a class; by default 0.2",
    };

    private readonly Option<bool> evenUnknown = new("--even-unknown")
    {
        Description = "have each data set the same share of the other words, however many clips it has",
    };

    private readonly Option<double?> weakFricatives = new("--weak-fricatives")
    {
        Description = "share of the clips whose s, f and the like are made weaker",
    };

    private readonly Option<double?> splices = new("--splices")
    {
        Description = "share of the clips of which a moment is left out or heard twice",
    };

    private readonly Option<double?> closeCuts = new("--close-cuts")
    {
        Description = "share of the clips that are cut close around the word, with a noise that ends with them",
    };

    private readonly Option<double?> mixup = new("--mixup")
    {
        Description = "mix each clip with another one, by a share drawn from a beta distribution of this parameter, 0.01 to 4; 0: " +
            "not at all; the default draws one share a batch, with 0.3",
    };

    private readonly Option<double?> unsteadyNoise = new("--unsteady-noise")
    {
        Description = "share of the noises over which other sounds come and go",
    };

    private readonly Option<double?> silenceShare = new("--silence-share")
    {
        Description = "share of a batch that is silence, where that is a class; by default 0.06",
    };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[alsoShare, unknownShare, evenUnknown, silenceShare, mixup, splices, closeCuts,
            weakFricatives, unsteadyNoise])
            command.Options.Add(option);
    }

    /// <exception cref="ModelException">A share is not between 0 and 1, or mixup is out of its range.</exception>
    public KeywordBatchSettings Batches(ParseResult arguments, int seed)
    {
        KeywordBatchSettings settings = Defaults with
        {
            Seed = seed,
            AdditionShare = Share(arguments, alsoShare),
            UnknownShare = Share(arguments, unknownShare) ?? Defaults.UnknownShare,
            EvenUnknown = arguments.GetValue(evenUnknown),
            SilenceShare = Share(arguments, silenceShare) ?? Defaults.SilenceShare,
        };
        return arguments.GetValue(mixup) switch
        {
            null => settings,
            0 => settings with { Mixup = 0 },
            >= LeastMixup and <= MostMixup and { } alpha => settings with { Mixup = alpha, MixesEachPair = true },
            var alpha => throw new ModelException($"--mixup {alpha} is neither 0, which mixes nothing, nor between " +
                $"{LeastMixup} and {MostMixup}."),
        };
    }

    /// <exception cref="ModelException">A share is not between 0 and 1.</exception>
    public AugmentationSettings Augmentation(ParseResult arguments) => AugmentationSettings.Default with
    {
        CutShare = Share(arguments, closeCuts) ?? 0,
        SpliceShare = Share(arguments, splices) ?? 0,
        FricativeShare = Share(arguments, weakFricatives) ?? 0,
        BurstShare = Share(arguments, unsteadyNoise) ?? 0,
    };

    private static double? Share(ParseResult arguments, Option<double?> option) =>
        arguments.GetValue(option) is var share && share is null or (>= 0 and <= 1)
            ? share
            : throw new ModelException($"{option.Name} {share} is not between 0 and 1.");
}
