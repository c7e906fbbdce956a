using System.CommandLine;
using McuAi.HostTools.Learning;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai train DATA: from recordings of words to the pack of a keyword spotter.</summary>
internal static class TrainCommand
{
    private const int MostTeachers = 16, MostMembers = 8, MostTimeStride = 4;

    private static readonly KeywordRecipe Defaults = new();
    private static readonly BatchArguments BatchOptions = new();

    private static readonly Option<string?> Output = new("--output", "-o") { Description = "the pack; by default DATA.tsk here" };

    private static readonly Option<string> Weights = new("--weights")
    {
        Description = "int8, int4 or int2", DefaultValueFactory = _ => "int4",
    };

    private static readonly Option<string> NetworkName = new("--network")
    {
        Description = "temporal or ds-cnn", DefaultValueFactory = _ => Defaults.Network,
    };

    private static readonly Option<int> Width = Number("--width", "channels of the network's blocks", Defaults.Width);
    private static readonly Option<int> Blocks = Number("--blocks", "blocks of the network", Defaults.Blocks);
    private static readonly Option<int> TimeStride = Number("--time-stride",
        "frames of the front end from one frame of the network to the next: 1 tells short sounds apart, for about twice the " +
        "multiplications and the RAM of 2", Defaults.TimeStride);
    private static readonly Option<int> Steps = Number("--steps", "steps in real numbers", Defaults.Steps);
    private static readonly Option<int> QuantizedSteps = Number("--quantized-steps",
        "steps with the quantization of the integer model", Defaults.QuantizedSteps);
    private static readonly Option<int> Teachers = Number("--teachers",
        "networks in real numbers, each trained for --steps, whose mean teaches the integer model", Defaults.Teachers);
    private static readonly Option<bool> Committee = new("--committee")
    {
        Description = "the integer model is all teachers at once and takes the mean of what they say: as many times the bytes and the time",
    };

    private static readonly Option<int> Seed = Number("--seed", "another number gives another model", Defaults.Seed);
    private static readonly Option<int> Rate = Number("--rate", "samples a second that the model hears",
        FrontEndSettings.KeywordSpotting.SampleRate);
    private static readonly Option<double> VocalTract = new("--vocal-tract")
    {
        Description = "train with voices whose vocal tract is up to this share longer or shorter",
        DefaultValueFactory = _ => new KeywordSessionSettings().VocalTract,
    };

    private static readonly Option<bool> Silence = new("--silence") { Description = "add the class silence: noise alone" };
    private static readonly Option<string?> Checkpoint = new("--checkpoint")
    {
        Description = "a file from which the run goes on if it is ended before its time",
    };

    private static readonly Option<string?> Html = new("--html") { Description = "write the curves as a page" };
    private static readonly Option<bool> Json = new("--json") { Description = "print figures as JSON" };

    public static Command Create()
    {
        var path = new Argument<string>("DATA")
        {
            Description = "FOLDER with FOLDER/WORD/*.wav, or a manifest .csv with the columns path,label,speaker,split",
        };
        Weights.AcceptOnlyFromAmong("int8", "int4", "int2");
        var dataset = new DatasetArguments();
        var command = new Command("train", "Train a keyword spotter and write its pack.")
        {
            path, Output, Weights, NetworkName, Width, Blocks, TimeStride, Steps, QuantizedSteps, Teachers, Committee, Seed, Rate,
            VocalTract, Silence, Checkpoint, Html, Json,
        };
        BatchOptions.AddTo(command);
        dataset.AddTo(command);
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments.GetValue(path)!, arguments, dataset,
            cancellation), cancellation));
        return command;
    }

    private static Option<int> Number(string name, string description, int value) => new(name)
    {
        Description = description, DefaultValueFactory = _ => value,
    };

    private static int Run(string path, ParseResult arguments, DatasetArguments dataset, CancellationToken cancellation)
    {
        KeywordSessionSettings settings = Settings(arguments);
        settings.FrontEnd.Check();
        CheckCommittee(settings.Recipe);
        SpeechDataset data = SpeechDataset.Load(path, dataset.Read(arguments, settings.FrontEnd.SampleRate), cancellation);
        foreach (string warning in data.Warnings)
            Console.Error.WriteLine($"warning: {warning}");
        KeywordResult result = KeywordSession.Run(data, settings, arguments.GetValue(Checkpoint), Tell, cancellation);
        string output = arguments.GetValue(Output) ?? Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(path)) + ".tsk";
        ModelFile.WriteAtomically(output, result.Pack);
        if (arguments.GetValue(Html) is { } page)
            ModelFile.WriteAtomically(page, CurvesPage.Render(Path.GetFileNameWithoutExtension(output), result.Curve,
                Figures(result, settings)));
        if (arguments.GetValue(Json))
            Report.Print(JsonFigures(output, result));
        else
            Print(output, result);
        return 0;
    }

    private static void CheckCommittee(KeywordRecipe recipe)
    {
        if (recipe is { Committee: true, Teachers: < 2 or > MostMembers })
            throw new ModelException($"--committee takes 2 to {MostMembers} networks; give as many --teachers, not {recipe.Teachers}.");
        if (recipe is { Committee: true, QuantizedSteps: < 1 })
            throw new ModelException("--committee is made in the steps with quantization; give --quantized-steps 1 or more, " +
                $"not {recipe.QuantizedSteps}.");
    }

    private static KeywordSessionSettings Settings(ParseResult arguments) => new()
    {
        Recipe = Defaults with
        {
            Network = arguments.GetValue(NetworkName)!,
            Width = arguments.GetValue(Width),
            Blocks = arguments.GetValue(Blocks),
            TimeStride = arguments.GetValue(TimeStride) switch
            {
                >= 1 and <= MostTimeStride and var stride => stride,
                var stride => throw new ModelException($"--time-stride {stride} is not between 1 and {MostTimeStride}."),
            },
            Steps = arguments.GetValue(Steps),
            QuantizedSteps = arguments.GetValue(QuantizedSteps),
            Teachers = arguments.GetValue(Teachers) switch
            {
                >= 1 and <= MostTeachers and var teachers => teachers,
                var teachers => throw new ModelException($"--teachers {teachers} is not between 1 and {MostTeachers}."),
            },
            Committee = arguments.GetValue(Committee),
            Seed = arguments.GetValue(Seed),
            Weights = new ConversionOptions(arguments.GetValue(Weights)).WeightType!.Value,
        },
        FrontEnd = FrontEndSettings.KeywordSpotting with { SampleRate = arguments.GetValue(Rate) },
        Batches = BatchOptions.Batches(arguments, arguments.GetValue(Seed)),
        Augmentation = BatchOptions.Augmentation(arguments),
        VocalTract = arguments.GetValue(VocalTract),
        Silence = arguments.GetValue(Silence),
    };

    private static void Tell(Progress progress) => Console.Error.WriteLine(
        $"step {progress.Point.Step,5:N0} of {progress.Steps:N0}  loss {progress.Point.Loss:0.000}  " +
        $"accuracy {100 * progress.Point.Accuracy:0.0} %" +
        (double.IsNaN(progress.Point.Validation) ? "" : $"  validation {100 * progress.Point.Validation:0.0} %") +
        $"  {progress.Left:m\\:ss} left");

    private static void Print(string output, KeywordResult result)
    {
        Console.Out.WriteLine($"{output}: {ModelSummary.Parameters(result.Model):N0} parameters, " +
            $"{ModelSummary.Macs(result.Model):N0} MACs, {result.Model.WeightBytes:N0} bytes of weights, " +
            $"{result.Model.ArenaBytes:N0} bytes of arena, {result.Pack.Length:N0} bytes in all");
        Console.Out.WriteLine($"  accuracy on the test     {Percent(result.Real.Test)} in real numbers, " +
            $"{Percent(result.Integer.Test)} as integers");
        Console.Out.WriteLine($"  on the validation        {Percent(result.Real.Validation)} in real numbers, " +
            $"{Percent(result.Integer.Validation)} as integers");
    }

    private static string Percent(double share) => double.IsNaN(share) ? "not measured" : $"{100 * share:0.00} %";

    private static (string, string)[] Figures(KeywordResult result, KeywordSessionSettings settings) =>
    [
        ("test, real numbers", Percent(result.Real.Test)), ("test, integers", Percent(result.Integer.Test)),
        ("bytes of weights", $"{result.Model.WeightBytes:N0}"), ("MACs", $"{ModelSummary.Macs(result.Model):N0}"),
        ("steps", (settings.Recipe.Teachers > 1 ? $"{settings.Recipe.Teachers} x " : "") +
            $"{settings.Recipe.Steps} + {settings.Recipe.QuantizedSteps}"), ("seed", $"{settings.Recipe.Seed}"),
    ];

    private static object JsonFigures(string output, KeywordResult result) => new
    {
        Pack = output,
        Parameters = ModelSummary.Parameters(result.Model),
        Macs = ModelSummary.Macs(result.Model),
        result.Model.WeightBytes,
        result.Model.ArenaBytes,
        TestReal = Finite(result.Real.Test),
        TestQuantized = Finite(result.Quantized.Test),
        TestInteger = Finite(result.Integer.Test),
        ValidationReal = Finite(result.Real.Validation),
        ValidationInteger = Finite(result.Integer.Validation),
    };

    private static double? Finite(double value) => double.IsNaN(value) ? null : value;
}
