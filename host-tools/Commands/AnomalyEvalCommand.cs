using System.CommandLine;
using System.Globalization;
using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai anomaly eval X.tsk LOG ...: what a detector says of logs, and how right it is where they are labelled.
/// </summary>
internal static class AnomalyEvalCommand
{
    private const int WidestBuffer = 60;

    public static Command Create()
    {
        var pack = new Argument<string>("X") { Description = "a pack of mcuai anomaly train" };
        var logs = new Argument<string[]>("LOG")
        {
            Description = "logs; without a column of labels, nothing is wrong in them", Arity = ArgumentArity.ZeroOrMore,
        };
        var faulty = new Option<string[]>("--faulty")
        {
            Description = "logs of faulty machines, anomalous from the first row on", AllowMultipleArgumentsPerToken = true,
        };
        var part = new Option<string?>("--part") { Description = "FROM:TO of each LOG, not of the faulty ones, as 0.7:1" };
        var missing = new Option<string>("--missing") { Description = "refuse, hold or drop", DefaultValueFactory = _ => "refuse" };
        missing.AcceptOnlyFromAmong("refuse", "hold", "drop");
        var label = new Option<string>("--label") { Description = "the column of labels", DefaultValueFactory = _ => "anomaly" };
        var board = new Option<string?>("--board") { Description = "run each log on this emulated board too, and compare" };
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("eval", "Run a detector over logs.") { pack, logs, faulty, part, missing, label, board, json };
        command.SetAction(async (arguments, cancellation) =>
        {
            var evaluation = new Evaluation(arguments.GetValue(pack)!, new SensorLogOptions
            {
                Missing = Enum.Parse<MissingValues>(arguments.GetValue(missing)!, ignoreCase: true),
                LabelColumn = arguments.GetValue(label)!,
            }, arguments.GetValue(board));
            foreach (string log in arguments.GetValue(logs)!)
                await evaluation.AddAsync(log, false, arguments.GetValue(part), cancellation);
            foreach (string log in arguments.GetValue(faulty)!)
                await evaluation.AddAsync(log, true, null, cancellation);
            evaluation.Print(arguments.GetValue(json));
            return 0;
        });
        return command;
    }

    private sealed class Evaluation
    {
        private readonly byte[] _pack;
        private readonly PackModel _model;
        private readonly SampleScale[] _scales;
        private readonly FeatureSettings _features;
        private readonly SensorLogOptions _options;
        private readonly Board? _board;
        private readonly HostLibrary _library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);
        private readonly List<(string Name, ScoredFrames Frames, int Events, NodeResult? Node)> _results = [];

        public Evaluation(string path, SensorLogOptions options, string? board)
        {
            _pack = ModelFile.ReadBytes(path);
            _model = PackReader.Read(_pack);
            _scales = SampleScales.Read(_model);
            _features = DetectorReader.Features(_model.Detector
                ?? throw new ModelException($"{path} has no detector; make one with mcuai anomaly train."));
            _options = options with { RawChannels = _scales.Length };
            _board = board is null ? null : new BoardCatalog(ProjectFolder.Find().Boards).Find(board);
        }

        public async Task AddAsync(string argument, bool faulty, string? part, CancellationToken cancellation)
        {
            SensorLog log = LogArgument.Part(LogArgument.Read(argument, _options, _features.SampleRate), part);
            if (log.Channels.Count != _scales.Length)
                throw new ModelException($"{argument} has {log.Channels.Count} channels ({string.Join(", ", log.Channels)}), the " +
                    $"detector takes {_scales.Length}; leave the others out.");
            bool[] labels = log.Labels ?? new bool[log.Rows];
            if (faulty)
                labels = [.. labels.Select(_ => true)];
            short[] samples = SampleScale.Samples(log, _scales);
            using var detector = new HostDetector(_library, _pack);
            Detection[] detections = detector.Run(samples);
            NodeResult? node = _board is null ? null : await NodeEmulation.RunAsync(_board, _pack, samples, cancellation);
            if (node is not null && !node.Frames.AsSpan().SequenceEqual(detections.SelectMany(one => one.Bytes).ToArray()))
                throw new ModelException($"{argument}: {node.Board} and this machine differ; please report it.");
            _results.Add((log.Name, ScoredFrames.Of(detections, labels, _features).Scored(),
                detections.Count(one => one.Event), node));
        }

        public void Print(bool json)
        {
            if (_results.Count == 0)
                throw new ModelException("Give at least one log, or --faulty LOG.");
            ScoredFrames all = ScoredFrames.Join([.. _results.Select(result => result.Frames)]);
            BenchFigures? figures = all.Labels.Contains(true) && all.Labels.Contains(false)
                ? BenchFigures.Of("", _model.Metadata.GetValueOrDefault("method", ""), [all], WidestBuffer, _features.Hop)
                : null;
            if (json)
                Report.Print(new
                {
                    Logs = _results.Select(result => new
                    {
                        result.Name, Frames = result.Frames.Scores.Length, Alarms = result.Frames.Alarms.Count(alarm => alarm),
                        result.Events, result.Node?.Board, InstructionsPerFrame = result.Node?.MeanInstructions,
                        result.Node?.RamBytes, result.Node?.StackBytes,
                        CodeBytes = result.Node?.Sizes.CoreCode,
                    }),
                    Figures = figures,
                });
            else
                PrintTable(figures);
        }

        private void PrintTable(BenchFigures? figures)
        {
            Table table = TableOutput.Create("log", ">frames", ">anomalous", ">alarms", ">share", ">events", "board",
                ">instructions a frame", ">RAM", ">stack");
            foreach ((string name, ScoredFrames frames, int events, NodeResult? node) in _results)
            {
                int alarms = frames.Alarms.Count(alarm => alarm);
                table.AddRow(Markup.Escape(name), $"{frames.Scores.Length:N0}", $"{frames.Labels.Count(label => label):N0}",
                    $"{alarms:N0}", string.Create(CultureInfo.InvariantCulture, $"{alarms / Math.Max(1.0, frames.Scores.Length):0.0 %}"),
                    $"{events:N0}", node is null ? "" : $"{node.Board}, same bytes", node is null ? "" : $"{node.MeanInstructions:N0}",
                    node is null ? "" : $"{node.RamBytes:N0}", node is null ? "" : $"{node.StackBytes:N0}");
            }

            TableOutput.Write(table);
            if (figures is not null)
                Console.Out.WriteLine($"AUC {figures.Auc:0.0000}, precision {figures.Precision:0.000}, recall {figures.Recall:0.000}, " +
                    $"F1 {figures.F1:0.000}, false alarms {figures.FalseAlarms:0.0 %}, VUS-PR {figures.VusPr:0.000}");
        }
    }
}
