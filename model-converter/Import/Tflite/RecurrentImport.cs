using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>SVDF and UNIDIRECTIONAL_SEQUENCE_LSTM, the operators that keep a state between inferences.</summary>
internal static class RecurrentImport
{
    private const int LstmInputs = 24;
    private const int OutputState = 18;
    private const int CellState = 19;
    private const byte TanhCode = 4;

    /// <summary>x [N,I], feature weights [F,I], time weights [F,T], bias? [F/rank], state [N,F*T] → [N,F/rank].
    /// </summary>
    public static void Svdf(OperatorImport op)
    {
        op.CheckCounts(5, 5);
        (Tensor x, Tensor state, Tensor y) = (op.Input(0), op.State(4), op.Output());
        op.CheckNumeric(x);
        op.CheckNumeric(state);
        op.CheckNumeric(y);
        op.CheckType(y, x.Type, "output");
        op.CheckRank(x, 2, "input");
        int rank = op.Positive(op.Options.Int32(0), "rank");
        Tensor feature = WeightImport.Weights(op, 1, x, channelAxis: 0);
        Tensor time = TimeWeights(op, x);
        op.CheckRank(feature, 2, "feature weights");
        op.CheckRank(time, 2, "time weights");
        int filters = feature.Shape[0];
        op.CheckShape(feature, [filters, x.Shape[1]], "feature weights");
        op.CheckShape(time, [filters, time.Shape[1]], "time weights");
        if (filters % rank != 0 || (long)filters * time.Shape[1] > TfliteTensors.ElementLimit)
        {
            throw op.Error($"has {filters} filters of rank {rank}.");
        }

        op.CheckShape(state, [x.Shape[0], filters * time.Shape[1]], "state");
        op.CheckShape(y, [x.Shape[0], filters / rank], "output");
        Tensor? bias = WeightImport.Bias(op, 3, x, filters / rank);
        op.Emit(OperatorKind.Svdf, [x, feature, time, bias, state], [y], new SvdfAttributes(rank, op.Activation(1)));
    }

    /// <summary>Time weights are int8 or int16 beside int8 activations.</summary>
    private static Tensor TimeWeights(OperatorImport op, Tensor x)
    {
        if (x.Type != DataType.Int8 || op.Input(2).Type != DataType.Int16)
        {
            return WeightImport.Weights(op, 2, x, channelAxis: 0);
        }

        op.CheckNumeric(op.Input(2));
        return op.Input(2).IsConstant ? op.Input(2) : throw op.Error("has time weights that are not constant.");
    }

    /// <summary>x [N,T,I] or [T,N,I] → the same with H. Inputs in the file's order: x; input, forget, cell and output
    /// weights [H,I]; their recurrent weights [H,H]; 3 peepholes; 4 biases [H]; projection and its bias; the output
    /// and cell states [N,H]; 4 layer normalizations. Absent ones are null.</summary>
    public static void Lstm(OperatorImport op)
    {
        op.CheckCounts(20, LstmInputs);
        (Tensor x, Tensor y) = (op.Input(0), op.Output());
        op.CheckNumeric(x);
        op.CheckNumeric(y);
        op.CheckType(y, x.Type, "output");
        op.CheckRank(x, 3, "input");
        FlatBufferTable options = op.Options;
        float clip = options.Single(1);
        if (options.UInt8(0) != TanhCode || options.Single(2) != 0 || options.Bool(5)
            || !float.IsFinite(clip) || clip < 0)
        {
            throw op.Error("has an activation other than TANH, a projection clip, diagonal weights or a negative clip, "
                + "which are not supported.");
        }

        bool timeMajor = options.Bool(3);
        op.Emit(OperatorKind.Lstm, LstmOperands(op, x, y, timeMajor), [y],
            new RecurrentAttributes(timeMajor, CellClip: clip));
    }

    private static Tensor?[] LstmOperands(OperatorImport op, Tensor x, Tensor y, bool timeMajor)
    {
        Tensor?[] operands = new Tensor?[LstmInputs];
        operands[0] = x;
        int depth = x.Shape[2];
        Tensor cell = op.State(CellState);
        op.CheckRank(cell, 2, "cell state");
        int units = cell.Shape[1];
        int batch = x.Shape[timeMajor ? 1 : 0];
        RequirePlain(op);
        for (int gate = 0; gate < 4; gate++)
        {
            operands[1 + gate] = GateWeights(op, 1 + gate, x, units, depth);
            operands[5 + gate] = GateWeights(op, 5 + gate, x, units, units);
            operands[12 + gate] = GateBias(op, 12 + gate, x, units);
        }

        operands[OutputState] = op.State(OutputState);
        operands[CellState] = cell;
        op.CheckNumeric(operands[OutputState]!);
        op.CheckNumeric(cell);
        op.CheckShape(operands[OutputState]!, [batch, units], "output state");
        op.CheckShape(cell, [batch, units], "cell state");
        op.CheckShape(y, [x.Shape[0], x.Shape[1], units], "output");
        return operands;
    }

    /// <summary>Only the plain layer that Keras writes: no peepholes, projection or layer normalization.</summary>
    private static void RequirePlain(OperatorImport op)
    {
        foreach (int index in (ReadOnlySpan<int>)[9, 10, 11, 16, 17, 20, 21, 22, 23])
        {
            if (op.OptionalInput(index) is not null)
            {
                throw op.Error("has peephole, projection or normalization weights, which are not supported.");
            }
        }
    }

    private static Tensor GateWeights(OperatorImport op, int index, Tensor x, int units, int depth)
    {
        Tensor weights = WeightImport.Weights(op, index, x, channelAxis: 0);
        op.CheckShape(weights, [units, depth], "gate weights");
        return weights;
    }

    private static Tensor? GateBias(OperatorImport op, int index, Tensor x, int units) =>
        WeightImport.Bias(op, index, x, units);
}
