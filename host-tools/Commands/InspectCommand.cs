using System.CommandLine;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Pack;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai inspect X: operators, shapes, MACs, bytes, shards and the arena.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("X") { Description = "a .tsk pack, or a quantized .tflite or .onnx model" };
        var html = new Option<string?>("--html") { Description = "write a self-contained page with pictures" };
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("inspect", "Show what a model computes and what it needs.") { model, html, json };
        command.SetAction(arguments =>
        {
            string path = arguments.GetValue(model)!;
            PackModel pack = ModelFile.ReadPackOrModel(path);
            if (pack.Shards.Count == 0)
                PackWriter.Write(pack);
            if (arguments.GetValue(html) is { } page)
                ModelFile.WriteAtomically(page, Inspection.InspectionPage.Render(pack));
            if (arguments.GetValue(json))
                PrintJson(pack, path);
            else
                PrintTable(pack);
            return 0;
        });
        return command;
    }

    public static void PrintJson(PackModel model, string path) => PrintJson(model, path, ModelSummary.WeightBytes(model));

    private static void PrintJson(PackModel model, string path, long[] weightBytes) => Report.Print(new
    {
        Path = path,
        Name = model.Name,
        Inputs = model.Inputs.Select(Port),
        Outputs = model.Outputs.Select(Port),
        Operators = model.Operators.Select((node, number) => new
        {
            Number = number,
            Name = ModelSummary.Name(node),
            Input = node.Inputs[0]?.Shape,
            Output = node.Output.Shape,
            Macs = ModelSummary.Macs(node),
            WeightBytes = weightBytes[number],
            WeightType = node.HasWeights ? node.Input(1).Type.ToString().ToLowerInvariant() : null,
            Layout = node.HasWeights ? node.Layout.ToString().ToLowerInvariant() : null,
            node.ScratchBytes,
        }),
        Macs = ModelSummary.Macs(model),
        Parameters = ModelSummary.Parameters(model),
        WeightBytes = model.WeightBytes,
        ArenaBytes = model.ArenaBytes,
        WholeArenaBytes = model.WholeArenaBytes,
        CacheBytes = model.CacheSizes.Least,
        Shards = model.Shards.Select(shard => new
        {
            shard.Offset,
            shard.Bytes,
            Crc32C = $"{shard.Crc32C:x8}",
            Sha256 = Convert.ToHexStringLower(shard.Sha256),
        }),
        Metadata = model.Metadata,
    });

    private static object Port(PackTensor tensor) => new
    {
        Type = tensor.Type.ToString().ToLowerInvariant(),
        tensor.Shape,
        tensor.Scale,
        tensor.ZeroPoint,
        tensor.Bytes,
    };

    private static void PrintTable(PackModel model)
    {
        Table table = TableOutput.Create(">#", "operator", "input", "output", ">MACs", ">weights", "type", ">scratch");
        long[] weightBytes = ModelSummary.WeightBytes(model);
        for (int i = 0; i < model.Operators.Count; i++)
        {
            PackOperator node = model.Operators[i];
            string type = node.HasWeights ? $"{node.Input(1).Type} {node.Layout}".ToLowerInvariant() : "";
            table.AddRow($"{i}", ModelSummary.Name(node), node.Inputs[0] is { } x ? ModelSummary.Shape(x) : "",
                ModelSummary.Shape(node.Output), $"{ModelSummary.Macs(node):N0}",
                $"{weightBytes[i]:N0}", type, $"{node.ScratchBytes:N0}");
        }

        TableOutput.Write(table);
        Console.Out.WriteLine($"{model.Name}: {ModelSummary.Parameters(model):N0} parameters, " +
            $"{ModelSummary.Macs(model):N0} MACs, {model.WeightBytes:N0} bytes of weights in {model.Shards.Count} " +
            $"shard{(model.Shards.Count == 1 ? "" : "s")}, {model.ArenaBytes:N0} bytes of arena");
        if (ModelSummary.Strips(model) is { } strips)
            Console.Out.WriteLine($"  {strips}");
    }
}
