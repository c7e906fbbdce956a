using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Onnx.Format;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>Operators that exporters use to compute shapes. All shapes are known here, so nothing of them is left in
/// the graph.</summary>
internal static class ConstantOperators
{
    private const int MostPicked = 64;

    public static void Constant(OnnxContext context, OnnxNode node)
    {
        string name = node.Outputs.FirstOrDefault() ?? node.Title;
        if (node.Attribute("value") is { T: { } tensor })
        {
            Tensor value = OnnxTensorReader.Read(tensor, name, context.Budget);
            if (OnnxTensorReader.Offset(tensor.DataType) != 0)
                context.MarkUnsignedSubByte(value);

            context.Bind(node, 0, value);
        }
        else if (node.Attribute("value_float") is { } real)
            context.Bind(node, 0, Tensor.Constant<float>(name, DataType.Float32, [], [real.F]));
        else if (node.Attribute("value_floats") is { } reals)
            context.Bind(node, 0,
                Tensor.Constant<float>(name, DataType.Float32, [reals.Floats.Count], [.. reals.Floats]));
        else if (node.Attribute("value_int") is { } integer)
            context.Bind(node, 0, Tensor.Constant<long>(name, DataType.Int64, [], [integer.I]));
        else if (node.Attribute("value_ints") is { } integers)
            context.Bind(node, 0,
                Tensor.Constant<long>(name, DataType.Int64, [integers.Ints.Count], [.. integers.Ints]));
        else
            throw node.Error("has no value of a supported kind");
    }

    public static void ConstantOfShape(OnnxContext context, OnnxNode node)
    {
        int[] shape = context.Integers(node, 0, "shape") ?? throw node.Error("lacks its shape");
        Tensor value = node.Attribute("value") is { T: { } proto }
            ? OnnxTensorReader.Read(proto, node.Outputs[0], context.Budget)
            : OnnxContext.Scalar(node, 0);
        if (shape.Length > OnnxTensorReader.MaxRank || shape.Any(size => size < 0) || value.Elements != 1)
            throw node.Error($"has the unusable shape {OnnxNode.Show(shape.Take(8))}");

        int count = OnnxTensorReader.Count(shape, node.Title);
        int width = value.Type.HostBytes();
        context.Budget.Spend((long)count * width, node.Title);
        var data = new byte[count * width];
        for (int i = 0; i < count; i++)
            value.Data!.CopyTo(data, i * width);

        context.Bind(node, 0, new Tensor(node.Outputs[0], value.Type, shape) { Data = data });
    }

    public static void Shape(OnnxContext context, OnnxNode node)
    {
        int[] shape = context.Input(node, 0).Shape;
        int start = Clamp(node.Int("start", 0), shape.Length);
        int end = Clamp(node.Int("end", shape.Length), shape.Length);
        long[] sizes = [.. shape.Take(end).Skip(start).Select(size => (long)size)];
        context.Bind(node, 0, Tensor.Constant<long>(node.Outputs[0], DataType.Int64, [sizes.Length], sizes));
    }

    public static void Cast(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        int to = node.Int("to", 0);
        DataType type = OnnxTensorReader.TypeOf(to)
            ?? throw node.Error($"casts to the element type {(TensorProto.Types.DataType)to}, which is not supported");
        if (type == OnnxContext.RealType(x))
        {
            context.Bind(node, 0, x);
            return;
        }

        var y = new Tensor(node.Outputs[0], type, x.Shape);
        context.Bind(node, 0,
            context.Add(new Node(OperatorKind.Cast, node.Title, [x], [y], OperatorAttributes.None))[0]);
    }

    /// <summary>Picks slices of a constant; those of a variable become Slices.</summary>
    public static void Gather(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        int axis = node.Axis(node.Int("axis", 0), x.Rank);
        int size = x.Shape[axis];
        Tensor indexTensor = context.Constant(node, 1, "indices");
        int[] indices = [.. context.Integers(node, 1, "indices")!.Select(index => index < 0 ? index + size : index)];
        if (indices.Any(index => index < 0 || index >= size))
            throw node.Error($"picks an element outside of {size}");

        int[] shape = [.. x.Shape[..axis], .. indexTensor.Shape, .. x.Shape[(axis + 1)..]];
        if (x.IsConstant)
        {
            context.Bind(node, 0, Pick(context, node, x, axis, indices, shape));
            return;
        }

        context.Bind(node, 0, context.Reshape(node, Slices(context, node, x, axis, indices), shape));
    }

    /// <summary>One slice where the indices have a constant step, else one for each, joined.</summary>
    private static Tensor Slices(OnnxContext context, OnnxNode node, Tensor x, int axis, int[] indices)
    {
        int step = indices.Length > 1 ? indices[1] - indices[0] : 1;
        bool even = step != 0 && !indices.Where((index, i) => index != indices[0] + (i * step)).Any();
        if (even)
            return Slice(context, node, x, axis, indices[0], step, indices.Length);

        if (indices.Length is 0 or > MostPicked)
            throw node.Error($"picks {indices.Length} elements of a value computed at run time; 1 to {MostPicked} are "
                + "supported");

        Tensor[] parts = [.. indices.Select(index => Slice(context, node, x, axis, index, 1, 1))];
        int[] shape = [.. x.Shape];
        shape[axis] = indices.Length;
        return context.Emit(node, OperatorKind.Concat, shape, new ConcatAttributes(axis), parts);
    }

    private static Tensor Slice(OnnxContext context, OnnxNode node, Tensor x, int axis, int from, int step, int count)
    {
        var begin = new int[x.Rank];
        begin[axis] = from;
        int[] stride = [.. Enumerable.Repeat(1, x.Rank)];
        stride[axis] = step;
        int[] shape = [.. x.Shape];
        shape[axis] = count;
        return context.Emit(node, OperatorKind.Slice, shape, new SliceAttributes(begin, stride), x);
    }

    private static Tensor Pick(OnnxContext context, OnnxNode node, Tensor x, int axis, int[] indices, int[] shape)
    {
        if (shape.Length > OnnxTensorReader.MaxRank)
            throw node.Error($"produces a tensor with {shape.Length} dimensions");

        int count = OnnxTensorReader.Count(shape, node.Title);
        int width = x.Type.HostBytes();
        context.Budget.Spend((long)count * width, node.Title);
        int inner = x.Shape.Skip(axis + 1).Aggregate(width, (product, length) => product * length);
        var data = new byte[count * width];
        for (int i = 0; inner > 0 && i < data.Length / inner; i++)
        {
            int outer = i / indices.Length;
            int from = ((outer * x.Shape[axis]) + indices[i % indices.Length]) * inner;
            x.Data.AsSpan(from, inner).CopyTo(data.AsSpan(i * inner));
        }

        if (x.Quantization is { IsPerAxis: true })
            throw node.Error("picks from a constant quantized per axis, which is not supported");

        return new Tensor(node.Outputs[0], x.Type, shape) { Data = data, Quantization = x.Quantization };
    }

    private static int Clamp(int index, int size) => Math.Clamp(index < 0 ? index + size : index, 0, size);
}
