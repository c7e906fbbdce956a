using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.ModelConverter.Training;

/// <summary>Networks that decide together: one graph whose logits are the mean of theirs (Hansen and Salamon, 1990). It takes the
/// weights and the time of them all.</summary>
public static class Committee
{
    /// <summary>A graph of its own. The networks take the same input, have the same classes and end with a dense layer and a
    /// softmax.</summary>
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
            Node dense = Dense(member, committee.Inputs[0], sum);
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

    private static Node Dense(ModelGraph member, Tensor input, Tensor? logits)
    {
        if (!member.Inputs[0].Shape.SequenceEqual(input.Shape))
            throw new ModelException($"{member.Name} takes {member.Inputs[0]}, the other networks {input}.");
        if (logits is not null && !member.Outputs[0].Shape.SequenceEqual(logits.Shape))
            throw new ModelException($"{member.Name} gives {member.Outputs[0]}, the other networks {logits}.");
        return member.Producer(member.Outputs[0]) is { Attributes: SoftmaxAttributes { Beta: 1 } } softmax &&
            member.Producer(softmax.Input(0)) is
            {
                Kind: OperatorKind.FullyConnected,
                Attributes: ActivationAttributes { Activation: FusedActivation.None },
            } dense
            ? dense
            : throw new ModelException($"{member.Name} does not end with a dense layer and a softmax.");
    }

    private static void Scale(Tensor? constant, float factor)
    {
        if (constant?.Data is not { } data)
            return;
        byte[] scaled = [.. data]; // the copy of a graph shares its constants' bytes with the member
        Span<float> values = MemoryMarshal.Cast<byte, float>(scaled.AsSpan());
        foreach (ref float value in values)
            value *= factor;
        constant.Data = scaled;
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
