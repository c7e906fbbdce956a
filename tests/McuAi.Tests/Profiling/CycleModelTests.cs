using McuAi.HostTools.Profiling;
using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Profiling;

/// <summary>Short sequences whose cycles were worked out by hand from the documented rules.</summary>
[TestClass]
public sealed class CycleModelTests
{
    [TestMethod]
    [DataRow("0868", 2.0, "ldr r0,[r1]")]
    [DataRow("0868 4A68", 3.0, "two neighbouring loads pipeline: 1 + 2")]
    [DataRow("0868 4A68 8B68", 4.0, "three take 1 + 3")]
    [DataRow("0868 0268", 4.0, "ldr r2,[r0] needs r0 from the load before it")]
    [DataRow("0860", 1.0, "str r0,[r1] is always one cycle")]
    [DataRow("8850", 2.0, "str r0,[r1,r2]")]
    [DataRow("0868 8850", 3.0, "a store with a register offset pipelines behind a load")]
    [DataRow("51F8042B 0868", 4.0, "a load that updates its base is not pipelined")]
    [DataRow("91E8F000 21FB0230", 6.0, "ldm r1,{r4-r7} is 1 + 4, smlad 1")]
    [DataRow("2DE9F04F", 10.0, "push of nine")]
    [DataRow("D1E90023", 3.0, "ldrd")]
    [DataRow("A0FB0123", 1.0, "umull")]
    [DataRow("90FBF1F0", 7.0, "sdiv, between 2 and 12")]
    public void Cortex_M4(string code, double typical, string why) =>
        Assert.AreEqual(typical, Estimate("cortex-m4", code, 1).Typical, why);

    [TestMethod]
    public void Cortex_M4_taken_branches_refill_the_pipeline()
    {
        // subs r0,#1; bne .-2, 100 times round
        CycleRange cycles = Estimate("cortex-m4", [("0138", 100), ("FDD1", 100), ("00BF", 1)]);
        Assert.AreEqual(new CycleRange(100 + 100 + 99 * 1 + 1, 200 + 99 * 2 + 1, 200 + 99 * 3 + 2), cycles);
    }

    [TestMethod]
    [DataRow("0130 0131", 1.0, "adds r0,#1; adds r1,#1 issue together")]
    [DataRow("0130 0130", 2.0, "the second needs the first")]
    [DataRow("4843 5A43", 2.0, "one multiplier")]
    [DataRow("0868 4A68", 1.0, "two loads issue together")]
    [DataRow("0868 0130", 3.0, "the loaded value is needed at once")]
    public void Cortex_M7(string code, double typical, string why) =>
        Assert.AreEqual(typical, Estimate("cortex-m7", code, 1).Typical, why);

    [TestMethod]
    [DataRow("90EC101E", 2.0, "vldrb")]
    [DataRow("90EC101E F0EE220F", 3.0, "a load and a multiply overlap by one")]
    [DataRow("F0EE220F F0EE220F", 4.0, "two multiplies do not")]
    public void Cortex_M55(string code, double typical, string why) =>
        Assert.AreEqual(typical, Estimate("cortex-m55", code, 1).Typical, why);

    [TestMethod]
    public void RiscV_loop()
    {
        // addi a0,a0,-1; bnez a0,.-2; nop
        CycleRange cycles = Estimate("rv32imc", [("7D15", 10), ("7DFD", 10), ("0100", 1)]);
        Assert.AreEqual(new CycleRange(21 + 9, 21 + 18, 21 + 18), cycles);
    }

    [TestMethod]
    public void Branch_outcomes_follow_from_counts()
    {
        // 0: cbz r0,6 (taken 30 of 100); 2: nop; 4: b 8 (70); 6: nop (30); 8: nop (100)
        List<ExecutedInstruction> code = Decode([("08B1", 100), ("00BF", 70), ("00E0", 70), ("00BF", 30), ("00BF", 100)]);
        Assert.AreEqual(30, code[0].Taken);
        Assert.AreEqual(70, code[2].Taken);
        Assert.AreEqual(30, code[4].FromPrevious);
    }

    [TestMethod]
    public void Reports_can_be_subtracted()
    {
        ElfImage image = TinyImage();
        CycleModel model = CycleModel.For("cortex-m4");
        ProfileReport two = new(image, model, Counts([("0138", 200), ("FDD1", 200), ("00BF", 2)]));
        ProfileReport one = new(image, model, Counts([("0138", 150), ("FDD1", 150), ("00BF", 1)]));
        ProfileReport rest = two.Subtract(one);
        Assert.AreEqual(101, rest.Instructions);
        Assert.AreEqual(50, rest.Classes.Single(c => c.Class == InstructionClass.ConditionalBranch).Instructions);
        Assert.ThrowsExactly<ModelException>(() => one.Subtract(two));
        StringAssert.Contains(rest.ToJson(), "\"estimated_cycles\"");
    }

    [TestMethod]
    public void Unknown_processors_are_named() =>
        StringAssert.Contains(Assert.ThrowsExactly<ModelException>(() => CycleModel.For("z80")).Message, "cortex-m4");

    private static ElfImage TinyImage()
    {
        using CrossTools tools = new();
        tools.Write("t.s", ".thumb\n.global f\n.thumb_func\nf: bx lr\n");
        tools.Run(CrossTools.Arm + "gcc", "-mcpu=cortex-m4", "-nostdlib", "-Wl,-Ttext=0x1000,-e,f", "t.s", "-o", "t.elf");
        return ElfImage.Load(Path.Combine(tools.Folder, "t.elf"));
    }

    private static CycleRange Estimate(string processor, string code, long count) =>
        Estimate(processor, code.Split(' ').Select(hex => (hex, count)).ToArray());

    private static CycleRange Estimate(string processor, (string Hex, long Count)[] code)
    {
        CycleModel model = CycleModel.For(processor);
        List<ExecutedInstruction> executed = ExecutedInstruction.Decode(model.InstructionSet, Counts(code));
        return model.Estimate(executed).Aggregate((a, b) => a + b);
    }

    private static List<ExecutedInstruction> Decode((string Hex, long Count)[] code) =>
        ExecutedInstruction.Decode(InstructionSet.Thumb, Counts(code));

    private static List<InstructionCount> Counts((string Hex, long Count)[] code)
    {
        List<InstructionCount> result = [];
        ulong address = 0x1000;
        foreach ((string hex, long count) in code)
        {
            byte[] bytes = Convert.FromHexString(hex);
            uint opcode = bytes.Select((b, i) => (uint)b << 8 * i).Aggregate((a, b) => a | b);
            result.Add(new(address, opcode, bytes.Length, count));
            address += (ulong)bytes.Length;
        }
        return result;
    }
}
