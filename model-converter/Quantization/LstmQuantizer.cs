using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Quantizes a float LSTM of TensorFlow Lite, whose states go on from one inference to the next, for the integer
/// operator: int8 weights with one scale for each gate, the hidden state like the output, an int16 cell.</summary>
internal static class LstmQuantizer
{
    private const int HiddenState = 18, CellState = 19;
    private const double GreatestBias = 1 << 29;

    /// <summary>Of a cell that reaches 1; a finer one gains nothing.</summary>
    private const int LeastCellPower = -15;

    public static bool Takes(Node node) => node.Kind == OperatorKind.Lstm && node.Inputs.Count > CellState;

    /// <summary>The tensor whose range the cell's scale follows from.</summary>
    public static Tensor Cell(Node node) => node.Input(CellState);

    /// <summary>Replaces the constants of <paramref name="node"/>, whose input and output are quantized already.
    /// </summary>
    /// <param name="greatestCell">Greatest magnitude of the cell.</param>
    public static void Quantize(Node node, double greatestCell, DataType type)
    {
        Tensor hidden = node.Input(HiddenState), cell = node.Input(CellState);
        (hidden.Type, hidden.Quantization) = (DataType.Int8, node.Output.Quantization);
        int power = greatestCell > 0 ? (int)Math.Ceiling(Math.Log2(greatestCell)) - 15 : LeastCellPower;
        cell.Type = DataType.Int16;
        cell.Quantization = new Quantization((float)Math.ScaleB(1, Math.Max(power, LeastCellPower)), 0);
        double inputScale = Quantized.Of(node.Input(0)).Scale;
        for (int gate = 0; gate < 4; gate++)
        {
            int weights = 1 + gate, recurrent = 5 + gate, bias = 12 + gate;
            float[]? offsets = node.OptionalInput(bias) is { } own ? RealValues.OfConstant(own) : null;
            double least = (offsets?.Max(Math.Abs) ?? 0) / (inputScale * GreatestBias);
            float scale = Weights(node, weights, type, least);
            Weights(node, recurrent, type, 0);
            if (offsets is not null)
                node.Inputs[bias] = Bias(node.Input(bias), offsets, (float)(inputScale * scale));
        }
    }

    private static float Weights(Node node, int index, DataType type, double leastScale)
    {
        float[] real = RealValues.OfConstant(node.Input(index));
        double best = Array.TrueForAll(real, weight => weight == 0) ? 1 : WeightQuantizer.Scale(real, type);
        float scale = (float)Math.Max(best, leastScale);
        sbyte[] values = [.. real.Select(weight => WeightQuantizer.Round(weight, scale, type))];
        Tensor constant = Tensor.Constant<sbyte>(node.Input(index).Name, type, node.Input(index).Shape, values);
        constant.Quantization = new Quantization(scale, 0);
        node.Inputs[index] = constant;
        return scale;
    }

    private static Tensor Bias(Tensor bias, float[] real, float scale)
    {
        int[] values = [.. real.Select(value => (int)Math.Round(value / (double)scale, MidpointRounding.AwayFromZero))];
        Tensor constant = Tensor.Constant<int>(bias.Name, DataType.Int32, bias.Shape, values);
        constant.Quantization = new Quantization(scale, 0);
        return constant;
    }
}
