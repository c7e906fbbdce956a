using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference.Transformer;
using McuAi.Tests.Core;
using PackOperator = McuAi.ModelConverter.Pack.PackOperator;

namespace McuAi.Tests.Language;

/// <summary>Products with matrices of every shape at which kernels change their ways, against the plain reference: one pack
/// with many linears.</summary>
[TestClass]
public sealed class LinearBoardTests
{
    private static readonly int[] Depths = [1, 3, 4, 5, 8, 11, 12, 16, 17, 31, 32, 33, 40, 60, 64, 65, 68, 72, 76, 100, 128, 132, 172, 300];

    /// <summary>Deeper than pieces of 256 too.</summary>
    private static readonly int[] RowsDepths = [.. Depths, 24, 25, 42, 47, 48, 56, 80, 86, 96, 104, 160, 255, 256, 257, 264, 270, 288, 517];

    private static readonly int[] RowsCounts = [1, 4, 2, 5, 3, 8, 7, 11];

    private static readonly int[] Groups = [0, 8, 16, 24, 32, 40, 48, 64, 96, 128, 256];

    public static IEnumerable<object[]> Cases => from board in (string[])["mps2-an386", "mps2-an500", "mps3-an547", "riscv32-virt"]
        from format in (int[][])[[8, 0], [4, 32], [4, 8], [4, 24], [4, 48], [2, 16], [2, 32]]
        where board == "mps2-an386" || format[1] is 0 or 32
        select new object[] { board, format[0], format[1] };

    public static IEnumerable<object[]> RowsCases => from board in (string[])["mps2-an386", "mps2-an500", "mps3-an547", "riscv32-virt"]
        from bits in (int[])[8, 4, 2] select new object[] { board, bits };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task BoardsGiveTheReferencesNumbers(string boardName, int bits, int group)
    {
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find(boardName);
        var layers = new Layers(new MatrixFormat(bits, group));
        PackLayout.Apply(layers.Model, KernelFamilies.Named("dsp"));
        Assert.IsGreaterThan(layers.Model.Operators.Count / 2,
            layers.Model.Operators.Count(node => node.Layout == WeightLayout.Dsp), "linears in the dsp layout");
        await CompareAsync(board, layers);
    }

    /// <summary>The rows layout, which families with kernels for it read in their own way: rows at any address, groups and rows that
    /// end within a word, fewer rows than are multiplied at once.</summary>
    [TestMethod]
    [DynamicData(nameof(RowsCases))]
    public async Task BoardsGiveTheReferencesNumbersOfRows(string boardName, int bits)
    {
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find(boardName);
        bool hasKernels = board.Kernels is "dsp" or "mve" or "rv32";
        var layers = new Layers([.. (hasKernels && boardName != "mps2-an500" ? Groups : [0, 32]).Select(size => new MatrixFormat(bits, size))],
            RowsDepths, RowsCounts, each: 2);
        Assert.IsTrue(layers.Model.Operators.TrueForAll(node => node.Layout == WeightLayout.Rows));
        Assert.IsGreaterThan(3, layers.Lefts.Count, $"shifts to the left {string.Join(", ", layers.Lefts)}");
        await CompareAsync(board, layers);
    }

    private static async Task CompareAsync(Board board, Layers layers)
    {
        byte[] inputs = [.. layers.Inputs.SelectMany(x => MemoryMarshal.AsBytes<int>(x).ToArray())];
        EmulationResult result = await BoardRun.EmulateAsync(board, BoardPack.AsItIs(layers.Model, PackWriter.Write(layers.Model)),
            inputs, CancellationToken.None);
        layers.Compare(MemoryMarshal.Cast<byte, int>(result.Outputs));
    }

    /// <summary>On the host, read by the portable reader; then damaged, where nothing but the numbers may change.</summary>
    [TestMethod]
    [DataRow(8, 0)]
    [DataRow(4, 32)]
    [DataRow(4, 8)]
    [DataRow(2, 16)]
    [DataRow(2, 48)]
    public void PortableReaderGivesTheReferencesNumbers(int bits, int group)
    {
        var layers = new Layers(new MatrixFormat(bits, group));
        byte[] inputs = [.. layers.Inputs.SelectMany(x => MemoryMarshal.AsBytes<int>(x).ToArray())];
        PackLayout.Apply(layers.Model, KernelFamilies.Named("dsp"));
        using (HostCore core = CoreRun.Open(layers.Model))
            layers.Compare(MemoryMarshal.Cast<byte, int>(core.Run(inputs)));
        var random = new Random(3);
        foreach (PackOperator node in layers.Model.Operators)
            random.NextBytes(node.Input(1).Blob!);
        using HostCore damaged = CoreRun.Open(layers.Model);
        damaged.Run(inputs);
    }

    /// <summary>Linears side by side, each with an output of its own; every third adds a bias.</summary>
    private sealed class Layers
    {
        private readonly List<int[]> _expected = [];
        private readonly ProgramBuilder _program = new(1);

        public Layers(MatrixFormat format)
            : this([format], Depths, [1, 6, 8, 11], 4)
        {
        }

        /// <param name="counts">Of rows, taken in turn; those in odd places have extreme weights.</param>
        /// <param name="each">Matrices of each depth and format.</param>
        public Layers(MatrixFormat[] formats, int[] depths, int[] counts, int each = 1)
        {
            var random = new Random(11);
            int turn = 0;
            foreach (int depth in depths)
            {
                PackTensor x = _program.Values($"x {depth}", depth, perRow: true);
                Model.Inputs.Add(x);
                Inputs.Add(Numbers(random, depth));
                foreach (MatrixFormat format in formats)
                {
                    for (int i = 0; i < each; i++, turn++)
                        Add(random, x, format, counts[turn % counts.Length], blocks: 1, extreme: turn % counts.Length % 2 == 1);
                    if (depth % 4 == 0)
                        Add(random, x, format, 8, 2, extreme: false);
                }
            }

            Place();
        }

        public PackModel Model => _program.Model;

        /// <summary>The shifts of sums.</summary>
        public HashSet<int> Lefts { get; } = [];

        public List<int[]> Inputs { get; } = [];

        public void Compare(ReadOnlySpan<int> outputs)
        {
            for (int i = 0; i < _expected.Count; i++)
            {
                PackOperator node = Model.Operators[i];
                CollectionAssert.AreEqual(_expected[i], outputs[.._expected[i].Length].ToArray(),
                    $"{node.Input(1).Dim(2)} x {node.Input(1).Dim(3)}, layout {node.Layout}, linear {i}");
                outputs = outputs[_expected[i].Length..];
            }

            Assert.AreEqual(0, outputs.Length);
        }

        /// <summary>All values one after another, and a scratch that all share: so many linears would make a long search of a
        /// plan.</summary>
        private void Place()
        {
            int end = 0;
            foreach (PackTensor values in Model.Inputs.Concat(Model.Outputs))
            {
                values.Offset = end;
                end += ((4 * values.Dim(3)) + 15) / 16 * 16;
            }

            Model.Operators.ForEach(node => node.ScratchOffset = end);
            Model.ArenaBytes = end + Model.Operators.Max(node => node.ScratchBytes);
        }

        private void Add(Random random, PackTensor x, MatrixFormat format, int rows, int blocks, bool extreme)
        {
            // Wide exponents make shifts to the left that saturate.
            (int, int) exponents = _expected.Count % 2 == 0 ? (-20, -2) : (-40, 20);
            QuantizedMatrix matrix = RandomMatrix.Make(random, rows, x.Dim(3) / blocks, format, extreme, exponents);
            Lefts.Add(matrix.Left);
            PackTensor constant = _program.Matrix($"matrix {_expected.Count}", matrix);
            PackTensor y = _program.Values($"y {_expected.Count}", rows, perRow: true);
            int[]? addend = _expected.Count % 3 == 0 ? Numbers(random, rows) : null;
            PackTensor? bias = addend is null ? null : _program.Constant($"bias {_expected.Count}", DataType.Int32, [rows],
                MemoryMarshal.AsBytes<int>(addend).ToArray());
            _program.Linear(x, [constant], matrix, y, bias, blocks);
            Model.Outputs.Add(y);
            _expected.Add(LinearReference.Multiply(new MatrixRows(constant, format.Group), Inputs[^1], blocks, matrix.Left, addend));
        }

        /// <summary>Of every magnitude; the greatest are those that operators give.</summary>
        private static int[] Numbers(Random random, int count)
        {
            int shift = random.Next(0, 31);
            int[] numbers = [.. Enumerable.Range(0, count).Select(_ => random.Next(-int.MaxValue, int.MaxValue) >> shift)];
            numbers[random.Next(count)] = random.Next(3) switch { 0 => -int.MaxValue, 1 => int.MaxValue, _ => 0 };
            return numbers;
        }
    }
}
