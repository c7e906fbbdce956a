using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Tflite;
using static McuAi.Tests.Import.TfliteModelBuilder;

namespace McuAi.Tests.Import;

/// <summary>Operators that no published model here has, in files made for the purpose.</summary>
[TestClass]
public class TfliteOperatorTests
{
    [TestMethod]
    public void Int4_weights_are_unpacked_low_nibble_first()
    {
        ModelGraph graph = Dense(builder => builder.PerAxis(I4, [1, 5], [0.5f], 0, [0x8F, 0x17, 0x0E])).Import();
        Tensor filter = graph.Nodes[0].Input(1);
        Assert.AreEqual(DataType.Int4, filter.Type);
        AreEqual<sbyte>([-1, -8, 7, 1, -2], filter.As<sbyte>().ToArray());
    }

    [TestMethod]
    public void Float16_constants_are_folded_to_float()
    {
        float[] values = [0, 1, -2.5f, 65504, 6.103515625e-5f];
        TfliteModelBuilder builder = new();
        int x = builder.Tensor(F32, [1, 5]);
        int half = builder.Constant(F16, [1, 5], values.Select(value => (Half)value).ToArray());
        int filter = builder.Tensor(F32, [1, 5]);
        int y = builder.Tensor(F32, [1, 1]);
        (builder.Inputs, builder.Outputs) = ([x], [y]);
        builder.Operator(6, [half], [filter]).Operator(9, [x, filter, -1], [y], 8);
        Node node = builder.Import().Nodes.Single();
        CollectionAssert.AreEqual(values, node.Input(1).As<float>().ToArray());
        Assert.IsNull(node.OptionalInput(2));
    }

    [TestMethod]
    public void Keras_flatten_with_a_dynamic_batch_leaves_only_the_reshape()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [1, 4, 3], 0.1f);
        int shape = b.Tensor(I32, [3]);
        int batch = b.Tensor(I32, []);
        int packed = b.Tensor(I32, [2]);
        int y = b.Tensor(I8, [1, 12], 0.1f);
        (b.Inputs, b.Outputs) = ([x], [y]);
        b.Operator(77, [x], [shape], 55);
        b.Operator(45, [shape, b.Integers(0), b.Integers(1), b.Integers(1)], [batch], 32, Options((4, 1)));
        b.Operator(83, [batch, b.Scalar(12)], [packed], 59, Options((0, 2)));
        b.Operator(22, [x, packed], [y]);
        ModelGraph graph = b.Import();
        Assert.AreEqual(OperatorKind.Reshape, graph.Nodes.Single().Kind);
    }

    /// <summary>Against an enumeration of every element that NumPy's rule selects.</summary>
    [TestMethod]
    public void Strided_slices_take_what_python_takes()
    {
        Random random = new(7);
        int made = 0;
        for (int round = 0; round < 400; round++)
        {
            int[] shape = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => 1 + random.Next(6))];
            made += CheckSlice(random, shape, constant: round % 2 == 0) ? 1 : 0;
        }

        Assert.IsGreaterThan(100, made);
    }

    [TestMethod]
    public void Transposed_constants_are_folded()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I32, [4, 2, 3]);
        int y = b.Tensor(I32, [4, 2, 3]);
        int constant = b.Constant(I32, [2, 3, 4], Enumerable.Range(0, 24).ToArray());
        int turned = b.Tensor(I32, [4, 2, 3]);
        (b.Inputs, b.Outputs) = ([x], [y]);
        b.Operator(39, [constant, b.Integers(2, 0, -2)], [turned]).Operator(0, [x, turned], [y], 11);
        int[] values = b.Import().Nodes.Single().Input(1).As<int>().ToArray();
        int[] expected = [.. from k in Enumerable.Range(0, 4) from i in Enumerable.Range(0, 2)
            from j in Enumerable.Range(0, 3) select (i * 12) + (j * 4) + k];
        CollectionAssert.AreEqual(expected, values);
    }

    [TestMethod]
    public void Transposed_convolution_pads_like_the_convolution_it_reverses()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [1, 3, 4, 2], 0.1f);
        int filter = b.PerAxis(I8, [5, 3, 3, 2], [1, 2, 3, 4, 5], 0, new byte[90]);
        int y = b.Tensor(I8, [1, 6, 8, 5], 0.2f);
        (b.Inputs, b.Outputs) = ([x], [y]);
        b.Operator(67, [b.Integers(1, 6, 8, 5), filter, x], [y], 49, Options((0, (byte)0), (1, 2), (2, 2)));
        ConvAttributes attributes = b.Import().Nodes.Single().Get<ConvAttributes>();
        Assert.AreEqual(new ConvAttributes(2, 2, 1, 1, new Padding(0, 0, 1, 1)), attributes);
    }

    [TestMethod]
    public void Pad_value_is_a_real_number()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [1, 2], 0.5f, 3);
        int y = b.Tensor(I8, [1, 5], 0.5f, 3);
        int value = b.PerAxis(I8, [], [0.5f], 0, [13]);
        (b.Inputs, b.Outputs) = ([x], [y]);
        b.Operator(60, [x, b.Constant(I32, [2, 2], [0, 0, 1, 2]), value], [y]);
        PadAttributes attributes = b.Import().Nodes.Single().Get<PadAttributes>();
        AreEqual([0, 1], attributes.Before);
        AreEqual([0, 2], attributes.After);
        Assert.AreEqual(6.5, attributes.Value, "0.5 * (13 - 0), as its own quantization says");
    }

    [TestMethod]
    public void Joining_and_splitting_resolve_negative_axes()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [1, 6], 1);
        int[] parts = [b.Tensor(I8, [1, 1], 1), b.Tensor(I8, [1, 3], 1), b.Tensor(I8, [1, 2], 1)];
        int y = b.Tensor(I8, [1, 6], 1);
        (b.Inputs, b.Outputs) = ([x], [y]);
        b.Operator(102, [x, b.Integers(1, -1, 2), b.Scalar(-1)], parts, 79, Options((0, 3)));
        b.Operator(2, [.. parts.Reverse()], [y], 10, Options((0, -1)));
        ModelGraph graph = b.Import();
        Assert.AreEqual(new SplitAttributes(1), graph.Nodes[0].Attributes);
        Assert.AreEqual(new ConcatAttributes(1), graph.Nodes[1].Attributes);
        Assert.AreSame(graph.Nodes[0].Outputs[0], graph.Nodes[1].Inputs[2]);
    }

    [TestMethod]
    public void Mean_and_matrix_products_check_their_shapes()
    {
        TfliteModelBuilder b = new();
        int x = b.Tensor(I8, [2, 3, 4], 1);
        int w = b.Tensor(I8, [5, 4], 1);
        int product = b.Tensor(I8, [2, 3, 5], 1);
        int y = b.Tensor(I8, [2, 5], 1);
        (b.Inputs, b.Outputs) = ([x, w], [y]);
        b.Operator(126, [x, w], [product], 101, Options((1, true)));
        b.Operator(40, [product, b.Integers(-2)], [y], 27);
        ModelGraph graph = b.Import();
        Assert.AreEqual(new MatMulAttributes(false, true), graph.Nodes[0].Attributes);
        AreEqual([1], graph.Nodes[1].Get<ReduceAttributes>().Axes);
        Assert.IsFalse(graph.Nodes[1].Get<ReduceAttributes>().KeepDimensions);
    }

    private static void AreEqual<T>(T[] expected, T[] actual) => CollectionAssert.AreEqual(expected, actual);

    private static TfliteModelBuilder Dense(Func<TfliteModelBuilder, int> filter)
    {
        TfliteModelBuilder builder = new();
        int x = builder.Tensor(I8, [1, 5], 0.1f);
        int weights = filter(builder);
        int y = builder.Tensor(I8, [1, 1], 0.1f);
        (builder.Inputs, builder.Outputs) = ([x], [y]);
        return builder.Operator(9, [x, weights], [y], 8);
    }

    /// <summary>Builds a random slice and compares what its nodes select; false when it selects nothing, which has to
    /// be refused.</summary>
    private static bool CheckSlice(Random random, int[] shape, bool constant)
    {
        RandomSlice slice = new(random, shape);
        TfliteModelBuilder b = new();
        int[] numbers = Enumerable.Range(0, shape.Aggregate(1, (a, d) => a * d)).ToArray();
        int x = constant ? b.Constant(I32, shape, numbers) : b.Tensor(I32, shape);
        int y = b.Tensor(I32, slice.IsEmpty ? [1] : slice.OutputShape);
        int other = b.Tensor(I32, slice.IsEmpty ? [1] : slice.OutputShape);
        int sum = b.Tensor(I32, slice.IsEmpty ? [1] : slice.OutputShape);
        (b.Inputs, b.Outputs) = (constant ? [other] : [x, other], [sum]);
        b.Operator(45, [x, b.Integers(slice.Begin), b.Integers(slice.End), b.Integers(slice.Stride)], [y], 32,
            Options((0, slice.BeginMask), (1, slice.EndMask), (2, slice.EllipsisMask), (3, slice.NewAxisMask),
                (4, slice.ShrinkMask)));
        b.Operator(0, [y, other], [sum], 11);
        if (slice.IsEmpty)
        {
            Assert.ThrowsExactly<ModelException>(() => b.Import());
            return false;
        }

        ModelGraph graph = b.Import();
        int[] actual = constant
            ? graph.Nodes[^1].Input(0).As<int>().ToArray()
            : RandomSlice.Select(graph.Nodes[0], numbers);
        CollectionAssert.AreEqual(slice.Elements(), actual, slice.ToString());
        return true;
    }
}
