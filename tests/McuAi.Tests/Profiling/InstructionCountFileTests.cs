using McuAi.HostTools.Profiling;
using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Profiling;

[TestClass]
public sealed class InstructionCountFileTests
{
    [TestMethod]
    public void Opcodes_are_cut_to_their_length_and_merged()
    {
        // QEMU hands out the first halfword of the next instruction where that one crosses a page.
        InstructionCountFile file = Read("mcuai-instruction-counts 1 2\nffa 0bea070a2afb 256\nffa 0bea070a 4\nffc 00bf2afb 9");
        Assert.AreEqual(2, file.Windows);
        Assert.HasCount(2, file.Counts);
        Assert.AreEqual(new InstructionCount(0xFFA, 0x0A07EA0B, 4, 260), file.Counts[0]);
        Assert.AreEqual(new InstructionCount(0xFFC, 0xBF00, 2, 9), file.Counts[1]);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("something else")]
    [DataRow("mcuai-instruction-counts 2 0")]
    [DataRow("mcuai-instruction-counts 1 0\n10 00bf")]
    [DataRow("mcuai-instruction-counts 1 0\n10 00b 7")]
    [DataRow("mcuai-instruction-counts 1 0\n10 zzzz 7")]
    [DataRow("mcuai-instruction-counts 1 0\n10 00bf -7")]
    public void Other_files_are_refused(string text) => Assert.ThrowsExactly<ModelException>(() => Read(text));

    private static InstructionCountFile Read(string text)
    {
        using CrossTools folder = new();
        return InstructionCountFile.Read(folder.Write("counts.txt", text), InstructionSet.Thumb);
    }
}
