using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Passes;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Reference;

namespace McuAi.ModelConverter.Import.Onnx;

/// <summary>QuantizeLinear and DequantizeLinear. A dequantized constant stays what it is and carries its quantization;
/// activations get Quantize and Dequantize nodes, which <see cref="QdqFusion"/> resolves.</summary>
internal static class QuantizationOperators
{
    public static void DequantizeLinear(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        int block = node.Int("block_size", 0);
        context.Bind(node, 0, block > 0 && context.Constant(node, 1, "scale").Rank == x.Rank
            ? DequantizeBlocks(context, node, x, block)
            : Dequantize(context, node, x, Read(context, node, x, 1, 2, node.Int("axis", 1))));
    }

    public static void QuantizeLinear(OnnxContext context, OnnxNode node)
    {
        Tensor x = context.Input(node, 0);
        if (node.Int("block_size", 0) > 0)
            throw node.Error("quantizes in blocks at run time, which is not supported");

        DataType type = context.Optional(node, 2)?.Type
            ?? OnnxTensorReader.TypeOf(node.Int("output_dtype", 0)) ?? DataType.UInt8;
        Quantization quantization = Read(context, node, x, 1, 2, node.Int("axis", 1));
        context.Bind(node, 0, Quantize(context, node, x, type, quantization));
    }

    /// <summary>Scales and zero points from two inputs, for <paramref name="x"/>.</summary>
    public static Quantization Read(OnnxContext context, OnnxNode node, Tensor x, int scaleInput, int zeroInput,
        int axis)
    {
        float[] scales = context.Reals(node, scaleInput, "scale") ?? throw node.Error("lacks its scale");
        int[] zeros = context.Integers(node, zeroInput, "zero point") ?? [];
        if (scales.Length == 0 || scales.Any(scale => !(scale > 0) || !float.IsFinite(scale)))
            throw node.Error("has a scale that is not a positive number");

        if (zeros.Length == 0)
            zeros = [context.IsUnsignedSubByte(x) ? -(x.Type == DataType.Int4 ? 8 : 2) : 0];

        (int low, int high) = ActivationRange.OfType(context.Optional(node, zeroInput)?.Type ?? x.Type);
        if (zeros.Length > 1 && zeros.Length != scales.Length || zeros.Any(zero => zero < low || zero > high))
            throw node.Error("has unusable zero points");

        if (scales.Length == 1)
            return new Quantization(scales[0], zeros[0]);

        axis = node.Axis(axis, x.Rank);
        return x.Shape[axis] == scales.Length
            ? new Quantization(scales, zeros.Length == 1 ? [.. scales.Select(_ => zeros[0])] : zeros, axis)
            : throw node.Error($"has {scales.Length} scales for axis {axis} of {x}");
    }

    /// <summary>The real value of <paramref name="x"/>.</summary>
    public static Tensor Dequantize(OnnxContext context, OnnxNode node, Tensor x, Quantization quantization)
    {
        if (context.IsDynamic(x))
            return x;

        if (OnnxContext.RealType(x) == DataType.Float32)
            throw node.Error($"dequantizes {x.Name}, which is not quantized");

        if (x.IsConstant)
            return new Tensor(x.Name, x.Type, x.Shape) { Data = x.Data, Quantization = quantization };

        if (quantization.IsPerAxis)
            throw node.Error($"has several scales for the activation '{x.Name}', which is not supported");

        if (x.Quantization is { } other
            && (other.Scale != quantization.Scale || other.ZeroPoint != quantization.ZeroPoint))
            throw node.Error($"reads '{x.Name}' with another scale than it was written with");

        x.Quantization = quantization;
        var y = new Tensor($"{x.Name}/real{context.Graph.Nodes.Count}", DataType.Float32, x.Shape);
        return context.Add(new Node(OperatorKind.Dequantize, node.Title, [x], [y], OperatorAttributes.None))[0];
    }

    public static Tensor Quantize(OnnxContext context, OnnxNode node, Tensor x, DataType type,
        Quantization quantization)
    {
        if (x.IsConstant)
            return QuantizeConstant(context, node, x, type, quantization);

        if (quantization.IsPerAxis)
            throw node.Error($"has several scales for the activation '{x.Name}', which is not supported");

        if (type is not (DataType.Int8 or DataType.UInt8 or DataType.Int16 or DataType.Int32)
            || x.Type != DataType.Float32)
            throw node.Error($"quantizes the activation '{x.Name}' from {x.Type} to {type}, which is not supported");

        var y = new Tensor($"{node.Outputs[0]}/quantized", type, x.Shape) { Quantization = quantization };
        return context.Add(new Node(OperatorKind.Quantize, node.Title, [x], [y], OperatorAttributes.None))[0];
    }

    /// <summary>Integers of a weight that the file keeps in float and quantizes at run time: rounds half to even, as
    /// ONNX does.</summary>
    private static Tensor QuantizeConstant(OnnxContext context, OnnxNode node, Tensor x, DataType type,
        Quantization quantization)
    {
        if (type.HostBytes() > 4)
            throw node.Error($"quantizes to {type}, which is not supported");

        float[] real = RealValues.OfConstant(x);
        context.Budget.Spend(8L * real.Length, x.Name);
        (int low, int high) = ActivationRange.OfType(type);
        int inner = x.Shape.Skip(quantization.Axis + 1).Aggregate(1, (product, size) => product * size);
        var integers = new int[real.Length];
        for (int i = 0; i < real.Length; i++)
        {
            int slice = quantization.IsPerAxis ? i / inner % quantization.Scales.Length : 0;
            double q = Math.Round((double)(real[i] / quantization.Scales[slice])) + quantization.ZeroPoints[slice];
            integers[i] = (int)Math.Clamp(double.IsNaN(q) ? 0 : q, low, high);
        }

        byte[] data = type.HostBytes() switch
        {
            1 => [.. integers.Select(q => (byte)q)],
            2 => MemoryMarshal.AsBytes(Array.ConvertAll(integers, q => (short)q).AsSpan()).ToArray(),
            _ => MemoryMarshal.AsBytes(integers.AsSpan()).ToArray(),
        };
        var y = new Tensor(node.Outputs[0], type, x.Shape) { Data = data };
        if (context.Optional(node, 2) is { } zero && context.IsUnsignedSubByte(zero))
            context.MarkUnsignedSubByte(y);

        return y;
    }

    /// <summary>A constant with a scale for each block along an axis becomes float32: no operator takes
    /// blocks.</summary>
    private static Tensor DequantizeBlocks(OnnxContext context, OnnxNode node, Tensor x, int block)
    {
        if (!x.IsConstant)
            throw node.Error("has a scale for each block of an activation, which is not supported");

        int axis = node.Axis(node.Int("axis", 1), x.Rank);
        float[] scales = context.Reals(node, 1, "scale")!;
        int[] zeros = context.Integers(node, 2, "zero point") ?? [];
        int[] grid = context.Input(node, 1).Shape;
        int blocks = (x.Shape[axis] + block - 1) / block;
        if (grid.Where((size, i) => size != (i == axis ? blocks : x.Shape[i])).Any()
            || (zeros.Length > 0 && zeros.Length != scales.Length))
            throw node.Error($"has scales {OnnxNode.Show(grid)} for {x} in blocks of {block}");

        context.Budget.Spend(4L * x.Elements, x.Name);
        int inner = x.Shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size);
        int absent = context.IsUnsignedSubByte(x) ? -(x.Type == DataType.Int4 ? 8 : 2) : 0;
        var real = new float[x.Elements];
        for (int i = 0; i < real.Length; i++)
        {
            int outer = i / inner / x.Shape[axis];
            int slice = (((outer * blocks) + (i / inner % x.Shape[axis] / block)) * inner) + (i % inner);
            long zero = zeros.Length > 0 ? zeros[slice] : absent;
            real[i] = scales[slice] * (RealValues.Integer(x.Type, x.Data, i) - zero);
        }

        return Tensor.Constant<float>(x.Name, DataType.Float32, x.Shape, real);
    }
}
