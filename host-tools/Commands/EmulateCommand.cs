using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Pack;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai emulate X --board B: the real firmware in an emulator.</summary>
internal static class EmulateCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("X") { Description = "a .tsk pack, or a quantized .tflite or .onnx model" };
        Option<string> board = CommonOptions.Board();
        Option<string[]> input = CommonOptions.Input();
        input.Required = false;
        Option<string?> output = CommonOptions.Output();
        var with = new Option<string?>("--with")
        {
            Description = "the emulator: by default QEMU, or where it lacks the board the Renode in RENODE or on PATH",
        };
        with.AcceptOnlyFromAmong("qemu", RenodeEmulator.EmulatorName);
        var asItIs = new Option<bool>("--as-it-is")
        {
            Description = "keep the pack's weight layout even where another suits the board's CPU better",
        };
        var noEstimate = new Option<bool>("--no-estimate") { Description = "leave out the estimate of cycles" };
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("emulate", "Run a model's firmware on an emulated board.")
        {
            model, board, input, output, with, asItIs, noEstimate, json,
        };
        command.SetAction(async (arguments, cancellation) =>
        {
            Board target = new BoardCatalog(ProjectFolder.Find().Boards).Find(arguments.GetValue(board)!);
            BoardPack pack = Load(arguments.GetValue(model)!, target, arguments.GetValue(asItIs));
            byte[] inputs = arguments.GetValue(input) is { Length: > 0 } paths
                ? ModelInput.Read(paths, pack.Model)
                : [];
            string emulator = arguments.GetValue(with) ?? DefaultEmulator(target);
            EmulationResult result = await BoardRun.EmulateAsync(target, pack, inputs, cancellation, emulator);
            // The estimate profiles the image in QEMU, which a user of Renode need not have.
            bool estimates = !arguments.GetValue(noEstimate) && emulator != RenodeEmulator.EmulatorName;
            CostEstimate? estimate = !estimates ? null : BoardRun.Estimate(target, result);
            ModelOutput.Write(arguments.GetValue(output), result.Outputs, pack.Model,
                quiet: arguments.GetValue(json) || inputs.Length == 0);
            if (arguments.GetValue(json))
                PrintJson(pack.Model, result, estimate);
            else
                Print(pack.Model, result, estimate);
            return 0;
        });
        return command;
    }

    private static string DefaultEmulator(Board board) =>
        board.Emulators is { Qemu: null, Renode: not null } ? RenodeEmulator.EmulatorName : "qemu";

    private static BoardPack Load(string path, Board board, bool asItIs)
    {
        PackModel model = ModelFile.ReadPackOrModel(path);
        return asItIs
            ? BoardPack.AsItIs(model, PackWriter.Write(model))
            : BoardPack.For(model, board);
    }

    private static void PrintJson(PackModel model, EmulationResult result, CostEstimate? estimate) => Report.Print(new
    {
        result.Board,
        result.Emulator,
        result.Cpu,
        result.Inferences,
        InstructionsPerInference = result.MeanInstructions,
        LeastInstructions = result.LeastInstructions,
        MostInstructions = result.MostInstructions,
        Operators = model.Operators.Select((node, number) => new
        {
            Number = number,
            Name = ModelSummary.Name(node),
            Instructions = result.OperatorInstructions[number],
            Macs = ModelSummary.Macs(node),
        }),
        result.ArenaBytes,
        WholeArenaBytes = model.WholeArenaBytes,
        result.StackBytes,
        CodeBytes = result.Sizes.CoreCode,
        ImageCodeBytes = result.Sizes.Code,
        WeightBytes = result.Sizes.Weights,
        PackBytes = result.Sizes.Pack,
        RamBytes = result.Sizes.Ram,
        Macs = ModelSummary.Macs(model),
        Estimate = estimate,
    });

    private static void Print(PackModel model, EmulationResult result, CostEstimate? estimate)
    {
        Table table = TableOutput.Create(">#", "operator", "output", ">instructions", ">MACs", ">per MAC");
        for (int i = 0; i < model.Operators.Count; i++)
        {
            long macs = ModelSummary.Macs(model.Operators[i]), instructions = result.OperatorInstructions[i];
            table.AddRow($"{i}", ModelSummary.Name(model.Operators[i]), ModelSummary.Shape(model.Operators[i].Output),
                $"{instructions:N0}", $"{macs:N0}", macs == 0 ? "" : $"{(double)instructions / macs:0.00}");
        }

        TableOutput.Write(table);
        Console.Out.WriteLine($"{result.Board} ({result.Cpu}) in {result.Emulator}, {result.Inferences} " +
            $"inference{(result.Inferences == 1 ? "" : "s")}");
        Console.Out.WriteLine($"  instructions per inference  {result.MeanInstructions:N0}");
        Console.Out.WriteLine($"  arena {result.ArenaBytes:N0}, stack {result.StackBytes:N0}, all RAM without the stack " +
            $"{result.Sizes.Ram:N0} bytes");
        if (ModelSummary.Strips(model) is { } strips)
            Console.Out.WriteLine($"  {strips}");
        Console.Out.WriteLine($"  code {result.Sizes.CoreCode:N0} (with start-up and console {result.Sizes.Code:N0}), " +
            $"weights {result.Sizes.Weights:N0} bytes");
        if (estimate is null)
            return;
        string energy = estimate.Millijoules is { } millijoules ? $", {millijoules:0.000} mJ" : "";
        Console.Out.WriteLine($"  estimate for the real board: {estimate.Cycles:N0} cycles, " +
            $"{estimate.Milliseconds:0.00} ms{energy}");
        if (estimate.EnergySource is { } source)
            Console.Out.WriteLine($"    energy: {source}");
        foreach (string assumption in estimate.Assumptions)
            Console.Out.WriteLine($"    {assumption}");
    }
}
