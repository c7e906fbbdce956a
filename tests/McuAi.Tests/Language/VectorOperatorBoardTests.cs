using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Memory;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference.Transformer;
using PackOperator = McuAi.ModelConverter.Pack.PackOperator;

namespace McuAi.Tests.Language;

/// <summary>Operators of language models that multiply by no matrix, of widths at which vectors end early and of numbers of
/// every magnitude, on boards that have them in their own way: the plain reference's numbers.</summary>
[TestClass]
public sealed class VectorOperatorBoardTests
{
    private const int Inferences = 13;

    [TestMethod]
    [DataRow("mps3-an547")]
    public async Task NormsRotationsAndGates(string boardName)
    {
        var operators = new Operators();
        foreach (int width in (int[])[1, 2, 3, 4, 5, 7, 8, 17, 64, 172])
            for (int parts = 1; parts <= 2; parts++)
                operators.AddNorm(width, parts);
        foreach (int width in (int[])[2, 4, 6, 8, 14, 32])
            operators.AddRotary(width, 3);
        foreach (int width in (int[])[1, 3, 4, 6, 33, 172])
            operators.AddGate(width);
        await operators.CompareAsync(boardName);
    }

    [TestMethod]
    [DataRow("mps3-an547")]
    public async Task Attention(string boardName)
    {
        var operators = new Operators();
        foreach ((int context, int first, int second, int width) in ((int, int, int, int)[])
            [(13, 8, 0, 8), (16, 8, 0, 8), (13, 1, 0, 1), (14, 3, 2, 5), (15, 16, 4, 6), (13, 24, 9, 3), (19, 7, 0, 12), (13, 33, 8, 16)])
        {
            operators.AddAttention(4, 2, context, first, second, width);
            operators.AddAttention(3, 3, context, first, second, width);
            operators.AddAttention(3, 1, context, first, second, 0);
        }

        await operators.CompareAsync(boardName);
    }

    /// <summary>Operators side by side, each with inputs and an output of its own.</summary>
    private sealed class Operators
    {
        private readonly Random _random = new(5);
        private readonly ProgramBuilder _program = new(1);
        private readonly PackTensor _position;
        private readonly List<Func<int, int[][], int[]>> _references = [];
        private readonly List<PackTensor[]> _inputs = [];

        public Operators()
        {
            _position = _program.Values("position", 1, perRow: false);
            _program.Model.Inputs.Add(_position);
        }

        public void AddNorm(int width, int parts)
        {
            short[] gains = [.. Enumerable.Range(0, width).Select(_ => (short)_random.Next(short.MinValue, short.MaxValue + 1))];
            PackTensor x = Input(width * parts), y = Output(width * parts);
            PackTensor gain = _program.Constant($"gain {_references.Count}", DataType.Int16, [width], MemoryMarshal.AsBytes<short>(gains).ToArray());
            Add(new PackOperator(Opcode.RmsNorm, [x, gain], [y], [_random.Next(0, 16), .. FixedNumbers.Factor(Math.Sqrt(width)),
                .. FixedNumbers.Factor(width * (_references.Count % 3 == 0 ? 1e-9 : 1e-3)), parts]), 0, [x],
                (node, inputs) => NormReference.Run(node, inputs[0], gains));
        }

        public void AddRotary(int width, int heads)
        {
            PackTensor frequencies = _program.Constant($"frequencies {_references.Count}", DataType.Int32, [width / 2],
                MemoryMarshal.AsBytes<int>([.. Enumerable.Range(0, width / 2).Select(i => i == 0 ? 1 << 30 : _random.Next())]).ToArray());
            PackTensor angles = Output(width), x = Input(width * heads), y = Output(width * heads);
            int[] Angles(int position) => RotationReference.Angles(position, Constants.Int32(frequencies), 1);
            _program.Add(Opcode.Angles, [_position, frequencies], angles);
            _inputs.Add([]);
            _references.Add((position, _) => Angles(position));
            var node = new PackOperator(Opcode.Rotary, [x, angles], [y], [heads]);
            _program.Add(node, 0);
            _inputs.Add([x]);
            _references.Add((position, inputs) => RotationReference.Rotate(node, inputs[0], Angles(position), 1));
        }

        public void AddGate(int width)
        {
            PackTensor gate = Input(width), up = Input(width), y = Output(width);
            Add(new PackOperator(Opcode.SwiGlu, [gate, up], [y], []), 0, [gate, up], (_, inputs) => GateReference.SwiGlu(inputs[0], inputs[1]));
        }

        /// <param name="second">0: keys have one part.</param>
        /// <param name="width">Of values; 0: latent attention.</param>
        public void AddAttention(int heads, int groups, int context, int first, int second, int width)
        {
            string name = $"attention {_references.Count}";
            PackTensor q = Input(heads * first), k = Input(groups * first);
            PackTensor? q2 = second == 0 ? null : Input(heads * second), k2 = second == 0 ? null : Input(groups * second);
            PackTensor? v = width == 0 ? null : Input(groups * width);
            int wide = width == 0 ? first : width, scales = 1 + (second == 0 ? 0 : 1) + (width == 0 ? 0 : 1);
            PackTensor y = Output(heads * wide);
            PackTensor keys = _program.State($"{name} keys", DataType.Int8, [context, groups * (first + second)]);
            PackTensor? values = width == 0 ? null : _program.State($"{name} values", DataType.Int8, [context, groups * width]);
            var node = new PackOperator(Opcode.Attention,
                [q, q2, k, k2, v, _position, keys, values, _program.State($"{name} scales", DataType.Int16, [scales, context])], [y],
                [heads, groups, _random.Next(8, 23), _random.Next(8, 23), _random.Next(1 << 30, int.MaxValue), Exponent()]);
            PackTensor?[] inputs = [q, q2, k, k2, v];
            var cache = new AttentionCache();
            PackTensor[] own = [.. inputs.OfType<PackTensor>()];
            _program.Add(node, ProgramBuilder.Aligned((8 * context) + (4 * (first + second + wide))));
            _inputs.Add(own);
            _references.Add((position, given) => AttentionReference.Run(node, cache,
                [.. inputs.Select(input => input is null ? [] : given[Array.IndexOf(own, input)])], position, 1));
        }

        public async Task CompareAsync(string boardName)
        {
            ArenaPlan.Apply(_program.Model);
            var bytes = new List<byte>();
            var expected = new List<int[]>();
            for (int position = 0; position < Inferences; position++)
            {
                var values = _program.Model.Inputs.ToDictionary(input => input, input => input == _position ? [position] : Numbers(input.Dim(3)));
                foreach (PackTensor input in _program.Model.Inputs)
                    bytes.AddRange(MemoryMarshal.AsBytes<int>(values[input]));
                expected.AddRange(_references.Select((reference, i) => reference(position, [.. _inputs[i].Select(input => values[input])])));
            }

            EmulationResult result = await BoardRun.EmulateAsync(new BoardCatalog(ProjectFolder.Find().Boards).Find(boardName),
                BoardPack.AsItIs(_program.Model, PackWriter.Write(_program.Model)), [.. bytes], CancellationToken.None);
            int[] outputs = MemoryMarshal.Cast<byte, int>(result.Outputs).ToArray();
            int done = 0;
            for (int i = 0; i < expected.Count; done += expected[i++].Length)
                CollectionAssert.AreEqual(expected[i], outputs[done..(done + expected[i].Length)],
                    $"{_program.Model.Operators[i % _references.Count]}, number {i % _references.Count}, position {i / _references.Count}");
            Assert.AreEqual(outputs.Length, done);
        }

        /// <summary>Of ordinary factors, mostly.</summary>
        private int Exponent() => _references.Count % 4 == 3 ? _random.Next(-64, 65) : _random.Next(-6, 6);

        private PackTensor Input(int width)
        {
            PackTensor x = _program.Values($"x {_program.Model.Inputs.Count}", width, perRow: true);
            _program.Model.Inputs.Add(x);
            return x;
        }

        private PackTensor Output(int width)
        {
            PackTensor y = _program.Values($"y {_program.Model.Outputs.Count}", width, perRow: true);
            _program.Model.Outputs.Add(y);
            return y;
        }

        private void Add(PackOperator node, int scratchBytes, PackTensor[] inputs, Func<PackOperator, int[][], int[]> reference)
        {
            _program.Add(node, scratchBytes);
            _inputs.Add(inputs);
            _references.Add((_, given) => reference(node, given));
        }

        /// <summary>Of every magnitude; the greatest are those that operators give, and some vectors are 0.</summary>
        private int[] Numbers(int count)
        {
            int shift = _random.Next(0, 31);
            int[] numbers = [.. Enumerable.Range(0, count).Select(_ => _random.Next(-int.MaxValue, int.MaxValue) >> shift)];
            int special = _random.Next(12);
            if (special == 0)
                return new int[count];
            if (special < 4)
                numbers[_random.Next(count)] = special == 1 ? -int.MaxValue : int.MaxValue;
            return numbers;
        }
    }
}
