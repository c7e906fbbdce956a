using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Language;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Pruning;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Pack;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai shrink TEACHER: makes a small language model of a larger one.</summary>
internal static class ShrinkCommand
{
    private static readonly Argument<string> Teacher = new("TEACHER")
    {
        Description = "a language model that `convert` reads: a folder of Hugging Face's, .safetensors, .gguf, or .bin of llama2.c",
    };

    private static readonly Option<string?> Output = new("--output", "-o") { Description = "the pack; by default TEACHER.tsk here" };

    private static readonly Option<string> To = new("--to")
    {
        Description = "tinyseek: a student of latent attention and experts; tinyseek-2m and other names: one of that size; " +
            "same: what is kept of the teacher, with rounded weights",
        DefaultValueFactory = _ => "same",
    };

    private static readonly Option<string?> Tokenizer = new("--tokenizer")
    {
        Description = "where it does not lie with the teacher: .bin of llama2.c",
    };

    private static readonly Option<string> Weights = new("--weights")
    {
        Description = "int8, int4 or int2", DefaultValueFactory = _ => "int4",
    };

    private static readonly Option<string?> Embedding = new("--embedding")
    {
        Description = "int8 or int4, by default as the weights, int4 for int2",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "a text to learn from; by default the teacher makes one up",
    };

    private static readonly Option<string?> TeacherUrl = new("--teacher-url")
    {
        Description = "a teacher of which only text is known: an endpoint of OpenAI's protocol, as http://localhost:8080/v1; " +
            "TEACHER then is what learns",
    };

    private static readonly Option<string?> TeacherModel = new("--teacher-model") { Description = "its model" };

    private static readonly Option<string?> TeacherPrompt = new("--teacher-prompt")
    {
        Description = $"what it is asked for each text ({TeacherEndpoint.DefaultPrompt})",
    };

    private static readonly Option<string?> KeyVariable = new("--api-key-env")
    {
        Description = "the environment variable that holds its key, if it asks for one",
    };

    private static readonly Option<string?> Work = new("--work")
    {
        Description = "a folder for sampled text and checkpoints, from which a run that was stopped goes on; by default OUTPUT.shrink",
    };

    private static readonly Option<string?> Flash = new("--flash")
    {
        Description = "bytes of the pack at most, as 200k; with --to same, parts of the teacher go until it fits",
    };

    private static readonly Option<string?> Ram = new("--ram") { Description = "bytes of the arena at most, as 100k; likewise" };

    private static readonly Option<string?> BoardName = new("--board")
    {
        Description = "a board whose flash and RAM are not to be exceeded, less what its firmware takes; see `mcuai boards`",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "print figures as JSON" };

    private static readonly ShrinkNumbers Numbers = new();

    public static Command Create()
    {
        To.AcceptOnlyFromAmong(["tinyseek", "same", .. TinySeekSizes.All.Keys]);
        Weights.AcceptOnlyFromAmong("int8", "int4", "int2");
        Embedding.AcceptOnlyFromAmong("int8", "int4");
        var command = new Command("shrink", "Make a small language model of a larger one.")
        {
            Teacher, Output, To, Tokenizer, Weights, Embedding, Data, TeacherUrl, TeacherModel,
            TeacherPrompt, KeyVariable, Work, Flash, Ram, BoardName, Json,
        };
        Numbers.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        string path = arguments.GetValue(Teacher)!;
        string output = arguments.GetValue(Output) ?? ModelName.Of(path) + ".tsk";
        using OpenedTransformer opened = OpenedTransformer.Open(path);
        ITokenizer tokenizer = LanguageConversion.Tokenizer(opened, path, arguments.GetValue(Tokenizer));
        ShrinkOptions options = Options(arguments, opened.Source.Shape, output);
        var shrinking = new Shrinking(opened.Source, tokenizer, options, Console.Error.WriteLine);
        PackModel model = shrinking.Run(CancellationToken.None);
        byte[] pack = PackWriter.Write(model);
        options.Budget.Require(pack);
        ModelFile.WriteAtomically(output, pack);
        if (arguments.GetValue(Json))
            Report.Print(new { Output = output, PackBytes = pack.Length, model.ArenaBytes, shrinking.Steps });
        else
            Print(shrinking.Steps, $"{output}: {pack.Length:N0} bytes, {model.ArenaBytes:N0} bytes of arena");
        return 0;
    }

    private static void Print(IEnumerable<ShrinkStep> steps, string end)
    {
        Table table = TableOutput.Create("step", ">perplexity", ">over the first", ">weights", ">used by a token", ">remembered of a token",
            ">bytes");
        foreach (ShrinkStep step in steps)
            table.AddRow(step.Name, $"{step.Perplexity:F3}", $"{100 * step.Excess:+0.00;-0.00} %", $"{step.Weights:N0}",
                $"{step.ActiveWeights:N0}", $"{step.CachedValues}", $"{step.Bytes:N0}");
        TableOutput.Write(table);
        Console.Out.WriteLine(end);
    }

    private static ShrinkOptions Options(ParseResult arguments, TransformerShape teacher, string output)
    {
        MatrixFormat weights = FormatOf(arguments.GetValue(Weights)!);
        string embedding = arguments.GetValue(Embedding) ?? (weights.Bits == 8 ? "int8" : "int4");
        string to = arguments.GetValue(To)!;
        NamedStudent? named = TinySeekSizes.All.ContainsKey(to) ? NamedStudent.Of(to, teacher) : null;
        Board? board = arguments.GetValue(BoardName) is { } name ? new BoardCatalog(ProjectFolder.Find().Boards).Find(name) : null;
        var options = new ShrinkOptions(arguments.GetValue(Work) ?? output + ".shrink")
        {
            Name = Path.GetFileNameWithoutExtension(output),
            Source = $"shrunk from {ModelName.WithEnding(arguments.GetValue(Teacher)!)}",
            Weights = weights, Embedding = FormatOf(embedding), Data = arguments.GetValue(Data),
            Endpoint = Endpoint(arguments),
            Student = named?.Student ?? (to == "tinyseek" ? ShrinkOptions.DefaultStudent(teacher) : null),
            Fresh = named?.Fresh,
            Sizes = named?.Kept ?? new Dictionary<PrunedKind, int>(),
            Budget = ShrinkBudget.Of(Amounts.Bytes("--flash", arguments.GetValue(Flash)),
                Amounts.Bytes("--ram", arguments.GetValue(Ram)), board, teacher.Vocabulary),
        };
        options = Numbers.Apply(arguments, options);
        return options.Bits is null || arguments.GetValue(Embedding) is null ? options : throw new ModelException(
            "--embedding: with --bits the embedding's format is chosen like all others; leave one of them out.");
    }

    private static TeacherEndpoint? Endpoint(ParseResult arguments)
    {
        if (arguments.GetValue(TeacherUrl) is not { } url)
            return null;
        if (arguments.GetValue(Data) is not null)
            throw new ModelException("--data: the text is the endpoint's; leave out --data or --teacher-url.");
        string model = arguments.GetValue(TeacherModel) ?? throw new ModelException(
            $"--teacher-url {url}: name the endpoint's model with --teacher-model.");
        return TeacherEndpoint.Of(url, model, arguments.GetValue(KeyVariable)) with
        {
            Prompt = arguments.GetValue(TeacherPrompt) ?? TeacherEndpoint.DefaultPrompt,
        };
    }

    private static MatrixFormat FormatOf(string weights) => weights switch
    {
        "int8" => MatrixFormat.Int8,
        "int4" => MatrixFormat.Int4,
        _ => MatrixFormat.Int2,
    };
}
