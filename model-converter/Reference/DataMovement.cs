using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Reference;

/// <summary>Operators that move elements without looking at them, for elements of any type. They need not know about
/// quantization: TensorFlow Lite requires equal scales of inputs and outputs here.</summary>
internal static class DataMovement
{
    public static void Concat<T>(Node node, IReadOnlyList<T[]> inputs, T[] output)
    {
        int axis = Axis(node.Get<ConcatAttributes>().Axis, node.Output.Rank);
        int[] strides = Strides.Of(node.Output.Shape);
        int offset = 0;
        for (int i = 0; i < inputs.Count; i++)
        {
            int[] shape = node.Input(i).Shape;
            Strides.Copy(inputs[i], 0, Strides.Of(shape), output, offset, strides, shape);
            offset += shape[axis] * strides[axis];
        }
    }

    public static void Split<T>(Node node, T[] input, IReadOnlyList<T[]> outputs)
    {
        int axis = Axis(node.Get<SplitAttributes>().Axis, node.Input(0).Rank);
        int[] strides = Strides.Of(node.Input(0).Shape);
        int offset = 0;
        for (int i = 0; i < outputs.Count; i++)
        {
            int[] shape = node.Outputs[i].Shape;
            Strides.Copy(input, offset, strides, outputs[i], 0, Strides.Of(shape), shape);
            offset += shape[axis] * strides[axis];
        }
    }

    public static void Slice<T>(Node node, T[] input, T[] output)
    {
        var attributes = node.Get<SliceAttributes>();
        int[] inputStrides = Strides.Of(node.Input(0).Shape);
        int offset = attributes.Begin.Zip(inputStrides, (begin, stride) => begin * stride).Sum();
        int[] steps = [.. attributes.Stride.Zip(inputStrides, (step, stride) => step * stride)];
        int[] shape = node.Output.Shape;
        Strides.Copy(input, offset, steps, output, 0, Strides.Of(shape), shape);
    }

    public static void Pad<T>(Node node, T[] input, T[] output, T value)
    {
        int[] before = node.Get<PadAttributes>().Before;
        int[] outputStrides = Strides.Of(node.Output.Shape);
        int offset = before.Zip(outputStrides, (count, stride) => count * stride).Sum();
        Array.Fill(output, value);
        int[] shape = node.Input(0).Shape;
        Strides.Copy(input, 0, Strides.Of(shape), output, offset, outputStrides, shape);
    }

    public static void Transpose<T>(Node node, T[] input, T[] output)
    {
        int[] permutation = node.Get<TransposeAttributes>().Permutation;
        int[] inputStrides = Strides.Of(node.Input(0).Shape);
        int[] strides = [.. permutation.Select(axis => inputStrides[axis])];
        int[] shape = node.Output.Shape;
        Strides.Copy(input, 0, strides, output, 0, Strides.Of(shape), shape);
    }

    public static void ResizeNearest<T>(Node node, T[] input, T[] output)
    {
        int[] from = node.Input(0).Shape;
        int[] to = node.Output.Shape;
        var attributes = node.Get<ResizeAttributes>();
        int[] rows = attributes.Rows ?? NearestIndices(from[1], to[1], attributes);
        int[] columns = attributes.Columns ?? NearestIndices(from[2], to[2], attributes);
        int channels = from[3];
        int target = 0;
        for (int n = 0; n < to[0]; n++)
        {
            foreach (int row in rows)
            {
                foreach (int column in columns)
                {
                    int source = ((((n * from[1]) + row) * from[2]) + column) * channels;
                    input.AsSpan(source, channels).CopyTo(output.AsSpan(target));
                    target += channels;
                }
            }
        }
    }

    /// <summary>The input index each output index copies, in TensorFlow Lite's float32 arithmetic.</summary>
    public static int[] NearestIndices(int input, int output, ResizeAttributes attributes)
    {
        float scale = attributes.AlignCorners && output > 1
            ? (input - 1) / (float)(output - 1)
            : input / (float)output;
        float offset = attributes.HalfPixelCenters ? 0.5f : 0;
        var indices = new int[output];
        for (int i = 0; i < output; i++)
        {
            float position = (i + offset) * scale;
            float nearest = attributes.AlignCorners
                ? MathF.Round(position, MidpointRounding.AwayFromZero)
                : MathF.Floor(position);
            indices[i] = Math.Clamp((int)nearest, 0, input - 1);
        }

        return indices;
    }

    private static int Axis(int axis, int rank) => axis < 0 ? axis + rank : axis;
}
