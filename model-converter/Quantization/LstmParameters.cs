using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Constants of TensorFlow Lite Micro's int8 LSTM: int8 input, output and hidden state, int16 gates (Q3.12
/// before, Q0.15 after their nonlinearity), int16 cell of a power-of-two scale. Gates in the order i, f, c, o of the
/// node's inputs.</summary>
/// <param name="FromInput">Per gate: products with the input to Q3.12.</param>
/// <param name="FromHidden">Per gate: products with the hidden state to Q3.12.</param>
/// <param name="ForgetCell">Forget gate times cell to the cell's scale.</param>
/// <param name="InputCell">Input gate times candidate to the cell's scale.</param>
/// <param name="OutputHidden">tanh(cell) times output gate to the hidden state's scale.</param>
/// <param name="CellClip">Symmetric bound of the cell, or 0 for none.</param>
/// <param name="CellScalePower">The cell's scale is 2 to this power.</param>
public sealed record LstmParameters(bool TimeMajor, int Batch, int Time, int Inputs, int Hidden, int InputZeroPoint,
    int HiddenZeroPoint, FixedPoint.Factor[] FromInput, FixedPoint.Factor[] FromHidden, FixedPoint.Factor ForgetCell,
    FixedPoint.Factor InputCell, FixedPoint.Factor OutputHidden, int CellClip, int CellScalePower)
{
    private const float GateInputScale = 1f / 4096, GateOutputScale = 1f / 32768;

    public static LstmParameters From(Node node)
    {
        RequireSupported(node);
        Tensor input = node.Input(0), hidden = node.Input(18), cell = node.Input(19);
        var attributes = node.Get<RecurrentAttributes>();
        int time = attributes.TimeMajor ? 0 : 1;
        float cellScale = Quantized.Of(cell).Scale;
        double gateProduct = (double)GateOutputScale * GateOutputScale;
        double clip = Math.Clamp((double)attributes.CellClip / cellScale, 0, short.MaxValue);
        return new LstmParameters(attributes.TimeMajor, input.Shape[1 - time], input.Shape[time], input.Shape[2],
            node.Input(5).Shape[1], Quantized.Of(input).ZeroPoint, Quantized.Of(hidden).ZeroPoint,
            [.. Enumerable.Range(1, 4).Select(i => ToGate(node, input, node.Input(i)))],
            [.. Enumerable.Range(5, 4).Select(i => ToGate(node, hidden, node.Input(i)))],
            Quantized.Factor(node, (double)GateOutputScale * cellScale / cellScale),
            Quantized.Factor(node, gateProduct / cellScale),
            Quantized.Factor(node, gateProduct / Quantized.Of(hidden).Scale),
            (int)clip, (int)MathF.Round(MathF.Log(cellScale) * (1 / MathF.Log(2)), MidpointRounding.AwayFromZero));
    }

    private static FixedPoint.Factor ToGate(Node node, Tensor vector, Tensor weights)
    {
        Quantized.Require(node, weights, DataType.Int8, DataType.Int4, DataType.Int2);
        if (Quantized.Of(weights).IsPerAxis)
            throw new ModelException($"{node.Name}: LSTM weights {weights} have a scale per row; one is supported.");

        double product = Quantized.Of(vector).Scale * Quantized.Of(weights).Scale; // in float32
        return Quantized.Factor(node, product / GateInputScale);
    }

    private static void RequireSupported(Node node)
    {
        if (node.Inputs.Count < 20)
            throw new ModelException($"{node.Name}: an LSTM in ONNX's form has to be converted before quantization.");

        foreach (int variant in (int[])[9, 10, 11, 16, 17, 20, 21, 22, 23])
        {
            if (node.OptionalInput(variant) is not null)
                throw new ModelException($"{node.Name} has peepholes, a projection or layer normalization, " +
                    "which the integer LSTM lacks.");
        }

        Quantized.Require(node, node.Input(0), DataType.Int8);
        Quantized.Require(node, node.Output, DataType.Int8);
        Quantized.Require(node, node.Input(18), DataType.Int8);
        Quantized.Require(node, node.Input(19), DataType.Int16);
    }
}
