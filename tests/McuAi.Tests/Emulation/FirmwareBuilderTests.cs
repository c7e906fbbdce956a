using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;

namespace McuAi.Tests.Emulation;

[TestClass]
public sealed class FirmwareBuilderTests
{
    private const int Bytes = 48;

    [TestMethod]
    public async Task OnlyWhatChangedIsCompiledAgain()
    {
        using var project = new TemporaryProject(sharesArtifacts: false);
        Assert.IsGreaterThan(10, await Compiled(project));
        Assert.AreEqual(0, await Compiled(project));
        project.Append("apps/runner/main.c", "/* changed */\n");
        Assert.AreEqual(1, await Compiled(project));
        project.Append("ports/port.h", "/* changed */\n");
        Assert.IsGreaterThan(10, await Compiled(project));
    }

    private static async Task<int> Compiled(TemporaryProject project)
    {
        var builder = new FirmwareBuilder(project.Folder, project.Board("mps2-an386"));
        var image = await builder.BuildAsync(CopyPack.Make(Bytes), CopyPack.Info(Bytes));
        Assert.IsTrue(File.Exists(image.ElfPath));
        return builder.CompiledSources;
    }

    [TestMethod]
    public async Task SizesAgreeWithTheSizeProgram()
    {
        using var project = new TemporaryProject();
        var board = project.Board("stm32f4-discovery");
        var image = await new FirmwareBuilder(project.Folder, board).BuildAsync(
            CopyPack.Make(Bytes), CopyPack.Info(Bytes));
        var symbols = await ToolProcess.RunAsync("arm-none-eabi-nm", [image.ElfPath], "/", [], default);
        StringAssert.Contains(symbols, "mcuai_invoke");
        Assert.DoesNotContain("front_end", symbols); // an app that does not call it does not carry it
        var text = await ToolProcess.RunAsync("arm-none-eabi-size", ["-A", image.ElfPath], "/", [], default);
        var sections = text.Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(w => w.Length == 3 && w[0].StartsWith('.')).ToDictionary(w => w[0], w => long.Parse(w[1]));
        Assert.AreEqual(sections[".vectors"] + sections[".text"] + sections[".data"], image.Sizes.Code);
        Assert.AreEqual(sections[".data"] + sections[".bss"], image.Sizes.Ram);
        Assert.IsTrue(image.Sizes.CoreCode > 1000 && image.Sizes.CoreCode < image.Sizes.Code);
        Assert.AreEqual(board.Memory.Flash.Base + board.Memory.Flash.Size, image.InputAddress + image.InputRoom);
    }

    /// <summary>An image for a language model holds the operators that its pack names, and no others.</summary>
    [TestMethod]
    [DataRow("mps2-an386", "arm-none-eabi-nm")]
    [DataRow("riscv32-virt", "riscv64-unknown-elf-nm")]
    public async Task OperatorsOfLanguageModelsAreLinkedOneByOne(string board, string nm)
    {
        using var project = new TemporaryProject();
        PackInfo info = CopyPack.Info(Bytes) with
        {
            Operators = [new PackOperator(32, 0, 4), new PackOperator(33, 0, 4), new PackOperator(34, 0), new PackOperator(37, 0)],
        };
        var image = await new FirmwareBuilder(project.Folder, project.Board(board)).BuildAsync(CopyPack.Make(Bytes), info);
        var symbols = await ToolProcess.RunAsync(nm, [image.ElfPath], "/", [], default);
        foreach (var name in (string[])["embedding_rows_int4", "linear_rows_int4", "rms_norm", "swiglu"])
        {
            StringAssert.Contains(symbols, "mcuai_operator_" + name);
        }
        foreach (var name in (string[])["linear_rows_int8", "attention", "experts", "matrix_rows_int2", "turn"])
        {
            Assert.DoesNotContain(name, symbols);
        }
    }

    [TestMethod]
    public async Task AnArenaThatDoesNotFitIsRefusedWithFigures()
    {
        using var project = new TemporaryProject();
        var builder = new FirmwareBuilder(project.Folder, project.Board("stm32f4-discovery"));
        var far = await Refusal(builder, CopyPack.Info(100_000));
        StringAssert.Contains(far, "200,000");
        StringAssert.Contains(far, "131,072");
        var narrowly = await Refusal(builder, CopyPack.Info(65_000)); // fits alone, but not with the stack
        StringAssert.Contains(narrowly, "RAM");
        StringAssert.Contains(narrowly, "131,072");
    }

    private static async Task<string> Refusal(FirmwareBuilder builder, PackInfo info)
    {
        var error = await Assert.ThrowsExactlyAsync<BoardException>(
            () => builder.BuildAsync(CopyPack.Make(info.InputBytes), info));
        return error.Message;
    }

    [TestMethod]
    public async Task ACompilerErrorIsShown()
    {
        using var project = new TemporaryProject();
        project.Append("apps/runner/main.c", "#error deliberately wrong\n");
        var builder = new FirmwareBuilder(project.Folder, project.Board("mps2-an386"));
        StringAssert.Contains(await Refusal(builder, CopyPack.Info(Bytes)), "deliberately wrong");
    }

    [TestMethod]
    public async Task AMissingCompilerIsNamedWithItsPackages()
    {
        using var project = new TemporaryProject();
        var path = Path.Combine(project.Folder.Boards, "mps2-an386.yaml");
        File.WriteAllText(path, File.ReadAllText(path).Replace("prefix: arm", "prefix: absent", StringComparison.Ordinal));
        var builder = new FirmwareBuilder(project.Folder, project.Board("mps2-an386"));
        var message = await Refusal(builder, CopyPack.Info(Bytes));
        StringAssert.Contains(message, "absent-none-eabi-gcc");
        StringAssert.Contains(message, "apt-get install gcc-arm-none-eabi");
    }
}
