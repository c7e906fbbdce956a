using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Quantizing;

/// <summary>Constants of an SVDF layer with int8 input and output; state and time weights are both int8 or both
/// int16. Its fused activation is ignored, as TensorFlow Lite Micro does (its models saturate at the output's
/// range).</summary>
/// <param name="StateMultiplier">Feature sums to the state's scale.</param>
/// <param name="OutputMultiplier">Time sums and bias to the output's scale.</param>
/// <param name="StateBits">8 or 16.</param>
public sealed record SvdfParameters(int Batch, int Inputs, int Filters, int Memory, int Rank, int InputZeroPoint,
    int StateZeroPoint, int OutputZeroPoint, int StateMultiplier, int StateShift, int OutputMultiplier,
    int OutputShift, int StateBits)
{
    public int Units => Filters / Rank;

    public static SvdfParameters From(Node node)
    {
        Tensor input = node.Input(0), feature = node.Input(1), time = node.Input(2), state = node.Input(4);
        Quantized.Require(node, input, DataType.Int8);
        Quantized.Require(node, node.Output, DataType.Int8);
        Quantized.Require(node, feature, DataType.Int8, DataType.Int4, DataType.Int2);
        Quantized.Require(node, state, DataType.Int8, DataType.Int16);
        Quantized.Require(node, time, state.Type);

        // products and quotients in float32
        float scale = Quantized.Of(state).Scale;
        FixedPoint.Factor toState = Quantized.Factor(node,
            Quantized.Of(input).Scale * Quantized.Of(feature).Scale / scale);
        FixedPoint.Factor toOutput = Quantized.Factor(node,
            scale * Quantized.Of(time).Scale / Quantized.Of(node.Output).Scale);
        return new SvdfParameters(input.Shape[0], feature.Shape[1], feature.Shape[0], time.Shape[1],
            node.Get<SvdfAttributes>().Rank, Quantized.Of(input).ZeroPoint, Quantized.Of(state).ZeroPoint,
            Quantized.Of(node.Output).ZeroPoint, toState.Multiplier, toState.Shift, toOutput.Multiplier,
            toOutput.Shift, 8 * state.Type.HostBytes());
    }
}
