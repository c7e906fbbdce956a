using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Learning;
using McuAi.HostTools.Models;
using McuAi.HostTools.Profiling;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using PackOperator = McuAi.ModelConverter.Pack.PackOperator;

namespace McuAi.HostTools.Compressing;

/// <summary>What models take on one board, by measured instructions of the core's operators. Each shape of an operator is
/// measured once, in the first model that has it: a search needs few emulations.</summary>
/// <param name="frontEnd">The front end's tables.</param>
/// <param name="frontEndBytes">RAM that the front end takes.</param>
/// <param name="mostRam">Where layers take more RAM, they run in strips of rows.</param>
public sealed class BoardCosts(Board board, IReadOnlyList<string> labels, byte[] frontEnd, int frontEndBytes, double mostRam)
{
    private readonly Dictionary<string, long> _instructions = [];
    private readonly Dictionary<string, double> _cyclesPerInstruction = [];

    /// <summary>Of the interpreter, for each operator; what measuring an operator itself takes is subtracted.</summary>
    private double _around;

    /// <summary>How many images were run.</summary>
    public int Emulations { get; private set; }

    /// <summary>The pack that <paramref name="graph"/> becomes, laid out for the board.</summary>
    public BoardPack Pack(ModelGraph graph)
    {
        PackModel model = KeywordPack.Make(graph, labels, frontEnd);
        double most = Math.Min(BoardFit.MostArena(board), mostRam - frontEndBytes);
        PackLayout.Apply(model, KernelFamilies.Named(board.Kernels), (int)Math.Max(0, most));
        return BoardPack.AsItIs(model, PackWriter.Write(model));
    }

    /// <summary>Costs from operators measured before, as far as they are known; else from a run of the pack.</summary>
    public async Task<ModelCost> OfAsync(BoardPack pack, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pack);
        bool known = pack.Model.Operators.TrueForAll(node => _instructions.ContainsKey(Key(node)));
        if (!known || !_cyclesPerInstruction.TryGetValue(Widths(pack.Model), out double cycles))
            return await MeasureAsync(pack, cancellation).ConfigureAwait(false);
        double sum = pack.Model.Operators.Sum(node => _instructions[Key(node)] + _around);
        return Cost(pack, (long)Math.Round(sum), cycles);
    }

    /// <summary>Costs of a run of this very pack.</summary>
    public async Task<ModelCost> MeasureAsync(BoardPack pack, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pack);
        EmulationResult result = await BoardRun.EmulateAsync(board, pack, [], cancellation).ConfigureAwait(false);
        Emulations++;
        double cycles = CycleModel.Processors.Contains(board.Cpu)
            ? BoardRun.Estimate(board, result)!.Cycles / (double)result.MeanInstructions
            : double.NaN;
        _cyclesPerInstruction[Widths(pack.Model)] = cycles;
        foreach ((PackOperator node, long instructions) in pack.Model.Operators.Zip(result.OperatorInstructions))
            _instructions[Key(node)] = instructions;
        _around = (result.MeanInstructions - result.OperatorInstructions.Sum()) / (double)pack.Model.Operators.Count;
        return Cost(pack, result.MeanInstructions, cycles);
    }

    private ModelCost Cost(BoardPack pack, long instructions, double cyclesPerInstruction) => new(pack.Bytes.Length,
        pack.Info.ShardBytes, pack.Model.ArenaBytes + frontEndBytes, instructions, instructions * cyclesPerInstruction / board.ClockHz * 1e3,
        ModelSummary.Macs(pack.Model));

    /// <summary>Cycles for each instruction differ between the kernels of each width, hardly with the shapes.</summary>
    private static string Widths(PackModel model) => string.Join(' ', model.Operators.Where(node => node.HasWeights)
        .Select(node => node.Input(1).Type).Distinct().Order());

    /// <summary>All that the instructions of an operator depend on, but for a few that depend on the numbers.</summary>
    private static string Key(PackOperator node)
    {
        bool windowed = node.HasWeights || node.Opcode is Opcode.AveragePool2D or Opcode.MaxPool2D;
        IEnumerable<string> tensors = node.Inputs.Concat(node.Outputs).Select(tensor =>
            tensor is null ? "-" : $"{tensor.Type}[{ModelSummary.Shape(tensor)}]");
        return $"{node.Opcode} {node.Layout} {string.Join(' ', tensors)} {(windowed ? string.Join(',', node.Parameters.Take(6)) : "")}";
    }
}
