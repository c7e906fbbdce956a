using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Language;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai convert MODEL: imports a model and writes its pack.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL")
        {
            Description = "a .tflite or .onnx file; a language model: a folder of Hugging Face's, .safetensors, .gguf, or .bin of llama2.c; random:tinyseek-96m " +
                "and the like, a size with random weights",
        };
        var output = new Option<string?>("--output", "-o") { Description = "the pack; by default MODEL.tsk here" };
        var weights = new Option<string?>("--weights") { Description = "int8, int4 or int2" };
        weights.AcceptOnlyFromAmong("int8", "int4", "int2");
        var board = new Option<string?>("--board") { Description = "lay the weights out for this board's kernels" };
        var arena = new Option<string>("--arena")
        {
            Description = "fast: whole layers, unless the board's RAM is too small for them; least, or a number of bytes: " +
                "layers in strips of rows, which take more instructions and flash",
            DefaultValueFactory = _ => ArenaGoal.Fast,
        };
        var calibrate = new Option<string?>("--calibrate")
        {
            Description = "inputs to quantize a float model with: .csv, or raw float32, one inference after another; of a language " +
                "model a text, own (it makes up a text), or none (by default own for small ones)",
        };
        var percentile = new Option<double>("--percentile")
        {
            Description = "calibrate activations to this percentile of their values; 100: their extremes",
            DefaultValueFactory = _ => 100,
        };
        var labels = new Option<string?>("--labels") { Description = "a file with one label a line" };
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var language = new LanguageConversionArguments();
        var command = new Command("convert", "Import a model and write its pack.")
        {
            model, output, weights, board, arena, calibrate, percentile, labels, json,
        };
        language.AddTo(command);
        command.SetAction(arguments =>
        {
            string path = arguments.GetValue(model)!;
            string file = arguments.GetValue(output) ?? DefaultName(path);
            Board? target = LanguageArguments.Board(arguments.GetValue(board));
            var goal = new ArenaGoal(arguments.GetValue(arena)!, target);
            KernelFamily family = KernelFamilies.Named(target?.Kernels ?? "portable");
            PackModel pack;
            if (LanguageConversion.IsLanguageModel(path))
            {
                pack = LanguageConversion.Run(path, language.Options(arguments, arguments.GetValue(weights),
                    arguments.GetValue(calibrate)));
                PackLayout.Apply(pack, family, goal.MostBytes);
            }
            else
            {
                pack = GraphLowering.Lower(Conversion.Prepare(path, new ConversionOptions(arguments.GetValue(weights),
                    arguments.GetValue(calibrate), arguments.GetValue(percentile), arguments.GetValue(labels))), family, goal.MostBytes);
            }

            return Write(pack, file, target, goal, arguments.GetValue(json));
        });
        return command;
    }

    private static string DefaultName(string path) => (LanguageConversion.IsRandom(path)
        ? path.Split(':')[^1]
        : ModelName.Of(path)) + ".tsk";

    private static int Write(PackModel model, string output, Board? board, ArenaGoal goal, bool json)
    {
        goal.Require(model);
        byte[] pack = PackWriter.Write(model);
        if (board is not null)
            BoardPack.RequireFit(model, pack, board);
        ModelFile.WriteAtomically(output, pack);
        if (json)
        {
            InspectCommand.PrintJson(model, output);
            return 0;
        }

        Console.Out.WriteLine($"{output}: {model.Operators.Count} operators, {ModelSummary.Macs(model):N0} MACs, " +
            $"{model.WeightBytes:N0} bytes of weights, {model.ArenaBytes:N0} bytes of arena, {pack.Length:N0} bytes in all");
        if (model.Metadata.GetValueOrDefault("source", "").StartsWith("random", StringComparison.Ordinal))
            Console.Out.WriteLine("  its weights are random: it shows memory, reads and time, and speaks nonsense");
        if (goal.Remark(model) is { } remark)
            Console.Out.WriteLine($"  {remark}");
        return 0;
    }
}
