using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Operators that only move elements.</summary>
public sealed partial class GraphLowering
{
    /// <summary>An operator of the core has at most 16 tensors.</summary>
    private const int MostConcatenated = 15;

    private void LowerConcat(Node node)
    {
        var attributes = node.Get<ConcatAttributes>();
        if (attributes.Activation != FusedActivation.None)
            throw new ModelException($"{node.Name}: a concatenation with a fused {attributes.Activation} is not supported.");

        int axis = FourAxis(node, attributes.Axis, node.Output.Rank);
        List<PackTensor> parts = [.. node.Inputs.Select((_, i) => Rescaled(node, node.Input(i), node.Output))];
        while (parts.Count > MostConcatenated)
            parts = [.. parts.Chunk(MostConcatenated).Select(chunk => Joined(chunk, axis))];

        Emit(Opcode.Concatenation, [.. parts], [Activation(node.Output)], [axis]);
    }

    private PackTensor Joined(PackTensor[] parts, int axis)
    {
        int[] shape = [.. Enumerable.Range(0, 4).Select(parts[0].Dim)];
        shape[axis] = parts.Sum(part => part.Dim(axis));
        var whole = new PackTensor($"{parts[0].Name} and {parts.Length - 1} more", parts[0].Type, shape, TensorPlace.Arena)
        {
            Scale = parts[0].Scale,
            ZeroPoint = parts[0].ZeroPoint,
        };
        _model.Tensors.Add(whole);
        Emit(Opcode.Concatenation, parts, [whole], [axis]);
        return whole;
    }

    private void LowerSplit(Node node)
    {
        Tensor x = node.Input(0);
        int axis = FourAxis(node, node.Get<SplitAttributes>().Axis, x.Rank);
        int begin = 0;
        foreach (Tensor part in node.Outputs)
        {
            int[] begins = [0, 0, 0, 0];
            begins[axis] = begin;
            PackTensor from = Rescaled(node, x, part), to = Activation(part);
            Emit(Opcode.Slice, [from], [to], [.. begins, 1, 1, 1, 1]);
            begin += to.Dim(axis);
        }
    }

    private void LowerSlice(Node node)
    {
        var attributes = node.Get<SliceAttributes>();
        Emit(Opcode.Slice, [Rescaled(node, node.Input(0), node.Output)], [Activation(node.Output)],
            [.. FourAxes(attributes.Begin, 0), .. FourAxes(attributes.Stride, 1)]);
    }

    private void LowerPad(Node node)
    {
        var attributes = node.Get<PadAttributes>();
        if (attributes.Before.Concat(attributes.After).Any(count => count < 0))
            throw new ModelException($"{node.Name} pads by a negative number; slice the tensor instead.");

        int value = Quantized.Level(node.Output, attributes.Value);
        Emit(Opcode.Pad, [Rescaled(node, node.Input(0), node.Output)], [Activation(node.Output)],
            [.. FourAxes(attributes.Before, 0), value]);
    }

    private void LowerTranspose(Node node)
    {
        int[] permutation = node.Get<TransposeAttributes>().Permutation;
        int rank = permutation.Length;
        int dropped = Math.Max(rank - 4, 0);
        if (!permutation[..dropped].SequenceEqual(Enumerable.Range(0, dropped)))
            throw new ModelException($"{node.Name} transposes {rank} axes by [{string.Join(", ", permutation)}]; the core " +
                "handles the last four.");

        int[] axes = [.. Enumerable.Range(0, 4)];
        for (int i = dropped; i < rank; i++)
            axes[i + 4 - rank] = permutation[i] + 4 - rank;

        Emit(Opcode.Transpose, [Rescaled(node, node.Input(0), node.Output)], [Activation(node.Output)], axes);
    }

    private void LowerResize(Node node)
    {
        var attributes = node.Get<ResizeAttributes>();
        PackTensor x = Rescaled(node, node.Input(0), node.Output), y = Activation(node.Output);
        PackTensor rows = Indices($"rows of {node.Name}", attributes.Rows, x.Dim(1), y.Dim(1));
        PackTensor columns = Indices($"columns of {node.Name}", attributes.Columns, x.Dim(2), y.Dim(2));
        Emit(Opcode.ResizeNearest, [x, rows, columns], [y], []);

        PackTensor Indices(string name, int[]? listed, int from, int to)
        {
            if (from > short.MaxValue)
                throw new ModelException($"{node.Name} resizes an image of {from} pixels; the core handles " +
                    $"{short.MaxValue}.");

            short[] indices = Array.ConvertAll(listed ?? DataMovement.NearestIndices(from, to, attributes), i => (short)i);
            return NewConstant<short>(name, DataType.Int16, [to], indices);
        }
    }
}
