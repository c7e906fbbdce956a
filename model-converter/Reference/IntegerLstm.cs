using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Reference;

/// <summary>TensorFlow Lite Micro's int8 LSTM over a sequence. Gates are in the order i, f, c, o.</summary>
internal sealed class IntegerLstm
{
    private const int InputGate = 0, ForgetGate = 1, CellGate = 2, OutputGate = 3;
    private const int CandidateScalePower = -12;

    private readonly LstmParameters p;
    private readonly RecurrentSteps steps;
    private readonly Func<int, int[]> tensor;
    private readonly int[] hiddenState;
    private readonly int[] cellState;

    /// <param name="node">Of 24 inputs.</param>
    /// <param name="tensor">Values of the node's inputs; those of the states are updated.</param>
    public IntegerLstm(Node node, Func<int, int[]> tensor)
    {
        p = LstmParameters.From(node);
        steps = new RecurrentSteps(node, p.TimeMajor);
        this.tensor = tensor;
        hiddenState = tensor(18);
        cellState = tensor(19);
    }

    /// <param name="y">[N,T,H], or [T,N,H] if time-major</param>
    public void Run(int[] y)
    {
        for (int t = 0; t < p.Time; t++)
        {
            for (int n = 0; n < p.Batch; n++)
            {
                Span<int> hidden = hiddenState.AsSpan(n * p.Hidden, p.Hidden);
                Step(tensor(0).AsSpan(steps.Input(t, n), p.Inputs), hidden, cellState.AsSpan(n * p.Hidden, p.Hidden));
                hidden.CopyTo(y.AsSpan(steps.Row(t, n) * p.Hidden));
            }
        }
    }

    private void Step(ReadOnlySpan<int> x, Span<int> hidden, Span<int> cell)
    {
        int[] forget = Gate(ForgetGate, x, hidden);
        int[] input = Gate(InputGate, x, hidden);
        int[] candidate = Gate(CellGate, x, hidden);
        int[] output = Gate(OutputGate, x, hidden);
        for (int i = 0; i < cell.Length; i++)
        {
            int kept = To16Bits(FixedPoint.Requantize(forget[i] * cell[i], p.ForgetCell));
            int added = To16Bits(FixedPoint.Requantize(input[i] * candidate[i], p.InputCell));
            cell[i] = To16Bits(kept + added);
            if (p.CellClip > 0)
                cell[i] = Math.Clamp(cell[i], -p.CellClip, p.CellClip);

            int scaled = FixedPoint.Requantize(GateFunctions.Tanh((short)cell[i], p.CellScalePower) * output[i],
                p.OutputHidden);
            hidden[i] = Math.Clamp(scaled + p.HiddenZeroPoint, sbyte.MinValue, sbyte.MaxValue);
        }
    }

    private int[] Gate(int gate, ReadOnlySpan<int> x, ReadOnlySpan<int> hidden)
    {
        int[] weights = tensor(1 + gate), recurrent = tensor(5 + gate), bias = tensor(12 + gate);
        var values = new int[p.Hidden];
        for (int i = 0; i < values.Length; i++)
        {
            int fromInput = bias[i] + Sum(x, p.InputZeroPoint, weights.AsSpan(i * x.Length));
            int fromHidden = Sum(hidden, p.HiddenZeroPoint, recurrent.AsSpan(i * hidden.Length));
            int sum = To16Bits(To16Bits(FixedPoint.Requantize(fromInput, p.FromInput[gate])) +
                To16Bits(FixedPoint.Requantize(fromHidden, p.FromHidden[gate])));
            values[i] = gate == CellGate
                ? GateFunctions.Tanh((short)sum, CandidateScalePower)
                : GateFunctions.Logistic((short)sum);
        }

        return values;
    }

    private static int Sum(ReadOnlySpan<int> x, int zeroPoint, ReadOnlySpan<int> weights)
    {
        int sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += weights[i] * (x[i] - zeroPoint);

        return sum;
    }

    private static int To16Bits(int x) => Math.Clamp(x, short.MinValue, short.MaxValue);
}
