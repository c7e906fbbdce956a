using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Audio;

/// <summary>firmware/apps/features on emulated boards: the bytes of the host, and what a frame costs.</summary>
[TestClass]
public sealed class FrontEndBoardTests
{
    [TestMethod]
    [DataRow("mps2-an386")]
    [DataRow("mps3-an547")]
    [DataRow("riscv32-virt")]
    public async Task BoardsGiveTheBytesOfTheHost(string name)
    {
        foreach (int index in (int[])[0, 2, 4, 8])
            await RunAsync(name, FrontEndCases.All[index]);
    }

    [TestMethod]
    public async Task AFrameOfTheReferenceTakesFewInstructionsOnM4()
    {
        (long frame, long window) = await RunAsync("mps2-an386", FrontEndSettings.KeywordSpotting);
        Assert.IsLessThan(22_000, frame);
        Assert.IsLessThan(52_000, window);
        (frame, window) = await RunAsync("mps2-an386", FrontEndSettings.KeywordSpotting, compact: true);
        Assert.IsLessThan(25_000, frame);
        Assert.IsLessThan(52_000, window);
    }

    /// <summary>Instructions of a frame, and of a window.</summary>
    private static async Task<(long Frame, long Window)> RunAsync(string name, FrontEndSettings settings,
        bool compact = false)
    {
        ProjectFolder project = ProjectFolder.Find();
        Board board = new BoardCatalog(project.Boards).Find(name);
        byte[] tables = FrontEndTables.Make(settings, compact: compact);
        short[][] clips = [.. Signals.Synthetic().Where(signal => signal.Name.Contains("-20 dBFS", StringComparison.Ordinal)
            || signal.Name == "half silence").Select(signal => signal.Samples)];
        FirmwareImage image = await new FirmwareBuilder(project, board).BuildAsync(Pack(tables),
            new PackInfo(32, [new HostTools.Emulation.PackOperator(13, 0)], 16, 16, 0), "features");
        int bytes = 2 * clips[0].Length;
        ConsoleReport report = await new QemuEmulator(board).RunAsync(image,
            MemoryMarshal.AsBytes<short>(clips.SelectMany(clip => clip).ToArray()).ToArray(), bytes, CancellationToken.None);

        var reference = new IntegerFrontEnd(tables);
        using var expected = new MemoryStream();
        foreach (short[] clip in clips)
        {
            List<short[]> frames = reference.Frames(clip);
            expected.Write(MemoryMarshal.AsBytes<sbyte>(reference.Window(frames)));
            foreach (short[] frame in frames.TakeLast(settings.Frames))
                expected.Write(MemoryMarshal.AsBytes<short>(frame));
        }

        CollectionAssert.AreEqual(expected.ToArray(), report.Outputs, $"{name}, {FrontEndCases.Name(settings)}");
        double perTick = 1e9 / board.Emulators.Qemu!.Ticks.Hz;
        long frameCost = (long)(report.OperatorTicks[0] * perTick / report.OperatorTicks[2]);
        long windowCost = (long)(report.OperatorTicks[1] * perTick);
        Console.WriteLine($"{name}, {FrontEndCases.Name(settings)}: {frameCost:N0} instructions a frame, {windowCost:N0} a " +
            $"window; {report.ArenaBytes:N0} bytes of RAM, {report.StackBytes:N0} of stack, {tables.Length:N0} of tables");
        return (frameCost, windowCost);
    }

    /// <summary>A pack of a model that copies 16 bytes, with a front end.</summary>
    private static byte[] Pack(byte[] tables)
    {
        var x = new PackTensor("x", DataType.Int8, [16], TensorPlace.Arena);
        var y = new PackTensor("y", DataType.Int8, [16], TensorPlace.Arena) { Offset = 16 };
        var model = new PackModel { ArenaBytes = 32, FrontEnd = tables };
        model.Metadata["name"] = "front end";
        model.Tensors.AddRange([x, y]);
        model.Inputs.Add(x);
        model.Outputs.Add(y);
        model.Operators.Add(new ModelConverter.Pack.PackOperator(Opcode.Copy, [x], [y], []));
        byte[] pack = PackWriter.Write(model);
        CollectionAssert.AreEqual(tables, PackReader.Read(pack).FrontEnd);
        return pack;
    }
}
