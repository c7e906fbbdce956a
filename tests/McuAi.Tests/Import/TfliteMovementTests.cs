using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Reference;
using McuAi.Tests.Core;
using static McuAi.Tests.Import.TfliteModelBuilder;

namespace McuAi.Tests.Import;

/// <summary>Operators that only move elements, against the place that TensorFlow Lite's definition gives for each, and in
/// the core.</summary>
[TestClass]
public sealed class TfliteMovementTests
{
    [TestMethod]
    public void BlocksOfChannelsBecomePixelsAndBack()
    {
        for (int block = 1; block < 4; block++)
        {
            int b = block;
            int[] deep = [2, 2, 3, 2 * b * b], wide = [2, 2 * b, 3 * b, 2];
            int At(int n, int y, int x, int c) => Index(deep, n, y / b, x / b, ((((y % b) * b) + (x % b)) * 2) + c);
            Check(5, 94, [(0, b)], deep, wide, [], index => At(index[0], index[1], index[2], index[3]));
            Check(26, 19, [(0, b)], wide, deep, [], index => Index(wide, index[0],
                (index[1] * b) + (index[3] / 2 / b), (index[2] * b) + (index[3] / 2 % b), index[3] % 2));
        }
    }

    [TestMethod]
    [DataRow(1, 2, 0)]
    [DataRow(3, 1, 0)]
    [DataRow(2, 2, 0)]
    [DataRow(2, 3, 1)]
    public void BlocksOfPixelsBecomeImagesAndBack(int rows, int columns, int pad)
    {
        int[] image = [2, (2 * rows) - pad, (3 * columns) - pad, 2], blocks = [2 * rows * columns, 2, 3, 2];
        int[][] parameters = [[rows, columns], [pad, 0, 0, pad]];
        Check(38, 0, [], image, blocks, parameters, index =>
        {
            int shift = index[0] / 2;
            int y = (index[1] * rows) + (shift / columns) - pad, x = (index[2] * columns) + (shift % columns);
            return y < 0 || x >= image[2] ? -1 : Index(image, index[0] % 2, y, x, index[3]);
        });
        Check(37, 0, [], blocks, image, parameters, index =>
        {
            int y = index[1] + pad, x = index[2];
            int shift = ((y % rows) * columns) + (x % columns);
            return Index(blocks, (shift * 2) + index[0], y / rows, x / columns, index[3]);
        });
    }

    [TestMethod]
    public void SignalsHaveOneBlockAxis()
    {
        Check(38, 0, [], [1, 5, 2], [3, 2, 2], [[3], [0, 1]], index =>
            (index[1] * 3) + index[0] is var t && t < 5 ? (t * 2) + index[2] : -1);
        Check(37, 0, [], [3, 2, 2], [1, 5, 2], [[3], [0, 1]], index =>
            (index[1] % 3 * 4) + (index[1] / 3 * 2) + index[2]);
    }

    [TestMethod]
    public void TilesAndBroadcastsRepeat()
    {
        Check(69, 0, [], [2, 3], [4, 9], [[2, 3]], index => (index[0] % 2 * 3) + (index[1] % 3));
        Check(130, 0, [], [3, 1], [2, 3, 4], [[2, 3, 4]], index => index[1]);
    }

    [TestMethod]
    public void GatherPicksSlices()
    {
        Check(36, 23, [(0, 1)], [2, 5, 2], [2, 3, 2], [[4, 0, 4]], index =>
            (index[0] * 10) + (((int[])[4, 0, 4])[index[1]] * 2) + index[2]);
        Check(36, 23, [(0, -1)], [2, 5], [2, 1], [[3]], index => (index[0] * 5) + 3);
    }

    [TestMethod]
    public void UnpackedSlicesArePackedInAnyOrder()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [2, 3, 2], 1);
        int[] slices = [b.Tensor(I8, [2, 2], 1), b.Tensor(I8, [2, 2], 1), b.Tensor(I8, [2, 2], 1)];
        int y = b.Tensor(I8, [2, 2, 3], 1);
        (b.Inputs, b.Outputs) = ([x], [y]);
        b.Operator(88, [x], slices, 64, Options((0, 3), (1, -2)));
        b.Operator(83, [slices[2], slices[0], slices[1]], [y], 59, Options((0, 3), (1, 2)));
        Run(b.Import(), 12, [2, 2, 3], index => (index[0] * 6) + (((int[])[2, 0, 1])[index[2]] * 2) + index[1]);
    }

    /// <summary>One operator with constant parameters behind its input.</summary>
    /// <param name="source">For an output's indices the place in the input, or -1 for padding.</param>
    private static void Check(int code, byte optionsType, (int, object)[] options, int[] from, int[] to,
        int[][] parameters, Func<int[], int> source)
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, from, 1, zeroPoint: 5);
        int y = b.Tensor(I8, to, 1, zeroPoint: 5);
        (b.Inputs, b.Outputs) = ([x], [y]);
        b.Operator(code, [x, .. parameters.Select(values => b.Integers(values))], [y], optionsType, Options(options));
        Run(b.Import(), from.Aggregate((p, q) => p * q), to, source);
    }

    private static void Run(ModelGraph graph, int elements, int[] shape, Func<int[], int> source)
    {
        byte[] input = [.. Enumerable.Range(0, elements).Select(i => (byte)(i - 100))];
        byte[] output = new IntegerExecutor(graph).Run([input])[0];
        for (int i = 0; i < output.Length; i++)
        {
            int[] index = new int[shape.Length];
            for (int axis = shape.Length - 1, rest = i; axis >= 0; rest /= shape[axis--])
                index[axis] = rest % shape[axis];

            int at = source(index);
            Assert.AreEqual(at < 0 ? (byte)5 : input[at], output[i], $"[{string.Join(", ", index)}]");
        }

        CoreRun.Compare(graph, CoreRun.Portable, [[input]], "moved");
    }

    private static int Index(int[] shape, int n, int y, int x, int c) =>
        (((((n * shape[1]) + y) * shape[2]) + x) * shape[3]) + c;
}
