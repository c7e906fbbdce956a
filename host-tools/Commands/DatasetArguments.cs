using System.CommandLine;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Commands;

/// <summary>The options by which any command reads a speech data set.</summary>
internal sealed class DatasetArguments
{
    private readonly Option<string?> pattern = new("--pattern")
    {
        Description = "what file names say, such as \"{label}_{speaker}_{take}.wav\"; * stands for anything",
    };

    private readonly Option<string?> speaker = new("--speaker")
    {
        Description = "a regular expression for the speaker in a file's path, its first group",
    };

    private readonly Option<SplitRule> split = new("--split")
    {
        Description = "speaker: each speaker in one split; clip: at random; given: as the data set says; by default " +
            "the first that the data set allows of given, speaker, clip",
        DefaultValueFactory = _ => SplitRule.Auto,
    };

    private readonly Option<string?> testTakes = new("--test-takes") { Description = "takes that are the test, as 0-4" };

    private readonly Option<string?> validationTakes = new("--validation-takes")
    {
        Description = "takes that are the validation, as 5-9",
    };

    private readonly Option<string[]> testSpeakers = new("--test-speakers")
    {
        Description = "speakers that are the test", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<double> testShare = new("--test-share")
    {
        Description = "share of the clips to test with", DefaultValueFactory = _ => Defaults.TestShare,
    };

    private readonly Option<double> validationShare = new("--validation-share")
    {
        Description = "share of the clips to validate with", DefaultValueFactory = _ => Defaults.ValidationShare,
    };

    private readonly Option<int> seed = new("--split-seed")
    {
        Description = "another number holds out other speakers", DefaultValueFactory = _ => Defaults.Seed,
    };

    private readonly Option<bool> allowMissing = new("--allow-missing")
    {
        Description = "leave out files that a manifest lists and that are not there",
    };

    private readonly Option<string[]> words = new("--words")
    {
        Description = "words to tell apart; all others become the class unknown", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> rename = new("--rename")
    {
        Description = "labels that are called otherwise, such as 0=zero 1=one", AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> also = new("--also")
    {
        Description = "data sets of which all clips are trained with too, such as synthetic speech; words that DATA does " +
            "not have become the class unknown",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> noise = new("--noise")
    {
        Description = "files or folders of background noise", AllowMultipleArgumentsPerToken = true,
    };

    private static DatasetOptions Defaults { get; } = new();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[pattern, speaker, split, testTakes, validationTakes, testSpeakers, testShare, validationShare,
            seed, allowMissing, words, rename, also, noise])
            command.Add(option);
    }

    public DatasetOptions Read(ParseResult arguments, int rate) => new()
    {
        Rate = rate,
        Pattern = arguments.GetValue(pattern),
        Speaker = arguments.GetValue(speaker),
        Split = arguments.GetValue(split),
        TestTakes = arguments.GetValue(testTakes),
        ValidationTakes = arguments.GetValue(validationTakes),
        TestSpeakers = arguments.GetValue(testSpeakers) ?? [],
        TestShare = arguments.GetValue(testShare),
        ValidationShare = arguments.GetValue(validationShare),
        Seed = arguments.GetValue(seed),
        AllowMissing = arguments.GetValue(allowMissing),
        Words = arguments.GetValue(words) ?? [],
        Renamed = Renamed(arguments.GetValue(rename) ?? []),
        Also = arguments.GetValue(also) ?? [],
        Noise = arguments.GetValue(noise) ?? [],
    };

    private static Dictionary<string, string> Renamed(string[] pairs)
    {
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in pairs)
        {
            string[] parts = pair.Split('=');
            if (parts is not [{ Length: > 0 } label, { Length: > 0 } name] || !renamed.TryAdd(label, name))
                throw new ModelException($"--rename {pair}: write each label once as LABEL=NAME.");
        }

        return renamed;
    }
}
