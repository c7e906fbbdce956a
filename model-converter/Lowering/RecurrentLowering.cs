using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Operators that keep a state between inferences. Their weights are in rows layout on every CPU.</summary>
public sealed partial class GraphLowering
{
    private const int LstmGates = 4, LstmBiases = 12, LstmHidden = 18, LstmCell = 19;

    private void LowerSvdf(Node node)
    {
        SvdfParameters p = SvdfParameters.From(node);
        Tensor feature = node.Input(1), time = node.Input(2);
        sbyte[] values = feature.As<sbyte>().ToArray();
        var rows = new RowWeights(p.Filters, p.Inputs, feature.Type, values,
            Biases(values, p.Filters, p.InputZeroPoint, null), Filled(p.Filters, p.StateMultiplier),
            Filled(p.Filters, p.StateShift), 0);
        PackTensor bias = NewConstant<int>($"bias of {node.Name}", DataType.Int32, [p.Units], SvdfBias(node, p));
        Emit(Opcode.Svdf,
            [Operand(node.Input(0)), Weights(feature, rows), Data(time), bias, Activation(node.Input(4))],
            [Activation(node.Output)], [p.Rank, p.OutputMultiplier, p.OutputShift]);
    }

    /// <summary>The layer's bias less the state's zero point times the time weights of each unit, modulo 2^32.</summary>
    private static int[] SvdfBias(Node node, SvdfParameters p)
    {
        int[] bias = node.OptionalInput(3) is { } given ? given.As<int>().ToArray() : new int[p.Units];
        Tensor time = node.Input(2);
        int perUnit = p.Rank * p.Memory;
        for (int i = 0; i < p.Units * perUnit; i++)
        {
            int weight = p.StateBits == 8 ? time.As<sbyte>()[i] : time.As<short>()[i];
            bias[i / perUnit] = unchecked(bias[i / perUnit] - (p.StateZeroPoint * weight));
        }

        return bias;
    }

    private void LowerLstm(Node node)
    {
        LstmParameters p = LstmParameters.From(node);
        if (p.CellScalePower is < -24 or > 0)
            throw new ModelException($"{node.Name}: the cell's scale is 2^{p.CellScalePower}; the core handles 2^-24 to 1.");

        PackTensor input = GateWeights(node, 1, p.Hidden, p.Inputs, p.InputZeroPoint, p.FromInput, withBias: true);
        PackTensor recurrent = GateWeights(node, 5, p.Hidden, p.Hidden, p.HiddenZeroPoint, p.FromHidden, withBias: false);
        Emit(Opcode.Lstm,
            [Operand(node.Input(0)), input, recurrent, Activation(node.Input(LstmHidden)), Activation(node.Input(LstmCell))],
            [Activation(node.Output)],
            [p.TimeMajor ? 1 : 0, p.ForgetCell.Multiplier, p.ForgetCell.Shift, p.InputCell.Multiplier, p.InputCell.Shift,
                p.OutputHidden.Multiplier, p.OutputHidden.Shift, p.CellClip, p.CellScalePower]);
        _model.Operators[^1].ScratchBytes = checked(LstmGates * sizeof(short) * p.Hidden);
    }

    /// <summary>The weights of all four gates as one matrix, gate after gate.</summary>
    private PackTensor GateWeights(Node node, int first, int hidden, int depth, int zeroPoint, FixedPoint.Factor[] factors,
        bool withBias)
    {
        Tensor[] gates = [.. Enumerable.Range(first, LstmGates).Select(node.Input)];
        sbyte[] values = [.. gates.SelectMany(gate => gate.As<sbyte>().ToArray())];
        int[] bias = [.. Enumerable.Range(LstmBiases, LstmGates).SelectMany(index =>
            withBias && node.OptionalInput(index) is { } given ? given.As<int>().ToArray() : new int[hidden])];
        DataType type = gates.MaxBy(gate => gate.Type.Bits())!.Type;
        int rows = LstmGates * hidden;
        var weights = new RowWeights(rows, depth, type, values, Biases(values, rows, zeroPoint, bias),
            [.. factors.SelectMany(factor => Filled(hidden, factor.Multiplier))],
            [.. factors.SelectMany(factor => Filled(hidden, factor.Shift))], 0);
        return Weights(new Tensor($"weights {first} of {node.Name}", type, rows, depth), weights);
    }

    /// <summary>Biases less the input's zero point times the sum of each row, modulo 2^32.</summary>
    private static int[] Biases(sbyte[] values, int rows, int zeroPoint, int[]? bias)
    {
        int[] folded = bias is null ? new int[rows] : [.. bias];
        int depth = values.Length / rows;
        for (int i = 0; i < values.Length; i++)
            folded[i / depth] = unchecked(folded[i / depth] - (zeroPoint * values[i]));

        return folded;
    }

    private static int[] Filled(int count, int value) => [.. Enumerable.Repeat(value, count)];
}
