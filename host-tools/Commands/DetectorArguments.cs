using System.CommandLine;
using System.Globalization;
using McuAi.HostTools.Anomaly;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Commands;

/// <summary>Options that say how a log is read and what a detector of it is like.</summary>
internal sealed class DetectorArguments
{
    private readonly Option<double> _rate = Number("--rate", "rows of the detector in a second", 1);
    private readonly Option<int> _window = Count("--window", "rows of a frame", 16);
    private readonly Option<int?> _hop = new("--hop") { Description = "rows from one frame to the next; by default half a window" };
    private readonly Option<string> _features = new("--features")
    {
        Description = "of mean, rms, deviation, peak, crest, kurtosis", DefaultValueFactory = _ => "mean,deviation",
    };

    private readonly Option<int> _bands = Count("--bands", "bands of the spectrum", 0);
    private readonly Option<string?> _range = new("--range") { Description = "LOW,HIGH of the bands in Hz" };
    private readonly Option<double> _falseAlarms = Number("--false-alarms", "share of normal frames that may make an alarm", 0.01);
    private readonly Option<int> _adapt = Count("--adapt", "what is normal follows by 2^-N a frame; 0: it stays", 0);
    private readonly Option<bool> _learn = new("--learn")
    {
        Description = "learn what is normal from the stream alone, with --adapt: for machines that differ from the log's",
    };

    private readonly Option<int> _warmUp = Count("--warm-up", "frames that are learned before the first score, with --learn", 16);
    private readonly Option<int> _persistence = Count("--persistence", "frames above the threshold that make an alarm", 1);
    private readonly Option<int> _holdOff = Count("--hold-off", "frames in which an alarm makes one event", 0);
    private readonly Option<double?> _fullScale = new("--full-scale")
    {
        Description = "the value that is the int16 sample 32768; by default 128 standard deviations of the log",
    };

    private readonly Option<string?> _part = new("--part") { Description = "FROM:TO, the share of the rows to use, as 0:0.7" };
    private readonly Option<string> _missing = new("--missing")
    {
        Description = "cells without a number: refuse, hold (the value before) or drop (the row)", DefaultValueFactory = _ => "refuse",
    };

    private readonly Option<string[]> _ignore = new("--ignore")
    {
        Description = "columns that are no sensors", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["changepoint"],
    };

    private readonly Option<int> _channels = Count("--channels", "of a raw log, interleaved", 1);
    private readonly Option<int> _seed = Count("--seed", "of networks and of the faults put in", 1);

    public void AddTo(Command command)
    {
        _missing.AcceptOnlyFromAmong("refuse", "hold", "drop");
        foreach (Option option in (Option[])[_rate, _window, _hop, _features, _bands, _range, _falseAlarms, _adapt, _learn, _warmUp,
            _persistence, _holdOff, _fullScale, _part, _missing, _ignore, _channels, _seed])
            command.Add(option);
    }

    public SensorLog ReadLog(ParseResult arguments, string log)
    {
        var options = new SensorLogOptions
        {
            Missing = Enum.Parse<MissingValues>(arguments.GetValue(_missing)!, ignoreCase: true),
            Ignored = arguments.GetValue(_ignore)!,
            RawChannels = arguments.GetValue(_channels),
        };
        SensorLog all = LogArgument.Part(LogArgument.Read(log, options, arguments.GetValue(_rate)), arguments.GetValue(_part));
        int wrong = Array.IndexOf(all.Labels ?? [], true);
        return wrong < 0
            ? all
            : throw new ModelException($"{log}: row {wrong + 1} of the part is labelled anomalous; train on normal rows alone " +
                "(--part FROM:TO chooses them).");
    }

    public TrainingPlan Plan(ParseResult arguments, SensorLog normal)
    {
        int window = arguments.GetValue(_window);
        var features = new FeatureSettings
        {
            Channels = normal.Channels.Count,
            Window = window,
            Hop = arguments.GetValue(_hop) ?? Math.Max(1, window / 2),
            SampleRate = arguments.GetValue(_rate),
            Kinds = Kinds(arguments.GetValue(_features)!),
        };
        if (arguments.GetValue(_bands) > 0)
            features = WithBands(features, arguments.GetValue(_bands), arguments.GetValue(_range));
        features.Check();
        double falseAlarms = arguments.GetValue(_falseAlarms);
        if (falseAlarms is not (> 0 and < 1))
            throw new ModelException($"--false-alarms {falseAlarms} is no share between 0 and 1.");
        int adaptation = arguments.GetValue(_adapt);
        if (adaptation is < 0 or > 16)
            throw new ModelException($"--adapt {adaptation} is not between 0 and 16.");
        bool learns = arguments.GetValue(_learn);
        if (learns && adaptation == 0)
            throw new ModelException("--learn takes --adapt N too: how fast what is normal follows the stream.");
        return new TrainingPlan
        {
            Features = features,
            FalseAlarms = falseAlarms,
            Adaptation = adaptation,
            LearnsFromTheStream = learns,
            Folds = learns ? 1 : 4,
            WarmUp = learns ? Math.Clamp(arguments.GetValue(_warmUp), 2, 65535) : 0,
            Persistence = Math.Max(1, arguments.GetValue(_persistence)),
            HoldOff = Math.Clamp(arguments.GetValue(_holdOff), 0, 65535),
            Seed = arguments.GetValue(_seed),
        };
    }

    /// <summary>Null: from the log.</summary>
    public SampleScale[]? Scales(ParseResult arguments, SensorLog normal) => arguments.GetValue(_fullScale) switch
    {
        null => null,
        > 0 and double most => [.. normal.Channels.Select(_ => new SampleScale(0, most / 32768))],
        var other => throw new ModelException($"--full-scale {other} is not greater than 0."),
    };

    private static FeatureKinds Kinds(string list)
    {
        FeatureKinds kinds = FeatureKinds.None;
        foreach (string name in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            kinds |= Enum.TryParse(name, ignoreCase: true, out FeatureKinds kind) && Enum.IsDefined(kind)
                ? kind
                : throw new ModelException($"--features: '{name}' is none of mean, rms, deviation, peak, crest, kurtosis.");
        return kinds;
    }

    private static FeatureSettings WithBands(FeatureSettings features, int count, string? range)
    {
        double bin = features.SampleRate / Math.Max(1, features.Window);
        (double low, double high) = (bin, features.SampleRate / 2);
        if (range is not null)
        {
            string[] ends = range.Split(',');
            if (ends.Length != 2 || !double.TryParse(ends[0], CultureInfo.InvariantCulture, out low) ||
                !double.TryParse(ends[1], CultureInfo.InvariantCulture, out high) || !(low > 0 && high > low))
                throw new ModelException($"--range {range} is not LOW,HIGH in Hz, as 60,4500.");
        }

        return features.WithBands(count, low, high);
    }

    private static Option<int> Count(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    private static Option<double> Number(string name, string description, double value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
