using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>LSTM and GRU, forward, with the default activations. The node keeps ONNX's order of inputs and all its
/// outputs: Y, Y_h and, for the LSTM, Y_c.</summary>
internal static class RecurrentOperators
{
    public static void Lstm(OnnxContext context, OnnxNode node)
    {
        if (node.Int("input_forget", 0) != 0)
            throw node.Error("couples its input and forget gates, which is not supported");

        Import(context, node, OperatorKind.Lstm, gates: 4, ["Sigmoid", "Tanh", "Tanh"]);
    }

    public static void Gru(OnnxContext context, OnnxNode node) =>
        Import(context, node, OperatorKind.Gru, gates: 3, ["Sigmoid", "Tanh"]);

    private static void Import(OnnxContext context, OnnxNode node, OperatorKind kind, int gates, string[] activations)
    {
        Tensor x = context.Input(node, 0);
        bool timeMajor = node.Int("layout", 0) == 0;
        string direction = node.Text("direction", "forward");
        string[] own = node.Texts("activations");
        if (direction != "forward"
            || (own.Length > 0 && !own.SequenceEqual(activations, StringComparer.OrdinalIgnoreCase)))
            throw node.Error($"runs {direction} with {OnnxNode.Show(own)}; forward with the defaults is supported");

        if (x.Rank != 3)
            throw node.Error($"reads {x}, which is no sequence");

        int time = x.Shape[timeMajor ? 0 : 1], batch = x.Shape[timeMajor ? 1 : 0], width = x.Shape[2];
        Tensor recurrent = Weights(context, node, 2);
        int hidden = recurrent.Shape[^1];
        int[] state = timeMajor ? [1, batch, hidden] : [batch, 1, hidden];
        bool lstm = kind == OperatorKind.Lstm;
        Tensor?[] inputs =
        [
            x,
            Shaped(node, Weights(context, node, 1), 1, gates * hidden, width),
            Shaped(node, recurrent, 1, gates * hidden, hidden),
            Shaped(node, WeightsOrNull(context, node, 3), 1, 2 * gates * hidden),
            Lengths(context, node, time),
            Shaped(node, context.Optional(node, 5), state),
        ];
        if (lstm)
        {
            inputs = [.. inputs, Shaped(node, context.Optional(node, 6), state),
                Shaped(node, WeightsOrNull(context, node, 7), 1, 3 * hidden)];
        }

        var attributes = new RecurrentAttributes(timeMajor, node.Int("linear_before_reset", 0) != 0,
            node.Float("clip", 0));
        int[] sequence = timeMajor ? [time, 1, batch, hidden] : [batch, time, 1, hidden];
        int[][] shapes = lstm ? [sequence, state, state] : [sequence, state];
        Tensor[] outputs = context.Emit(node, kind, shapes, attributes, inputs);
        for (int i = 0; i < outputs.Length; i++)
            context.Bind(node, i, outputs[i]);
    }

    private static Tensor Weights(OnnxContext context, OnnxNode node, int index) =>
        context.Constant(node, index, "weights") is { Rank: 3 } weights
            ? weights
            : throw node.Error($"has weights of an unusable shape as its input {index}");

    private static Tensor? WeightsOrNull(OnnxContext context, OnnxNode node, int index) =>
        node.HasInput(index) ? context.Constant(node, index, "weights") : null;

    private static Tensor? Shaped(OnnxNode node, Tensor? tensor, params int[] shape) =>
        tensor is null || tensor.Shape.SequenceEqual(shape)
            ? tensor
            : throw node.Error($"has {tensor} where {OnnxNode.Show(shape)} is needed");

    /// <summary>Lengths of the sequences are only supported if they say nothing.</summary>
    private static Tensor? Lengths(OnnxContext context, OnnxNode node, int time)
    {
        if (context.Integers(node, 4, "sequence lengths") is { } lengths && lengths.Any(length => length != time))
            throw node.Error("has sequences of different lengths, which is not supported");

        return null;
    }
}
