using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference;
using McuAi.Tests.Reference;

namespace McuAi.Tests.Core;

/// <summary>The families' own kernels, which only their CPU runs, against the plain reference: packs of many layers of
/// one kind, around the sizes at which the kernels change their ways, and shifts in both directions.</summary>
[TestClass]
public sealed class BoardKernelTests
{
    /// <summary>31 rows take a chunk of every size that RV32 has.</summary>
    private static readonly int[] Rows = [1, 2, 31, 32];

    private static readonly int[] Depths =
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 130];

    public static IEnumerable<object[]> BoardsAndTypes =>
        from board in (string[])["mps2-an386", "mps3-an547", "riscv32-virt"]
        from type in (DataType[])[DataType.Int8, DataType.Int4, DataType.Int2]
        select new object[] { board, type };

    [TestMethod]
    [DynamicData(nameof(BoardsAndTypes))]
    public Task DenseLayers(string board, DataType type) => CompareAsync(board, layers =>
    {
        foreach (int depth in Depths)
        {
            Tensor x = layers.Input(1, depth);
            foreach (int rows in Rows)
                layers.Add(OperatorKind.FullyConnected, new ActivationAttributes(), x, [rows, depth], 0, type, [1, rows]);
        }
    });

    [TestMethod]
    [DynamicData(nameof(BoardsAndTypes))]
    public Task Convolutions(string board, DataType type) => CompareAsync(board, layers =>
    {
        foreach (int channels in (int[])[1, 2, 3, 4, 5, 8, 17, 33])
        {
            foreach (int width in (int[])[1, 3, 4, 6])
            {
                Tensor x = layers.Input(1, 2, width, channels);
                foreach (int rows in Rows.Where(rows => rows < 32))
                    layers.Add(OperatorKind.Conv2D, Window(1, 0), x, [rows, 1, 1, channels], 0, type, [1, 2, width, rows]);
                layers.Add(OperatorKind.Conv2D, Window(1, 1), x, [3, 3, 3, channels], 0, type, [1, 2, width, 3]);
            }
        }
    });

    [TestMethod]
    [DynamicData(nameof(BoardsAndTypes))]
    public Task DepthwiseConvolutions(string board, DataType type) => CompareAsync(board, layers =>
    {
        foreach (int size in (int[])[1, 2, 3, 4, 5, 8, 9])
        {
            foreach (int channels in (int[])[1, 4, 17])
            {
                Tensor x = layers.Input(1, size, size, channels);
                foreach (int stride in (int[])[1, 2])
                {
                    int y = (size + stride - 1) / stride;
                    layers.Add(OperatorKind.DepthwiseConv2D, Window(stride, 1), x, [1, 3, 3, channels], 3, type,
                        [1, y, y, channels]);
                    layers.Add(OperatorKind.DepthwiseConv2D, Window(stride, 0), x, [1, 1, 1, channels], 3, type,
                        [1, y, y, channels]);
                }
            }
        }
    });

    private static ConvAttributes Window(int stride, int padding) =>
        new(stride, stride, 1, 1, new Padding(padding, padding, 0, 0), FusedActivation.None);

    private static async Task CompareAsync(string boardName, Action<Layers> add)
    {
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find(boardName);
        var layers = new Layers();
        add(layers);
        PackModel model = GraphLowering.Lower(layers.Graph, KernelFamilies.Named(board.Kernels));
        int own = model.Operators.Count(node => node.Layout == KernelFamilies.Named(board.Kernels).Layout);
        // The Arm layouts leave some rows to the plain kernels; on RV32 every layer has to fit.
        Assert.IsGreaterThanOrEqualTo(board.Kernels == "rv32" ? model.Operators.Count : model.Operators.Count / 8, own,
            "layers in the family's own layout");

        var reference = new IntegerExecutor(layers.Graph);
        byte[][][] inferences = [.. Enumerable.Range(0, 3).Select(_ => layers.Test.RandomInputs())];
        byte[][][] expected = [.. inferences.Select(inputs => reference.Run(inputs))];
        EmulationResult result = await BoardRun.EmulateAsync(board, BoardPack.For(model, board),
            [.. inferences.SelectMany(inputs => inputs.SelectMany(input => input))], CancellationToken.None);
        int start = 0;
        foreach (byte[][] outputs in expected)
        {
            for (int i = 0; i < outputs.Length; start += outputs[i++].Length)
                CollectionAssert.AreEqual(outputs[i], result.Outputs[start..(start + outputs[i].Length)],
                    $"{layers.Graph.Nodes[i].Kind} {string.Join(" ", layers.Graph.Nodes[i].Inputs)}, layer {i}");
        }

        Assert.HasCount(start, result.Outputs);
    }

    /// <summary>Layers side by side in one graph, each with an output of its own.</summary>
    private sealed class Layers
    {
        private readonly List<Tensor> outputs = [];

        public TestGraph Test { get; } = new(1);

        public ModelGraph Graph { get; private set; } = new("none");

        public Tensor Input(params int[] shape) => Test.Input(shape, 0.05f, Test.ZeroPoint());

        /// <summary>In turn a layer whose rows shift to the right, to the left, and both ways.</summary>
        public void Add(OperatorKind kind, OperatorAttributes attributes, Tensor x, int[] filter, int axis, DataType type,
            int[] y)
        {
            int rows = filter[axis], depth = filter.Aggregate(1, (product, size) => product * size) / rows;
            bool[] left = [.. Enumerable.Range(0, rows).Select(row => outputs.Count % 3 == 1 ||
                (outputs.Count % 3 == 2 && Test.Random.Next(2) == 0))];
            double spread = Math.Sqrt(depth) * (type == DataType.Int8 ? 40 : type == DataType.Int4 ? 4 : 1) * 50;
            // Sums of few weights of 1 stay within the output's range though they are enlarged.
            float[] scales = [.. left.Select(l => (float)((l ? 0.5 + (7.5 * Test.Random.NextDouble() * Test.Random.NextDouble())
                : 40 / spread * (0.5 + Test.Random.NextDouble())) / x.Quantization!.Scale))];
            Tensor weights = Test.Weights(filter, scales, axis, type);
            Sparsen(weights, left, axis, depth);
            Tensor bias = Test.Bias([.. Enumerable.Repeat(1f, rows)], 40);
            var output = new Tensor($"output {outputs.Count}", DataType.Int8, y)
            {
                Quantization = new Quantization(1, Test.Random.Next(-30, 31)),
            };
            outputs.Add(output);
            Graph = Test.Node(kind, attributes, [x, weights, bias], output);
            Graph.Outputs.Clear();
            Graph.Outputs.AddRange(outputs);
        }

        private void Sparsen(Tensor weights, bool[] left, int axis, int depth)
        {
            Span<sbyte> values = MemoryMarshal.Cast<byte, sbyte>(weights.Data.AsSpan());
            for (int row = 0; row < left.Length; row++)
            {
                if (!left[row])
                    continue;
                int kept = Test.Random.Next(depth);
                for (int k = 0; k < depth; k++)
                {
                    int at = axis == 0 ? (row * depth) + k : (k * left.Length) + row;
                    values[at] = (sbyte)(k == kept ? Math.Sign((int)values[at]) : 0);
                }
            }
        }
    }
}
