using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Core;

/// <summary>Goes through a program and keeps, for every byte of the arena, what was written there last. It knows nothing
/// of lifetimes or rules of overlap: an operator has to find each byte that it reads as it was last written to that
/// place of its tensor. What kernels do within one operator is not looked at; comparing outputs does that.</summary>
internal sealed class ArenaSimulation
{
    private const int Never = -2, Host = -1;

    private readonly PackModel _model;
    private readonly (PackTensor? Tensor, int Byte, int Writer)[] _arena;
    private readonly Dictionary<PackTensor, int[]> _writers = new(ReferenceEqualityComparer.Instance);

    private ArenaSimulation(PackModel model)
    {
        _model = model;
        _arena = new (PackTensor?, int, int)[model.ArenaBytes];
        foreach (PackTensor tensor in model.Tensors.Where(InArena))
            _writers[tensor.ViewOf ?? tensor] = [];
        foreach (PackTensor root in _writers.Keys.ToArray())
            _writers[root] = [.. Enumerable.Repeat(Never, root.Bytes)];
    }

    /// <summary>Fails where an operator of the planned program reads what is no longer, or not yet, there.</summary>
    public static void Check(PackModel model, string what) => new ArenaSimulation(model).Run(what);

    private static bool InArena(PackTensor tensor) => tensor.Place != TensorPlace.Shard;

    private void Run(string what)
    {
        foreach (PackTensor tensor in _model.Inputs.Concat(_model.Tensors.Where(t => t.Place == TensorPlace.State)))
            Write(tensor, Host);
        for (int i = 0; i < _model.Operators.Count; i++)
        {
            PackOperator node = _model.Operators[i];
            bool coveredInput = node.Opcode == Opcode.FullyConnected;
            if (!coveredInput)
                Spoil(node);
            foreach (PackTensor? input in node.Inputs)
                if (input is not null && InArena(input))
                    Read(input, $"{what}: operator {i}, {node}");
            if (coveredInput)
                Spoil(node);
            foreach (PackTensor output in node.Outputs)
                Write(output, i);
        }

        foreach (PackTensor output in _model.Outputs)
            Read(output, $"{what}: after the last operator");
    }

    private void Spoil(PackOperator node) => _arena.AsSpan(node.ScratchOffset, node.ScratchBytes).Clear();

    private void Write(PackTensor tensor, int writer)
    {
        PackTensor root = tensor.ViewOf ?? tensor;
        for (int i = 0; i < tensor.Bytes; i++)
        {
            int place = tensor.Offset - root.Offset + i;
            _writers[root][place] = writer;
            _arena[tensor.Offset + i] = (root, place, writer);
        }
    }

    private void Read(PackTensor tensor, string what)
    {
        PackTensor root = tensor.ViewOf ?? tensor;
        for (int i = 0; i < tensor.Bytes; i++)
        {
            int place = tensor.Offset - root.Offset + i;
            Assert.AreNotEqual(Never, _writers[root][place], $"{what} reads byte {place} of {root.Name} before it is written");
            Assert.AreEqual((root, place, _writers[root][place]), _arena[tensor.Offset + i],
                $"{what} reads byte {place} of {root.Name}, which was overwritten");
        }
    }
}
