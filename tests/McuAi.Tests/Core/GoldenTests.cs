using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Core;

/// <summary>Whole models in the C core, on the host and in the firmware of every emulated board, byte for byte against
/// TensorFlow Lite Micro; and what they may cost.</summary>
[TestClass]
public sealed class GoldenTests
{
    private const int Kilobyte = 1024;

    /// <summary>Bytes of the core's code: with all that any of the models uses, and in the image of kws.</summary>
    private const int MostCode = 40 * Kilobyte, MostCodeOfKws = 20 * Kilobyte;

    /// <summary>Instructions of one inference.</summary>
    private static readonly Dictionary<(string Cpu, string Model), long> MostInstructions = new()
    {
        [("cortex-m4", "kws")] = 3_000_000,
        [("cortex-m4", "ad")] = 260_000,
        [("cortex-m4", "ic")] = 13_000_000,
        [("cortex-m4", "vww")] = 9_500_000,
        [("cortex-m4", "sww")] = 1_000_000,
        [("cortex-m55", "kws")] = 900_000,
        [("cortex-m55", "ad")] = 65_000,
        [("cortex-m55", "ic")] = 2_600_000,
        [("cortex-m55", "vww")] = 2_600_000,
        [("cortex-m55", "sww")] = 200_000,
    };

    private static readonly Dictionary<string, int> MostArena = new()
    {
        ["kws"] = 14 * Kilobyte,
        ["ad"] = 3 * Kilobyte / 2,
        ["ic"] = 38 * Kilobyte,
        ["vww"] = 60 * Kilobyte,
    };

    /// <summary>A layout that the core accepts has the sizes of blob and scratch that its own formulas give.</summary>
    [TestMethod]
    [DataRow("kws", 200)]
    [DataRow("ad", 12)]
    [DataRow("ic", 12)]
    [DataRow("vww", 8)]
    [DataRow("sww", 12)]
    public void HostCoreGivesTheBytesOfTensorFlowLiteMicro(string name, int inputs)
    {
        HostLibrary library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);
        foreach (string family in (string[])["portable", "dsp", "mve", "rv32"])
        {
            PackModel model = ReferenceModels.Pack(name, family);
            // Foreign layouts are read element by element.
            (byte[] input, byte[] expected) = ReferenceModels.Golden(name, model, family == "portable" ? inputs : 1);
            using var core = new HostCore(library, PackWriter.Write(model));
            byte[] outputs = [.. input.Chunk(model.Inputs[0].Bytes).SelectMany(one => core.Run(one))];
            CollectionAssert.AreEqual(expected, outputs, family);
            Assert.AreEqual(model.ArenaBytes, core.ArenaBytes);
        }
    }

    /// <summary>Strips of rows, which the planner finds for these models in every layout.</summary>
    [TestMethod]
    [DataRow("ic", 12)]
    [DataRow("vww", 4)]
    public void LeastArenaGivesTheSameBytesOnTheHost(string name, int inputs)
    {
        HostLibrary library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);
        foreach (string family in (string[])["portable", "dsp", "mve", "rv32"])
        {
            PackModel model = ReferenceModels.Pack(name, family, mostArena: 0);
            ArenaSimulation.Check(model, $"{name}, {family}");
            Assert.IsLessThan(4 * (model.WholeArenaBytes ?? 0) / 5, model.ArenaBytes, family);
            (byte[] input, byte[] expected) = ReferenceModels.Golden(name, model, family == "portable" ? inputs : 1);
            using var core = new HostCore(library, PackWriter.Write(model));
            byte[] outputs = [.. input.Chunk(model.Inputs[0].Bytes).SelectMany(one => core.Run(one))];
            CollectionAssert.AreEqual(expected, outputs, family);
        }
    }

    /// <summary>On the board as the planner left it, with what it may cost.</summary>
    [TestMethod]
    [DataRow("ic", "mps2-an386", 12, 23, 5)]
    [DataRow("vww", "mps2-an386", 2, 29, 10)]
    [DataRow("vww", "mps3-an547", 2, 28, 3)]
    [DataRow("ic", "riscv32-virt", 1, 24, 2)]
    public async Task LeastArenaGivesTheSameBytesOnTheBoard(string name, string boardName, int inputs, int kilobytes,
        int percentSlower)
    {
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find(boardName);
        PackModel whole = ReferenceModels.Pack(name, board.Kernels), strips = ReferenceModels.Pack(name, board.Kernels, 0);
        (byte[] input, byte[] expected) = ReferenceModels.Golden(name, whole, inputs);
        EmulationResult result = await BoardRun.EmulateAsync(board, BoardPack.For(strips, board), input,
            CancellationToken.None);
        CollectionAssert.AreEqual(expected, result.Outputs);
        Assert.IsLessThanOrEqualTo(kilobytes * Kilobyte, result.ArenaBytes, "bytes of arena");
        EmulationResult plain = await BoardRun.EmulateAsync(board, BoardPack.For(whole, board), [], CancellationToken.None);
        Assert.IsLessThanOrEqualTo(plain.MeanInstructions * (100 + percentSlower) / 100, result.MeanInstructions,
            "instructions per inference");
        Console.WriteLine($"{name} {boardName}: {result.MeanInstructions:N0} instructions instead of " +
            $"{plain.MeanInstructions:N0}, arena {result.ArenaBytes:N0} instead of {plain.ArenaBytes:N0}");
    }

    [TestMethod]
    [DataRow("kws", "mps2-an386", 40)]
    [DataRow("ad", "mps2-an386", 12)]
    [DataRow("ic", "mps2-an386", 12)]
    [DataRow("vww", "mps2-an386", 2)]
    [DataRow("sww", "mps2-an386", 12)]
    [DataRow("kws", "mps2-an500", 40)]
    [DataRow("ad", "mps2-an500", 12)]
    [DataRow("ic", "mps2-an500", 3)]
    [DataRow("vww", "mps2-an500", 2)]
    [DataRow("sww", "mps2-an500", 12)]
    [DataRow("kws", "mps3-an547", 40)]
    [DataRow("ad", "mps3-an547", 12)]
    [DataRow("ic", "mps3-an547", 12)]
    [DataRow("vww", "mps3-an547", 2)]
    [DataRow("sww", "mps3-an547", 12)]
    [DataRow("kws", "riscv32-virt", 40)]
    [DataRow("ad", "riscv32-virt", 12)]
    [DataRow("ic", "riscv32-virt", 3)]
    [DataRow("vww", "riscv32-virt", 2)]
    [DataRow("sww", "riscv32-virt", 12)]
    [DataRow("kws", "stm32f4-discovery", 40)]
    [DataRow("ad", "stm32f4-discovery", 12)]
    [DataRow("ic", "stm32f4-discovery", 3)]
    [DataRow("vww", "stm32f4-discovery", 2)]
    [DataRow("sww", "stm32f4-discovery", 12)]
    public async Task BoardGivesTheBytesOfTensorFlowLiteMicro(string name, string boardName, int inputs)
    {
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find(boardName);
        PackModel model = ReferenceModels.Pack(name, board.Kernels);
        (byte[] input, byte[] expected) = ReferenceModels.Golden(name, model, inputs);
        EmulationResult result = await BoardRun.EmulateAsync(board, BoardPack.For(model, board), input, CancellationToken.None);
        CollectionAssert.AreEqual(expected, result.Outputs);
        if (MostInstructions.TryGetValue((board.Cpu, name), out long instructions))
            Assert.IsLessThanOrEqualTo(instructions, result.MeanInstructions, "instructions per inference");
        if (MostArena.TryGetValue(name, out int arena))
            Assert.IsLessThanOrEqualTo(arena, result.ArenaBytes, "bytes of arena");
        Assert.IsLessThanOrEqualTo(name == "kws" ? MostCodeOfKws : MostCode, result.Sizes.CoreCode, "bytes of the core's code");
        Console.WriteLine($"{name} {boardName}: {result.MeanInstructions:N0} instructions, arena {result.ArenaBytes:N0}, " +
            $"stack {result.StackBytes:N0}, code {result.Sizes.CoreCode:N0} bytes");
    }
}
