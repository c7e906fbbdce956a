using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Training;

/// <summary>Networks that decide together: one graph whose logits are the mean of theirs (Hansen and Salamon, 1990). It takes their
/// weights and their time together.</summary>
public static class Committee
{
    /// <summary>A graph of its own. The networks take the same input and end with a dense layer and a softmax.</summary>
    /// <exception cref="ModelException">They do not.</exception>
    public static ModelGraph Of(IReadOnlyList<Network<float>> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentOutOfRangeException.ThrowIfZero(members.Count);
        var committee = new ModelGraph(members[0].Graph.Name);
        Tensor? sum = null;
        for (int i = 0; i < members.Count; i++)
        {
            members[i].Store();
            ModelGraph member = GraphCopy.Of(members[i].Graph);
            if (i == 0)
                committee.Inputs.Add(member.Inputs[0]);
            Node dense = Dense(member, committee.Inputs[0]);
            foreach (Tensor? constant in dense.Inputs.Skip(1))
                Scale(constant, 1f / members.Count);
            Take(committee, member, i);
            sum = sum is null ? dense.Output : Sum(committee, sum, dense.Output, i);
        }

        var likely = new Tensor("likely", DataType.Float32, sum!.Shape);
        committee.Nodes.Add(new Node(OperatorKind.Softmax, "mean of the members", [sum], [likely], new SoftmaxAttributes()));
        committee.Outputs.Add(likely);
        return committee;
    }

    private static Node Dense(ModelGraph member, Tensor input)
    {
        if (!member.Inputs[0].Shape.SequenceEqual(input.Shape))
            throw new ModelException($"{member.Name} takes {member.Inputs[0]}, the other networks {input}.");
        return member.Producer(member.Outputs[0]) is { Kind: OperatorKind.Softmax } softmax &&
            member.Producer(softmax.Input(0)) is { Kind: OperatorKind.FullyConnected } dense
            ? dense
            : throw new ModelException($"{member.Name} does not end with a dense layer and a softmax.");
    }

    private static void Scale(Tensor? constant, float factor)
    {
        if (constant?.Data is not { } data)
            return;
        Span<float> values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(data.AsSpan());
        for (int i = 0; i < values.Length; i++)
            values[i] *= factor;
    }

    /// <summary>All operators but the softmax.</summary>
    private static void Take(ModelGraph committee, ModelGraph member, int index)
    {
        foreach (Node node in member.Nodes.Where(node => node.Output != member.Outputs[0]))
        {
            foreach (Tensor output in node.Outputs)
                output.Name = $"{index}/{output.Name}";
            committee.Nodes.Add(new Node(node.Kind, $"member {index}, {node.Name}",
                node.Inputs.Select(input => input == member.Inputs[0] ? committee.Inputs[0] : input), node.Outputs, node.Attributes));
        }
    }

    private static Tensor Sum(ModelGraph committee, Tensor a, Tensor b, int index)
    {
        var sum = new Tensor($"{a.Name} + {b.Name}", DataType.Float32, a.Shape);
        committee.Nodes.Add(new Node(OperatorKind.Add, $"sum of members 0 to {index}", [a, b], [sum], new ActivationAttributes()));
        return sum;
    }
}
