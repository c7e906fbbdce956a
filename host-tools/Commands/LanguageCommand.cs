using System.CommandLine;
using McuAi.HostTools.Language;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Training;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai language train TEXT: a language model of a text's characters.</summary>
internal static class LanguageCommand
{
    private const int MostNumbers = 1024, MostRows = 16;

    private static readonly Argument<string> Text = new("TEXT") { Description = "a file in UTF-8" };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "the pack; by default TEXT.tsk here" };
    private static readonly Option<int> Width = Number("--width",
        $"of the residual stream, a multiple of 8 from {LanguageTrainingPlan.LeastWidth} on", 96);
    private static readonly Option<int> Layers = Number("--layers", "of the model", 4);
    private static readonly Option<int> Heads = Number("--heads", "of attention", 6);
    private static readonly Option<int> Experts = Number("--experts", "that each layer routes to", 8);
    private static readonly Option<int> LayerEmbedding =
        Number("--layer-embedding", "numbers that each layer looks up for a token", 0);
    private static readonly Option<int> Ahead =
        Number("--predict-ahead", "inner width of what guesses the token after the next one", 0);
    private static readonly Option<int> Rows = Number("--rows", "tokens that a pass takes, for generate --draft", 1);
    private static readonly Option<int> Length = Number("--length", "characters that the model looks back on", 256);
    private static readonly Option<int> Steps = Number("--steps", "in real numbers, of 16 sequences each", 5000);
    private static readonly Option<int> IntegerSteps = Number("--integer-steps", "in which weights are rounded", 1000);
    private static readonly Option<int> Seed = Number("--seed", "of chance", 1);

    private static readonly Option<string?> Work = new("--work")
    {
        Description = "a folder for checkpoints, from which a run that was stopped goes on; by default OUTPUT.work",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "print figures as JSON" };

    public static Command Create()
    {
        var train = new Command("train", "Train a model of a text's characters, with latent attention and experts, in INT4.")
        {
            Text, Output, Width, Layers, Heads, Experts, LayerEmbedding, Ahead, Length, Rows, Steps, IntegerSteps, Seed, Work, Json,
        };
        train.SetAction(Run);
        return new Command("language", "Make language models.") { train };
    }

    private static int Run(ParseResult arguments)
    {
        string path = arguments.GetValue(Text)!, output = arguments.GetValue(Output) ?? Path.GetFileNameWithoutExtension(path) + ".tsk";
        int width = arguments.GetValue(Width);
        if (width < LanguageTrainingPlan.LeastWidth || width % 8 != 0)
            throw new ModelException($"--width {width}: give a multiple of 8, at least {LanguageTrainingPlan.LeastWidth}.");
        LanguageTrainingResult result = LanguageTraining.Run(ModelFile.ReadText(path),
            new LanguageTrainingPlan(arguments.GetValue(Work) ?? output + ".work")
            {
                Width = width, Layers = Positive(arguments, Layers), Heads = Positive(arguments, Heads),
                LayerEmbedding = Within(arguments, LayerEmbedding, 0, MostNumbers),
                AheadHidden = Within(arguments, Ahead, 0, MostNumbers), Rows = Within(arguments, Rows, 1, MostRows),
                Experts = Math.Max(Positive(arguments, Experts), 2), Tokens = Positive(arguments, Length),
                Steps = Positive(arguments, Steps), IntegerSteps = Positive(arguments, IntegerSteps), Seed = Positive(arguments, Seed),
            }, Console.Error.WriteLine);
        result.Pack.Metadata["name"] = Path.GetFileNameWithoutExtension(output);
        result.Pack.Metadata["source"] = $"trained on {Path.GetFileName(path)}";
        byte[] pack = PackWriter.Write(result.Pack);
        ModelFile.WriteAtomically(output, pack);
        if (arguments.GetValue(Json))
            Report.Print(new
            {
                Output = output, PackBytes = pack.Length, result.Pack.ArenaBytes, result.HeldOut, RealNatsPerToken = result.RealNats,
                NatsPerToken = result.Nats,
            });
        else
            Console.Out.WriteLine($"{output}: {pack.Length:N0} bytes, {result.Pack.ArenaBytes:N0} bytes of arena, {result.Nats:F4} nats per " +
                $"character of {result.HeldOut:N0} held out ({result.RealNats:F4} before rounding)");
        return 0;
    }

    private static Option<int> Number(string name, string description, int standard) => new(name)
    {
        Description = description, DefaultValueFactory = _ => standard,
    };

    private static int Within(ParseResult arguments, Option<int> option, int least, int most) =>
        arguments.GetValue(option) is var value && value >= least && value <= most
            ? value
            : throw new ModelException($"{option.Name} {value}: give {least} to {most:N0}.");

    private static int Positive(ParseResult arguments, Option<int> option) => arguments.GetValue(option) is > 0 and var value
        ? value
        : throw new ModelException($"{option.Name} {arguments.GetValue(option)}: give at least 1.");
}
