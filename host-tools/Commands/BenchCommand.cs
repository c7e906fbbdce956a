using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Learning;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai bench [MODEL ...]: the cost of dense layers of every weight width, and of the models given, on the
/// emulated boards, beside TensorFlow Lite Micro's where it is known.</summary>
internal static class BenchCommand
{
    private static readonly string[] DefaultBoards = ["mps2-an386", "mps2-an500", "mps3-an547", "riscv32-virt"];

    public static Command Create()
    {
        var models = new Argument<string[]>("MODEL")
        {
            Description = "quantized models or packs; without one, only the dense layers are measured",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var boards = new Option<string[]>("--board")
        {
            Description = "boards to measure on",
            DefaultValueFactory = _ => DefaultBoards,
            AllowMultipleArgumentsPerToken = true,
        };
        var training = new Option<bool>("--training")
        {
            Description = "instead, time a step of training on this machine, beside PyTorch's where it is installed",
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "with --training: rounds of ten steps",
            DefaultValueFactory = _ => TrainingBench.DefaultRounds,
        };
        rounds.Validators.Add(result =>
        {
            if (result.GetValue(rounds) < 1)
                result.AddError("--rounds takes a number from 1 on.");
        });
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("bench", "Measure dense layers and models on the emulated boards, or training here.")
        {
            models, boards, training, rounds, json,
        };
        command.SetAction(async (arguments, cancellation) =>
        {
            if (arguments.GetValue(training))
            {
                TrainingOutput.Print(await TrainingBench.RunAsync(arguments.GetValue(rounds), cancellation), arguments.GetValue(json));
                return 0;
            }

            var catalog = new BoardCatalog(ProjectFolder.Find().Boards);
            Board[] targets = [.. arguments.GetValue(boards)!.Select(catalog.Find)];
            List<BenchRow> dense = [], nets = [];
            foreach (Board board in targets)
            {
                foreach (DataType type in (DataType[])[DataType.Int8, DataType.Int4, DataType.Int2])
                    dense.Add(await MeasureAsync($"dense 256x256 {type.ToString().ToLowerInvariant()}", board,
                        BenchDense.Model(256, 256, type), cancellation));
                foreach (string path in arguments.GetValue(models)!)
                    nets.Add(await MeasureAsync(Path.GetFileNameWithoutExtension(path), board,
                        ModelFile.ReadPackOrModel(path), cancellation));
            }

            if (arguments.GetValue(json))
                Report.Print(new { Dense = dense, Models = nets });
            else
                Print(dense, nets);
            return 0;
        });
        return command;
    }

    private static async Task<BenchRow> MeasureAsync(string name, Board board, PackModel model,
        CancellationToken cancellation)
    {
        EmulationResult result;
        try
        {
            result = await BoardRun.EmulateAsync(board, BoardPack.For(model, board), [], cancellation);
        }
        catch (BoardException refusal)
        {
            return new BenchRow(name, board.Name, board.Cpu) { Refusal = refusal.Message };
        }

        // A dense layer by itself: the operator, without the interpreter around it.
        long instructions = model.Operators.Count == 1 ? result.OperatorInstructions[0] : result.MeanInstructions;
        return new BenchRow(name, board.Name, board.Cpu)
        {
            Macs = ModelSummary.Macs(model),
            Instructions = instructions,
            ArenaBytes = result.ArenaBytes,
            StackBytes = result.StackBytes,
            CodeBytes = result.Sizes.CoreCode,
            WeightBytes = result.Sizes.Weights,
            Peer = PeerFigures.Of(name, board.Cpu),
        };
    }

    private static void Print(List<BenchRow> dense, List<BenchRow> nets)
    {
        Table table = TableOutput.Create("model", "board", "CPU", ">MACs", ">instructions", ">per MAC",
            ">TFLM + CMSIS-NN", ">ratio", ">arena", ">TFLM arena", ">stack", ">code", ">weights");
        foreach (BenchRow row in dense.Concat(nets))
        {
            if (row.Refusal is not null)
                table.AddRow(row.Model, row.Board, row.Cpu, "does not fit");
            else
                table.AddRow(row.Model, row.Board, row.Cpu, $"{row.Macs:N0}", $"{row.Instructions:N0}",
                    $"{row.InstructionsPerMac:0.000}", row.Peer?.Instructions is { } peer ? $"{peer:N0}" : "",
                    row.Ratio is { } ratio ? $"{ratio:0.00}" : "", $"{row.ArenaBytes:N0}",
                    row.Peer?.ArenaBytes is { } arena ? $"{arena:N0}" : "", $"{row.StackBytes:N0}",
                    $"{row.CodeBytes:N0}", $"{row.WeightBytes:N0}");
        }

        TableOutput.Write(table);
        Console.Out.WriteLine(PeerFigures.Source);
    }
}

/// <summary>One measurement of the bench.</summary>
internal sealed record BenchRow(string Model, string Board, string Cpu)
{
    public string? Refusal { get; init; }

    public long Macs { get; init; }

    public long Instructions { get; init; }

    public double InstructionsPerMac => Macs == 0 ? 0 : (double)Instructions / Macs;

    public long ArenaBytes { get; init; }

    public long StackBytes { get; init; }

    public long CodeBytes { get; init; }

    public long WeightBytes { get; init; }

    public PeerFigure? Peer { get; init; }

    /// <summary>Of the instructions to the peer's.</summary>
    public double? Ratio => Peer is null ? null : (double)Instructions / Peer.Instructions;
}
