using static McuAi.Tests.Import.TfliteModelBuilder;

namespace McuAi.Tests.Import;

/// <summary>Small valid files that use the operators between them: seeds for mutation.</summary>
internal static class TfliteSampleFiles
{
    public static IEnumerable<TfliteModelBuilder> All() =>
        [Convolutions(), Shapes(), Folding(), Elementwise(), Lstm(), Svdf(), Windows(),
            Spaces(), Functions()];

    private static TfliteModelBuilder Convolutions()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [1, 5, 6, 2], 0.1f);
        int conv = b.Tensor(I8, [1, 3, 3, 4], 0.1f);
        int depth = b.Tensor(I8, [1, 1, 1, 8], 0.1f);
        int up = b.Tensor(I8, [1, 2, 2, 3], 0.1f);
        int y = b.Tensor(I8, [1, 2], 0.1f);
        (b.Inputs, b.Outputs) = ([x], [y]);
        float[] four = [1, 2, 3, 4];
        b.Operator(3, [x, b.PerAxis(I8, [4, 3, 3, 2], four, 0, new byte[72]), b.Constant(I32, [4], new int[4], 1)],
            [conv], 1, Options((1, 2), (2, 2)));
        b.Operator(4, [conv, b.PerAxis(I8, [1, 3, 3, 8], [.. four, .. four], 3, new byte[72])], [depth], 2,
            Options((0, (byte)1), (1, 1), (2, 1), (3, 2), (4, (byte)1)));
        b.Operator(67, [b.Integers(1, 2, 2, 3), b.Constant(I8, [3, 2, 2, 8], new byte[96], 1), depth], [up], 49,
            Options((0, (byte)1), (1, 1), (2, 1)));
        b.Operator(9, [up, b.PerAxis(I4, [2, 12], [1, 1], 0, new byte[12]), b.Constant(I32, [2], new int[2], 1)],
            [y], 8, Options((0, (byte)1)));
        return b;
    }

    private static TfliteModelBuilder Shapes()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [2, 6], 1);
        int padded = b.Tensor(I8, [2, 8], 1);
        int turned = b.Tensor(I8, [8, 2], 1);
        int slice = b.Tensor(I8, [4, 2], 1);
        int row = b.Tensor(I8, [2], 1);
        int wide = b.Tensor(I8, [1, 2], 1);
        int[] halves = [b.Tensor(I8, [1, 1], 1), b.Tensor(I8, [1, 1], 1)];
        int y = b.Tensor(I8, [1, 4], 1);
        (b.Inputs, b.Outputs) = ([x], [y]);
        b.Operator(34, [x, b.Constant(I32, [2, 2], [0, 0, 1, 1])], [padded]);
        b.Operator(39, [padded, b.Integers(1, 0)], [turned]);
        b.Operator(65, [turned, b.Integers(2, 0), b.Integers(4, -1)], [slice]);
        b.Operator(45, [slice, b.Integers(1), b.Integers(2), b.Integers(1)], [row], 32, Options((4, 1)));
        b.Operator(70, [row, b.Scalar(0)], [wide]);
        b.Operator(49, [b.Scalar(1), wide], halves, 35, Options((0, 2)));
        b.Operator(2, [halves[1], wide, halves[0]], [y], 10, Options((0, -1)));
        return b;
    }

    private static TfliteModelBuilder Folding()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(F32, [1, 3, 2]);
        int shape = b.Tensor(I32, [3]);
        int batch = b.Tensor(I32, []);
        int doubled = b.Tensor(I32, []);
        int packed = b.Tensor(I32, [2]);
        int flat = b.Tensor(F32, [1, 6]);
        int zeros = b.Tensor(F32, [1, 6]);
        int joined = b.Tensor(F32, [1, 12]);
        int filter = b.Tensor(F32, [2, 12]);
        int y = b.Tensor(F32, [1, 2]);
        (b.Inputs, b.Outputs) = ([x], [y]);
        b.Operator(77, [x], [shape], 55);
        b.Operator(45, [shape, b.Integers(0), b.Integers(1), b.Integers(1)], [batch], 32, Options((4, 1)));
        b.Operator(18, [batch, b.Scalar(6)], [doubled], 21);
        b.Operator(83, [batch, doubled], [packed], 59, Options((0, 2)));
        b.Operator(22, [x, packed], [flat], 17);
        b.Operator(94, [packed, b.Constant(F32, [], [0f])], [zeros], 68);
        b.Operator(2, [flat, zeros], [joined], 10, Options((0, 1)));
        b.Operator(6, [b.Constant(F16, [2, 12], new Half[24])], [filter], 38);
        b.Operator(9, [joined, filter, -1], [y], 8);
        return b;
    }

    private static TfliteModelBuilder Elementwise()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [1, 4], 1);
        int last = x;
        (int Code, byte Type, TfliteOptions Options)[] unary =
        [
            (19, 0, None), (20, 0, None), (21, 0, None), (14, 0, None), (28, 0, None), (117, 91, None),
            (98, 75, () => Options((0, 0.1f))), (25, 9, () => Options((0, 1f))), (114, 89, None), (43, 30, None),
        ];
        foreach ((int code, byte type, TfliteOptions options) in unary)
        {
            int next = b.Tensor(I8, [1, 4], 1);
            b.Operator(code, [last], [next], type, options());
            last = next;
        }

        (int Code, byte Type)[] binary = [(0, 11), (41, 28), (18, 21), (42, 29), (57, 39), (55, 39)];
        foreach ((int code, byte type) in binary)
        {
            int next = b.Tensor(I8, [1, 4], 1);
            b.Operator(code, [last, code == 18 ? b.Constant<byte>(I8, [4], [1, 2, 3, 4], 1) : x], [next], type);
            last = next;
        }

        int real = b.Tensor(F32, [1, 4]);
        int whole = b.Tensor(I32, [1, 4]);
        b.Operator(6, [last], [real], 38).Operator(53, [real], [whole], 37);
        (b.Inputs, b.Outputs) = ([x], [whole]);
        return b;
    }

    private static TfliteModelBuilder Lstm()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [1, 2, 3], 1);
        int y = b.Tensor(I8, [1, 2, 2], 1);
        int[] inputs = [.. Enumerable.Repeat(-1, 24)];
        inputs[0] = x;
        for (int gate = 0; gate < 4; gate++)
        {
            inputs[1 + gate] = b.Constant(I8, [2, 3], new byte[6], 1);
            inputs[5 + gate] = b.Constant(I8, [2, 2], new byte[4], 1);
            inputs[12 + gate] = b.Constant(I32, [2], new int[2], 1);
        }

        inputs[18] = b.Tensor(I8, [1, 2], 1);
        b.Last.Set(5, true);
        inputs[19] = b.Tensor(I16, [1, 2], 1);
        b.Last.Set(5, true);
        (b.Inputs, b.Outputs) = ([x], [y]);
        return b.Operator(44, inputs, [y], 71, Options((0, (byte)4), (1, 10f)));
    }

    private static TfliteModelBuilder Svdf()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [1, 3], 1);
        int y = b.Tensor(I8, [1, 2], 1);
        int state = b.Tensor(I16, [1, 20], 1);
        b.Last.Set(5, true);
        (b.Inputs, b.Outputs) = ([x], [y]);
        return b.Operator(27, [x, b.Constant(I8, [4, 3], new byte[12], 1), b.Constant(I16, [4, 5], new short[20], 1),
            -1, state], [y], 6, Options((0, 2), (1, (byte)1)));
    }

    private static TfliteModelBuilder Windows()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(U8, [1, 4, 4, 1], 1, 128);
        int large = b.Tensor(U8, [1, 8, 8, 1], 1, 128);
        int average = b.Tensor(U8, [1, 4, 4, 1], 1, 128);
        int most = b.Tensor(U8, [1, 3, 3, 1], 1, 128);
        int y = b.Tensor(U8, [1, 1], 1, 128);
        (b.Inputs, b.Outputs) = ([x], [y]);
        b.Operator(97, [x, b.Integers(8, 8)], [large], 74, Options((1, true)));
        b.Operator(1, [large], [average], 5, Options((1, 2), (2, 2), (3, 3), (4, 3)));
        b.Operator(17, [average], [most], 5, Options((0, (byte)1), (1, 1), (2, 1), (3, 2), (4, 2), (5, (byte)3)));
        b.Operator(40, [most, b.Integers(1, 2)], [y], 27);
        return b;
    }

    private static TfliteModelBuilder Spaces()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [1, 2, 3, 4], 1);
        int wide = b.Tensor(I8, [1, 4, 6, 1], 1);
        int blocks = b.Tensor(I8, [6, 2, 3, 1], 1);
        int image = b.Tensor(I8, [1, 4, 7, 1], 1);
        int twice = b.Tensor(I8, [1, 4, 14, 1], 1);
        int picked = b.Tensor(I8, [1, 2, 14, 1], 1);
        int[] rows = [b.Tensor(I8, [1, 14, 1], 1), b.Tensor(I8, [1, 14, 1], 1)];
        int stack = b.Tensor(I8, [2, 1, 14, 1], 1);
        int y = b.Tensor(I8, [2, 3, 14, 1], 1);
        (b.Inputs, b.Outputs) = ([x], [y]);
        b.Operator(5, [x], [wide], 94, Options((0, 2)));
        b.Operator(38, [wide, b.Integers(2, 3), b.Constant(I32, [2, 2], [0, 0, 1, 2])], [blocks]);
        b.Operator(37, [blocks, b.Integers(2, 3), b.Constant(I32, [2, 2], [0, 0, 1, 1])], [image]);
        b.Operator(69, [image, b.Integers(1, 1, 2, 1)], [twice]);
        b.Operator(36, [twice, b.Integers(3, 0)], [picked], 23, Options((0, 1)));
        b.Operator(88, [picked], rows, 64, Options((0, 2), (1, 1)));
        b.Operator(83, rows, [stack], 59, Options((0, 2)));
        return b.Operator(130, [stack, b.Integers(2, 3, 14, 1)], [y]);
    }

    private static TfliteModelBuilder Functions()
    {
        TfliteModelBuilder b = new();
        int[] values = [.. Enumerable.Range(0, 7).Select(_ => b.Tensor(F32, [2, 3]))];
        (b.Inputs, b.Outputs) = ([values[0]], [values[^1]]);
        b.Operator(101, [values[0]], [values[1]]);
        b.Operator(111, [values[1]], [values[2]]);
        b.Operator(42, [values[0], values[2]], [values[3]], 29);
        b.Operator(42, [values[3], b.Constant(F32, [3], [1f, 2, 3])], [values[4]], 29);
        b.Operator(54, [values[4], b.Constant(F32, [3], [1f, 2, 3])], [values[5]]);
        return b.Operator(150, [values[5]], [values[6]], 116, Options((0, true)));
    }

    private static FlatTable None() => new();

    private delegate FlatTable TfliteOptions();
}
