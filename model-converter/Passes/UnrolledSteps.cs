using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Passes;

/// <summary>The nodes that one recurrent layer over x [T,N,I] (or [N,T,I]) with H hidden units becomes. Within a step
/// tensors are [N,H].</summary>
internal sealed class UnrolledSteps
{
    private readonly GraphEditor editor;
    private readonly bool timeMajor;
    private readonly int batch, hidden;
    private readonly Dictionary<(int Input, int Row), Tensor> parts = [];
    private int made;

    public UnrolledSteps(GraphEditor editor, Node node)
    {
        this.editor = editor;
        Node = node;
        timeMajor = node.Get<RecurrentAttributes>().TimeMajor;
        int[] x = node.Input(0).Shape;
        Time = x[timeMajor ? 0 : 1];
        batch = x[timeMajor ? 1 : 0];
        hidden = node.Input(2).Shape[^1];
        if (!node.Input(1).IsConstant || !node.Input(2).IsConstant)
            throw new ModelException($"{node.Name} has weights that are not constant.");
    }

    public Node Node { get; }

    public int Time { get; }

    private int Gates => Node.Kind == OperatorKind.Lstm ? 4 : 3;

    /// <summary>The initial state of input <paramref name="index"/> as [N,H]; null if it is absent, which is zero.</summary>
    public Tensor? Initial(int index) => Node.OptionalInput(index) is { } state ? Reshape(state, [batch, hidden]) : null;

    /// <summary>One gate's products with the whole input, with its biases: [T,N,H] or [N,T,H].</summary>
    public Tensor FromInput(int gate, bool withRecurrentBias)
    {
        Tensor x = Node.Input(0);
        float[] bias = BiasPart(gate) ?? new float[hidden];
        if (withRecurrentBias && BiasPart(Gates + gate) is { } recurrent)
            bias = [.. bias.Zip(recurrent, (a, b) => a + b)];

        Tensor weights = Part(1, gate * hidden, [hidden, x.Shape[2]]);
        return Make(OperatorKind.FullyConnected, new ActivationAttributes(), [x.Shape[0], x.Shape[1], hidden],
            x, weights, Vector($"bias {gate}", bias));
    }

    /// <summary>Step <paramref name="t"/> of a sequence, [N,H].</summary>
    public Tensor At(Tensor sequence, int t)
    {
        int[] begin = timeMajor ? [t, 0, 0] : [0, t, 0];
        int[] shape = timeMajor ? [1, batch, hidden] : [batch, 1, hidden];
        Tensor step = Make(OperatorKind.Slice, new SliceAttributes(begin, [1, 1, 1]), shape, sequence);
        return Reshape(step, [batch, hidden]);
    }

    public Tensor FromHidden(Tensor state, int gate, bool withBias) => Make(OperatorKind.FullyConnected,
        new ActivationAttributes(), [batch, hidden], state, Part(2, gate * hidden, [hidden, hidden]),
        withBias ? RecurrentBias(gate) : null);

    public Tensor? RecurrentBias(int gate) => BiasPart(Gates + gate) is { } bias
        ? Vector($"recurrent bias {gate}", bias)
        : null;

    public Tensor? Peephole(int gate) => Node.OptionalInput(7) is null ? null : Part(7, gate * hidden, [hidden]);

    public Tensor Add(Tensor a, Tensor b) => Binary(OperatorKind.Add, a, b);

    public Tensor Sub(Tensor a, Tensor b) => Binary(OperatorKind.Sub, a, b);

    public Tensor Mul(Tensor a, Tensor b) => Binary(OperatorKind.Mul, a, b);

    /// <summary>An activation of a gate's sum, clipped before where the layer says so.</summary>
    public Tensor Gate(OperatorKind kind, Tensor sum)
    {
        float clip = Node.Get<RecurrentAttributes>().CellClip;
        Tensor x = clip > 0
            ? Make(OperatorKind.Function, new FunctionAttributes(RealFunction.Clip, -clip, clip), sum.Shape, sum)
            : sum;
        return Activate(kind, x);
    }

    public Tensor Activate(OperatorKind kind, Tensor x) => Make(kind, OperatorAttributes.None, x.Shape, x);

    /// <summary>Lets the layer's outputs be computed by these nodes, and removes it.</summary>
    /// <param name="sequence">The hidden state of each step, [N,H].</param>
    public void Finish(List<Tensor> sequence, Tensor last, Tensor? cell)
    {
        List<Tensor> outputs = Node.Outputs;
        int[] step = timeMajor ? [1, 1, batch, hidden] : [batch, 1, 1, hidden];
        Tensor?[] parts = [.. sequence.Select(state => Reshape(state, step))];
        Emit(OperatorKind.Concat, new ConcatAttributes(timeMajor ? 0 : 1), outputs[0], parts);
        if (outputs.Count > 1)
            Emit(OperatorKind.Reshape, OperatorAttributes.None, outputs[1], last);
        if (outputs.Count > 2 && cell is not null)
            Emit(OperatorKind.Reshape, OperatorAttributes.None, outputs[2], cell);

        editor.Remove(Node); // its outputs have their new producers by now
    }

    private Tensor Binary(OperatorKind kind, Tensor a, Tensor b) =>
        Make(kind, new ActivationAttributes(), [batch, hidden], a, b);

    private Tensor Reshape(Tensor x, int[] shape) =>
        x.Shape.SequenceEqual(shape) ? x : Make(OperatorKind.Reshape, OperatorAttributes.None, shape, x);

    private Tensor Make(OperatorKind kind, OperatorAttributes attributes, int[] shape, params Tensor?[] inputs)
    {
        var output = new Tensor($"{Node.Output.Name}/{kind}_{made}", DataType.Float32, [.. shape]);
        Emit(kind, attributes, output, inputs);
        return output;
    }

    private void Emit(OperatorKind kind, OperatorAttributes attributes, Tensor output, params Tensor?[] inputs) =>
        editor.Add(new Node(kind, $"{Node.Name}, {kind} {made++}", inputs, [output], attributes), Node);

    /// <summary>Rows of a constant input from <paramref name="row"/> on; one tensor however often it is used.</summary>
    private Tensor Part(int input, int row, int[] shape)
    {
        if (!parts.TryGetValue((input, row), out Tensor? part))
        {
            Tensor whole = Node.Input(input);
            int[] rest = shape.Length == 1 ? [] : shape[1..];
            Tensor rows = ConstantFolding.Reshape(whole, [whole.Shape[1], .. rest]);
            part = ConstantSlices.Outermost(rows, row, shape[0], new ConstantBudget(whole.Data!.Length));
            parts[(input, row)] = part;
        }

        return part;
    }

    private float[]? BiasPart(int index) => Node.OptionalInput(3) is { } bias
        ? RealValues.OfConstant(bias).AsSpan(index * hidden, hidden).ToArray()
        : null;

    private Tensor Vector(string name, float[] values) =>
        Tensor.Constant<float>($"{Node.Output.Name}/{name}", DataType.Float32, [values.Length], values);
}
