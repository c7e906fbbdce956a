using System.Runtime.InteropServices;
using Element = McuAi.ModelConverter.Import.Onnx.Format.TensorProto.Types.DataType;

namespace McuAi.Tests.Import;

/// <summary>Grows random quantized networks as quantization tools write them: a DequantizeLinear before and a
/// QuantizeLinear after each operator, weights int8 (or int4) per channel, int32 biases.</summary>
internal sealed class OnnxQdqNetwork
{
    private static readonly int[] Two = [2, 2];
    private static readonly int[] Around = [1, 1, 1, 1];
    private static readonly int[] After = [0, 0, 1, 1];

    private readonly OnnxModelBuilder builder = new(21);
    private readonly Random random;
    private readonly Element type;
    private string x; // dequantized
    private string stored;
    private float scale;
    private int zeroPoint;
    private int[] shape;

    /// <param name="seed">Equal seeds make equal networks, but for the type.</param>
    /// <param name="type">Of activations: int8 or uint8, whose zero points are 128 apart.</param>
    /// <param name="realInput">The input is float, else quantized.</param>
    public OnnxQdqNetwork(int seed, Element type, bool realInput)
    {
        random = new Random(seed);
        this.type = type;
        shape = [1, random.Next(1, 4), random.Next(5, 11), random.Next(5, 11)];
        InputShape = shape;
        stored = x = builder.Input("x", realInput ? Element.Float : type, shape);
        if (realInput)
            Quantize(0.02f, random.Next(-20, 20));
        else
            x = Dequantize(0.02f, random.Next(-20, 20));
    }

    public int[] InputShape { get; }

    public OnnxModelBuilder Build(bool realOutput)
    {
        for (int layer = random.Next(2, 7); layer > 0; layer--)
            Layer();

        if (random.Next(3) > 0)
            Classify();

        builder.Output(realOutput ? x : stored, realOutput ? Element.Float : type);
        return builder;
    }

    private string Op(string name, string[] inputs, params (string, object)[] attributes) =>
        builder.Node(name, inputs, attributes);

    private void Layer()
    {
        switch (random.Next(9))
        {
            case 0 or 1 or 2:
                Convolution(depthwise: random.Next(2) == 0);
                break;
            case 3:
                if (shape[2] < 2 || shape[3] < 2)
                    break;

                bool average = random.Next(2) == 0;
                x = Op(average ? "AveragePool" : "MaxPool", [x], ("kernel_shape", Two), ("strides", Two));
                shape = [1, shape[1], shape[2] / 2, shape[3] / 2];
                if (average || random.Next(2) == 0)
                    Quantize(scale, 3); // another zero point than the input's
                break;
            case 4:
                x = Op("Add", [x, Op("Relu", [x])]);
                // The Relu has no quantization of its own: its values are those of its input.
                Quantize(scale * 1.7f, -10);
                break;
            case 5:
                x = Op("Mul", [x, Op("Sigmoid", [x])]);
                Quantize(scale, 5);
                break;
            case 6:
                x = Op("HardSwish", [x]);
                Quantize(scale * 0.9f, -60);
                break;
            case 7:
                x = Op("Concat", [x, x], ("axis", 1));
                shape = [1, shape[1] * 2, shape[2], shape[3]];
                Quantize(scale * 1.1f, 7);
                break;
            default:
                x = Op("LeakyRelu", [x], ("alpha", 0.125f));
                Quantize(scale * 1.05f, -30);
                break;
        }
    }

    private void Convolution(bool depthwise)
    {
        int outputs = depthwise ? shape[1] : random.Next(1, 6);
        int inputs = depthwise ? 1 : shape[1];
        int[] filter = [outputs, inputs, 3, 3];
        string weights = Weights(filter, outputs, out float[] scales);
        string bias = Bias(outputs, scales);
        x = Op("Conv", [x, weights, bias], ("group", depthwise ? shape[1] : 1), ("pads", Around));
        shape = [1, outputs, shape[2], shape[3]];
        if (random.Next(2) == 0)
            x = Op("Relu", [x]);

        if (random.Next(4) == 0)
        {
            // As PyTorch writes it: nothing between the convolution and the pooling.
            x = Op("MaxPool", [x], ("kernel_shape", Two), ("pads", After));
        }

        Quantize(0.03f, random.Next(-30, 30));
    }

    private void Classify()
    {
        if (random.Next(2) == 0)
        {
            x = Op("GlobalAveragePool", [x]);
            Quantize(scale * 0.8f, 2);
            shape = [1, shape[1], 1, 1];
        }

        x = Op("Flatten", [x]);
        Quantize(scale, null);
        int columns = shape[1] * shape[2] * shape[3], outputs = random.Next(2, 6);
        string weights = Weights([outputs, columns], outputs, out float[] scales);
        x = Op("Gemm", [x, weights, Bias(outputs, scales)], ("transB", 1));
        Quantize(0.05f, 4);
        if (random.Next(2) == 0)
        {
            x = Op("Softmax", [x]);
            Quantize(1f / 256, -128);
        }
    }

    private string Weights(int[] shape, int outputs, out float[] scales)
    {
        int count = shape.Aggregate((a, b) => a * b);
        bool perChannel = random.Next(3) > 0, small = random.Next(4) == 0;
        float size = 2f / MathF.Sqrt(count / outputs) / (small ? 7 : 127);
        scales = [.. Enumerable.Range(0, perChannel ? outputs : 1).Select(_ => size * (0.5f + random.NextSingle()))];
        sbyte[] values = [.. Enumerable.Range(0, count)
            .Select(_ => (sbyte)(small ? random.Next(-8, 8) : random.Next(-127, 128)))];
        byte[] data = small ? PackNibbles(values) : MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        string stored = builder.Constant(small ? Element.Int4 : Element.Int8, data, shape);
        string scale = builder.Constant(scales, perChannel ? [outputs] : []);
        return Op("DequantizeLinear", [stored, scale], ("axis", 0));
    }

    private static byte[] PackNibbles(sbyte[] values) => [.. Enumerable.Range(0, (values.Length + 1) / 2).Select(i =>
        (byte)((values[2 * i] & 15) | ((2 * i) + 1 < values.Length ? values[(2 * i) + 1] << 4 : 0)))];

    private string Bias(int outputs, float[] weightScales)
    {
        float[] scales = [.. weightScales.Select(weight => weight * scale)];
        int[] values = [.. Enumerable.Range(0, outputs).Select(_ => random.Next(-3000, 3000))];
        string stored = builder.Constant(Element.Int32, MemoryMarshal.AsBytes(values.AsSpan()), outputs);
        return Op("DequantizeLinear", [stored, builder.Constant(scales, scales.Length > 1 ? [outputs] : [])],
            ("axis", 0));
    }

    private void Quantize(float newScale, int? newZeroPoint)
    {
        zeroPoint = newZeroPoint ?? zeroPoint;
        stored = Op("QuantizeLinear", [x, builder.Constant([newScale]), Zero()]);
        x = Dequantize(newScale, zeroPoint);
    }

    private string Dequantize(float newScale, int newZeroPoint)
    {
        (scale, zeroPoint) = (newScale, newZeroPoint);
        return Op("DequantizeLinear", [stored, builder.Constant([newScale]), Zero()]);
    }

    private string Zero() => builder.Constant(type, [(byte)(zeroPoint + (type == Element.Uint8 ? 128 : 0))]);
}
