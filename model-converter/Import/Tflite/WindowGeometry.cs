using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>Resolves the schema's SAME and VALID for a window that slides over an image.</summary>
internal static class WindowGeometry
{
    private const byte SameCode = 0;
    private const byte ValidCode = 1;

    /// <summary>Explicit padding of a window over <paramref name="input"/>, after checking that
    /// <paramref name="output"/> (both (height, width)) is as many positions as TensorFlow counts: ceil(in/stride) for
    /// SAME, ceil((in - reach + 1)/stride) for VALID.</summary>
    public static Padding Resolve(OperatorImport op, byte code, (int H, int W) input, (int H, int W) output,
        (int H, int W) kernel, (int H, int W) stride, (int H, int W) dilation)
    {
        (int top, int bottom) = Axis(op, code, input.H, output.H, kernel.H, stride.H, dilation.H, "height");
        (int left, int right) = Axis(op, code, input.W, output.W, kernel.W, stride.W, dilation.W, "width");
        return new Padding(top, left, bottom, right);
    }

    private static (int Before, int After) Axis(OperatorImport op, byte code, int input, int output, int kernel,
        int stride, int dilation, string name)
    {
        long reach = ((kernel - 1L) * dilation) + 1;
        if (reach > TfliteTensors.ElementLimit)
        {
            throw op.Error($"has a window that reaches over {reach} elements of {name}.");
        }

        long positions = code switch
        {
            SameCode => (input + stride - 1L) / stride,
            ValidCode when input >= reach => (input - reach + stride) / stride,
            ValidCode => throw op.Error($"slides a window of {reach} over a {name} of {input} without padding."),
            _ => throw op.Error($"has the unknown padding {code}."),
        };
        if (positions != output)
        {
            throw op.Error($"has an output {name} of {output}, where its window has {positions} positions.");
        }

        return code == SameCode ? Padding.Same(input, output, kernel, stride, dilation) : (0, 0);
    }
}
