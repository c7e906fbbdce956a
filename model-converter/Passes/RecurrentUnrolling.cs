using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>Turns ONNX's LSTM and GRU over a sequence of known length into dense layers, sums, products and activations,
/// step after step, which can be quantized after training like any others. The products with the input are made for
/// the whole sequence at once. Float graphs only; TensorFlow Lite's LSTM, which keeps its states from one inference to the
/// next, stays as it is.</summary>
public static class RecurrentUnrolling
{
    private const int MostSteps = 512;

    public static void Run(ModelGraph graph)
    {
        if (!graph.Nodes.Exists(CanUnroll))
            return;

        var editor = new GraphEditor(graph);
        foreach (Node node in editor.Nodes.Where(CanUnroll))
        {
            var steps = new UnrolledSteps(editor, node);
            if (steps.Time > MostSteps)
                throw new ModelException($"{node.Name} has {steps.Time} steps; at most {MostSteps} are unrolled.");

            if (node.Kind == OperatorKind.Lstm)
                UnrollLstm(steps);
            else
                UnrollGru(steps);
        }

        editor.Commit();
    }

    private static bool CanUnroll(Node node) => node.Kind == OperatorKind.Gru ||
        (node.Kind == OperatorKind.Lstm && node.Inputs.Count <= 8);

    /// <summary>Gates i, o, f, c: <c>c' = f * c + i * g</c>, <c>h' = o * tanh(c')</c>.</summary>
    private static void UnrollLstm(UnrolledSteps steps)
    {
        Tensor[] fromInput = [.. Enumerable.Range(0, 4).Select(gate => steps.FromInput(gate, withRecurrentBias: true))];
        Tensor? hidden = steps.Initial(5), cell = steps.Initial(6);
        var sequence = new List<Tensor>();
        for (int t = 0; t < steps.Time; t++)
        {
            Tensor Gate(int gate, Tensor? memory)
            {
                Tensor sum = steps.At(fromInput[gate], t);
                if (hidden is not null)
                    sum = steps.Add(sum, steps.FromHidden(hidden, gate, withBias: false));
                if (gate < 3 && memory is not null && steps.Peephole(gate) is { } peephole)
                    sum = steps.Add(sum, steps.Mul(memory, peephole));
                return steps.Gate(gate == 3 ? OperatorKind.Tanh : OperatorKind.Logistic, sum);
            }

            Tensor added = steps.Mul(Gate(0, cell), Gate(3, null));
            cell = cell is null ? added : steps.Add(steps.Mul(Gate(2, cell), cell), added);
            hidden = steps.Mul(Gate(1, cell), steps.Activate(OperatorKind.Tanh, cell));
            sequence.Add(hidden);
        }

        steps.Finish(sequence, hidden!, cell);
    }

    /// <summary>Gates z, r, h: <c>h' = n + z * (h - n)</c>, where the reset gate r scales the state before (ONNX's
    /// default) or after the candidate's recurrent product.</summary>
    private static void UnrollGru(UnrolledSteps steps)
    {
        bool after = steps.Node.Get<RecurrentAttributes>().LinearBeforeReset;
        Tensor[] fromInput = [.. Enumerable.Range(0, 3).Select(gate =>
            steps.FromInput(gate, withRecurrentBias: gate < 2 || !after))];
        Tensor? hidden = steps.Initial(5);
        var sequence = new List<Tensor>();
        for (int t = 0; t < steps.Time; t++)
        {
            Tensor Gate(int gate)
            {
                Tensor sum = steps.At(fromInput[gate], t);
                return steps.Gate(OperatorKind.Logistic,
                    hidden is null ? sum : steps.Add(sum, steps.FromHidden(hidden, gate, withBias: false)));
            }

            Tensor update = Gate(0);
            Tensor? recurrent = (hidden, after) switch
            {
                (null, false) => null,
                (null, true) => steps.RecurrentBias(2) is { } bias ? steps.Mul(Gate(1), bias) : null,
                (_, true) => steps.Mul(Gate(1), steps.FromHidden(hidden, 2, withBias: true)),
                (_, false) => steps.FromHidden(steps.Mul(Gate(1), hidden), 2, withBias: false),
            };
            Tensor candidate = steps.At(fromInput[2], t);
            candidate = steps.Gate(OperatorKind.Tanh, recurrent is null ? candidate : steps.Add(candidate, recurrent));
            hidden = hidden is null
                ? steps.Sub(candidate, steps.Mul(update, candidate))
                : steps.Add(candidate, steps.Mul(update, steps.Sub(hidden, candidate)));
            sequence.Add(hidden);
        }

        steps.Finish(sequence, hidden!, null);
    }
}
