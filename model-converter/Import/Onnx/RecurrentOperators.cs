using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>LSTM and GRU with the default activations. Each direction is a node that keeps ONNX's order of inputs and
/// all its outputs: Y, Y_h and, for the LSTM, Y_c. The backward one reads and writes its sequence reversed.</summary>
internal static class RecurrentOperators
{
    private const int InitialHidden = 5, InitialCell = 6;

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
        bool[] backward = Directions(node, activations);
        Tensor x = context.Input(node, 0);
        bool timeMajor = node.Int("layout", 0) == 0;
        if (x.Rank != 3)
            throw node.Error($"reads {x}, which is no sequence");

        int time = x.Shape[timeMajor ? 0 : 1], batch = x.Shape[timeMajor ? 1 : 0], width = x.Shape[2];
        int directions = backward.Length;
        Tensor recurrent = Weights(context, node, 2);
        int hidden = recurrent.Shape[^1];
        int[] states = timeMajor ? [directions, batch, hidden] : [batch, directions, hidden];
        RequireLengths(context, node, time);
        Tensor?[] inputs =
        [
            x,
            Shaped(node, Weights(context, node, 1), directions, gates * hidden, width),
            Shaped(node, recurrent, directions, gates * hidden, hidden),
            Shaped(node, WeightsOrNull(context, node, 3), directions, 2 * gates * hidden),
            null,
            Shaped(node, context.Optional(node, InitialHidden), states),
        ];
        if (kind == OperatorKind.Lstm)
        {
            inputs = [.. inputs, Shaped(node, context.Optional(node, InitialCell), states),
                Shaped(node, WeightsOrNull(context, node, 7), directions, 3 * hidden)];
        }

        int[] state = timeMajor ? [1, batch, hidden] : [batch, 1, hidden];
        int[] sequence = timeMajor ? [time, 1, batch, hidden] : [batch, time, 1, hidden];
        int[][] shapes = kind == OperatorKind.Lstm ? [sequence, state, state] : [sequence, state];
        Tensor[][] results = [.. backward.Select((reversed, direction) =>
            Direction(context, node, kind, Part(context, node, inputs, direction, directions), reversed, shapes))];
        Join(context, node, results, timeMajor);
    }

    /// <summary>For each direction whether it runs backwards.</summary>
    private static bool[] Directions(OnnxNode node, string[] activations)
    {
        string direction = node.Text("direction", "forward");
        bool[] backward = direction switch
        {
            "forward" => [false],
            "reverse" => [true],
            "bidirectional" => [false, true],
            _ => throw node.Error($"has the unknown direction '{direction}'"),
        };
        string[] own = node.Texts("activations");
        string[] defaults = [.. backward.SelectMany(_ => activations)];
        return own.Length == 0 || own.SequenceEqual(defaults, StringComparer.OrdinalIgnoreCase)
            ? backward
            : throw node.Error($"has the activations {OnnxNode.Show(own)}; the defaults {OnnxNode.Show(defaults)} are "
                + "supported");
    }

    /// <summary>The weights and initial states of one direction.</summary>
    private static Tensor?[] Part(OnnxContext context, OnnxNode node, Tensor?[] inputs, int direction, int directions)
    {
        if (directions == 1)
            return inputs;

        bool timeMajor = node.Int("layout", 0) == 0;
        return [.. inputs.Select((input, i) => i == 0 || input is null ? input
            : i is InitialHidden or InitialCell ? Slice(context, node, input, timeMajor ? 0 : 1, direction)
            : ConstantSlices.Outermost(input, direction, 1, context.Budget))];
    }

    private static Tensor Slice(OnnxContext context, OnnxNode node, Tensor x, int axis, int at)
    {
        var begin = new int[x.Rank];
        begin[axis] = at;
        int[] shape = [.. x.Shape];
        shape[axis] = 1;
        return context.Emit(node, OperatorKind.Slice, shape, new SliceAttributes(begin, [1, 1, 1]), x);
    }

    private static Tensor[] Direction(OnnxContext context, OnnxNode node, OperatorKind kind, Tensor?[] inputs,
        bool reversed, int[][] shapes)
    {
        bool timeMajor = node.Int("layout", 0) == 0;
        var attributes = new RecurrentAttributes(timeMajor, node.Int("linear_before_reset", 0) != 0,
            node.Float("clip", 0));
        int timeAxis = timeMajor ? 0 : 1;
        if (reversed)
            inputs = [Reversed(context, node, inputs[0]!, timeAxis), .. inputs.Skip(1)];

        Tensor[] outputs = context.Emit(node, kind, shapes, attributes, inputs);
        return reversed ? [Reversed(context, node, outputs[0], timeAxis), .. outputs.Skip(1)] : outputs;
    }

    private static Tensor Reversed(OnnxContext context, OnnxNode node, Tensor x, int axis)
    {
        var begin = new int[x.Rank];
        int[] stride = [.. Enumerable.Repeat(1, x.Rank)];
        (begin[axis], stride[axis]) = (x.Shape[axis] - 1, -1);
        return context.Emit(node, OperatorKind.Slice, x.Shape, new SliceAttributes(begin, stride), x);
    }

    /// <summary>The outputs of the directions side by side.</summary>
    private static void Join(OnnxContext context, OnnxNode node, Tensor[][] results, bool timeMajor)
    {
        for (int i = 0; i < results[0].Length; i++)
        {
            if (!node.HasOutput(i))
                continue;

            Tensor[] parts = [.. results.Select(result => result[i])];
            int axis = (i, timeMajor) switch { (0, true) => 1, (0, false) => 2, (_, true) => 0, _ => 1 };
            int[] shape = [.. parts[0].Shape];
            shape[axis] = parts.Length;
            context.Bind(node, i, parts.Length == 1
                ? parts[0]
                : context.Emit(node, OperatorKind.Concat, shape, new ConcatAttributes(axis), parts));
        }
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
    private static void RequireLengths(OnnxContext context, OnnxNode node, int time)
    {
        if (context.Integers(node, 4, "sequence lengths") is { } lengths && lengths.Any(length => length != time))
            throw node.Error("has sequences of different lengths, which is not supported");
    }
}
