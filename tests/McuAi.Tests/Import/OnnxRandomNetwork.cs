namespace McuAi.Tests.Import;

/// <summary>Grows random networks of the operators that image and signal models use.</summary>
internal sealed class OnnxRandomNetwork
{
    private static readonly string[] Unary = ["Relu", "Sigmoid", "Tanh", "HardSwish", "Identity"];
    private static readonly string[] Binary = ["Add", "Mul", "Sub", "Div"];

    private readonly OnnxModelBuilder builder = new(17);
    private readonly Random random;
    private readonly bool signal;
    private readonly List<(string Name, int[] Shape)> seen = [];
    private string x;
    private int[] shape;

    public OnnxRandomNetwork(int seed)
    {
        random = new Random(seed);
        signal = seed % 3 == 2;
        int[] space = signal ? [random.Next(8, 25)] : [random.Next(5, 13), random.Next(5, 13)];
        shape = [random.Next(8) == 0 ? 2 : 1, random.Next(3) == 0 ? 1 : random.Next(2, 5), .. space];
        InputShape = shape;
        x = builder.Input("x", shape);
    }

    public int[] InputShape { get; }

    private int[] Space => shape[2..];

    public OnnxModelBuilder Build()
    {
        int layers = random.Next(2, 12);
        for (int i = 0; i < layers; i++)
        {
            Layer();
            seen.Add((x, shape));
        }

        switch (random.Next(4))
        {
            case 0:
                break;
            case 1:
                Dense(Flat(x, shape.Skip(1).Aggregate(1, (a, b) => a * b)));
                break;
            case 2:
                string pooled = Op("GlobalAveragePool", [x]);
                Dense(Flat(pooled, shape[1]));
                break;
            default:
                int[] axes = [.. Enumerable.Range(2, Space.Length)];
                Dense((builder.Node("ReduceMean", [x], ("axes", axes), ("keepdims", 0)), shape[1]));
                break;
        }

        builder.Output(x);
        return builder;
    }

    public float[] Values(int count, float scale = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1) * scale)];

    private string Op(string type, string[] inputs, params (string, object)[] attributes) =>
        builder.Node(type, inputs, attributes);

    private void Layer()
    {
        switch (random.Next(20))
        {
            case 0 or 1 or 2:
                Convolution();
                break;
            case 3:
                Transposed();
                break;
            case 4:
                Normalization();
                break;
            case 5:
                x = Op(Unary[random.Next(5)], [x]);
                break;
            case 6:
                x = Op("Clip", [x, builder.Constant([0f]), builder.Constant([random.Next(2) == 0 ? 6f : 0.7f])]);
                break;
            case 7:
                x = Op("LeakyRelu", [x], ("alpha", 0.1f));
                break;
            case 8:
                string gate = Op("HardSigmoid", [x], ("alpha", 1f / 6), ("beta", 0.5f));
                x = Op("Mul", [x, gate]);
                break;
            case 9:
                Pooling("MaxPool");
                break;
            case 10:
                Pooling("AveragePool");
                break;
            case 11:
                Combine();
                break;
            case 12:
                Joined();
                break;
            case 13:
                Padded();
                break;
            case 14:
                Sliced();
                break;
            case 15:
                Halves();
                break;
            case 16:
                SqueezeExcitation();
                break;
            case 17:
                Resized();
                break;
            case 18:
                x = Op("Softmax", [x], ("axis", random.Next(1, shape.Length)));
                break;
            default:
                WithConstant();
                break;
        }
    }

    private void Convolution()
    {
        int outputs = random.Next(1, 7);
        int kind = random.Next(3), groups = 1;
        if (kind == 1)
            (groups, outputs) = (shape[1], shape[1] * random.Next(1, 3));
        else if (kind == 2 && shape[1] % 2 == 0)
            (groups, outputs) = (2, 2 * random.Next(1, 4));

        int[] kernel = Each(1, 4), strides = Each(1, 3), dilations = Each(1, 3), pads = Pads(kernel);
        int[] reach = [.. kernel.Select((k, i) => ((k - 1) * dilations[i]) + 1)];
        int[] space = [.. Space.Select((size, i) =>
            ((size + pads[i] + pads[i + kernel.Length] - reach[i]) / strides[i]) + 1)];
        if (Space.Where((size, i) => size + pads[i] + pads[i + kernel.Length] < reach[i]).Any())
            return;

        int[] filter = [outputs, shape[1] / groups, .. kernel];
        string weights = builder.Constant(Values(filter.Aggregate((a, b) => a * b), 0.5f), filter);
        string[] inputs = random.Next(2) == 0 ? [x, weights] : [x, weights, builder.Constant(Values(outputs), outputs)];
        x = Op("Conv", inputs, ("group", groups), ("strides", strides), ("dilations", dilations), ("pads", pads));
        shape = [shape[0], outputs, .. space];
    }

    private void Transposed()
    {
        int groups = shape[1] % 2 == 0 && random.Next(2) == 0 ? 2 : 1;
        int outputs = groups * random.Next(1, 4);
        int[] kernel = Each(1, 4), strides = Each(1, 3);
        int[] filter = [shape[1], outputs / groups, .. kernel];
        int[] space = [.. Space.Select((size, i) => ((size - 1) * strides[i]) + kernel[i])];
        if (space.Any(size => size > 24))
            return;

        string weights = builder.Constant(Values(filter.Aggregate((a, b) => a * b), 0.5f), filter);
        x = Op("ConvTranspose", [x, weights], ("group", groups), ("strides", strides));
        shape = [shape[0], outputs, .. space];
    }

    private void Normalization()
    {
        int c = shape[1];
        float[] variance = [.. Values(c).Select(value => 1.1f + value)];
        x = Op("BatchNormalization", [x, builder.Constant(Values(c), c), builder.Constant(Values(c), c),
            builder.Constant(Values(c), c), builder.Constant(variance, c)]);
    }

    private void Pooling(string type)
    {
        int[] kernel = Each(1, 4), strides = Each(1, 3);
        int[] pads = [.. kernel.Concat(kernel).Select(k => random.Next(k))];
        if (Space.Where((size, i) => size + pads[i] + pads[i + kernel.Length] < kernel[i]).Any())
            return;

        int[] space = [.. Space.Select((size, i) =>
            ((size + pads[i] + pads[i + kernel.Length] - kernel[i]) / strides[i]) + 1)];
        (string, object)[] attributes = [("kernel_shape", kernel), ("strides", strides), ("pads", pads)];
        if (type == "AveragePool" && random.Next(2) == 0)
            attributes = [.. attributes, ("count_include_pad", 1)];

        x = Op(type, [x], attributes);
        shape = [shape[0], shape[1], .. space];
    }

    /// <summary>Adds or multiplies with an earlier value of the same shape.</summary>
    private void Combine()
    {
        foreach ((string name, int[] other) in seen)
        {
            if (other.SequenceEqual(shape) && name != x)
            {
                x = Op(Binary[random.Next(3)], [x, name]);
                return;
            }
        }

        x = Op("Add", [x, x]);
    }

    private void Joined()
    {
        (string other, int[] otherShape) =
            seen.LastOrDefault(entry => entry.Shape.Skip(2).SequenceEqual(Space) && entry.Shape[1] + shape[1] < 16);
        if (other is null)
            return;

        x = Op("Concat", [x, other], ("axis", 1));
        shape = [shape[0], shape[1] + otherShape[1], .. Space];
    }

    private void Padded()
    {
        int[] pads = [0, 0, .. Each(0, 3), 0, 0, .. Each(0, 3)];
        x = Op("Pad", [x, builder.Integers([.. pads.Select(pad => (long)pad)]), builder.Constant([0.25f])]);
        shape = [.. shape.Select((size, i) => size + pads[i] + pads[i + shape.Length])];
    }

    private void Sliced()
    {
        int axis = random.Next(1, shape.Length);
        if (shape[axis] < 2)
            return;

        int begin = random.Next(shape[axis] / 2), step = random.Next(1, 3);
        x = Op("Slice", [x, builder.Integers(begin), builder.Integers(long.MaxValue), builder.Integers(axis),
            builder.Integers(step)]);
        shape = [.. shape.Select((size, i) => i == axis ? (size - begin + step - 1) / step : size)];
    }

    private void Halves()
    {
        if (shape[1] % 2 != 0)
            return;

        string[] halves = builder.Nodes("Split", [x, builder.Integers(shape[1] / 2, shape[1] / 2)], 2, ("axis", 1));
        x = Op("Add", [Op("Relu", [halves[0]]), halves[1]]);
        shape = [shape[0], shape[1] / 2, .. Space];
    }

    private void SqueezeExcitation()
    {
        int c = shape[1];
        string pooled = Op("GlobalAveragePool", [x]);
        string flat = Op("Flatten", [pooled]);
        string dense = Op("Gemm", [flat, builder.Constant(Values(c * c), c, c)], ("transB", 1));
        string gate = Op("Reshape",
            [Op("Sigmoid", [dense]), builder.Integers([shape[0], c, .. Space.Select(_ => 1L)])]);
        x = Op("Mul", [x, gate]);
    }

    private void Resized()
    {
        if (Space.Any(size => size > 10))
            return;

        float[] scales = [1, 1, .. Space.Select(_ => (float)random.Next(1, 3))];
        x = Op("Resize", [x, "", builder.Constant(scales, scales.Length)], ("mode", "nearest"));
        shape = [.. shape.Select((size, i) => size * (int)scales[i])];
    }

    private void WithConstant()
    {
        int[] channel = [shape[1], .. Space.Select(_ => 1)];
        int[] last = [shape[^1]];
        int[] all = [.. shape.Skip(1)];
        int[] own = new[] { channel, last, all, [] }[random.Next(4)];
        string constant = builder.Constant([.. Values(own.Aggregate(1, (a, b) => a * b))
            .Select(value => value + 1.5f)], own);
        x = Op(Binary[random.Next(4)], [x, constant]);
    }

    private (string, int) Flat(string value, int columns) => random.Next(3) switch
    {
        0 => (Op("Relu", [Op("Flatten", [value])]), columns),
        1 => (Op("Reshape", [value, builder.Integers(0, -1)]), columns),
        _ => (Op("Flatten", [value]), columns),
    };

    private void Dense((string Value, int Columns) flat)
    {
        int outputs = random.Next(2, 6);
        if (random.Next(2) == 0)
        {
            string weights = builder.Constant(Values(outputs * flat.Columns, 0.5f), outputs, flat.Columns);
            x = Op("Gemm", [flat.Value, weights, builder.Constant(Values(outputs), outputs)], ("transB", 1),
                ("alpha", 0.5f));
        }
        else
        {
            string weights = builder.Constant(Values(outputs * flat.Columns, 0.5f), flat.Columns, outputs);
            x = Op("Add", [Op("MatMul", [flat.Value, weights]), builder.Constant(Values(outputs), outputs)]);
        }

        x = random.Next(2) == 0 ? Op("Softmax", [x]) : x;
    }

    private int[] Each(int from, int to) => [.. Space.Select(_ => random.Next(from, to))];

    private int[] Pads(int[] kernel) => [.. kernel.Concat(kernel).Select(_ => random.Next(3))];
}
