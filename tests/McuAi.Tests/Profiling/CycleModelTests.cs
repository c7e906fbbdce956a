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
    [DataRow("51F8042B 2368", 3.0, "ldr r2,[r1],#4; ldr r3,[r4] pipeline")]
    [DataRow("51F8042B 51F8043B", 4.0, "two loads that update the same base do not")]
    [DataRow("0431 0868", 4.0, "adds r1,#4; ldr r0,[r1] waits one cycle for its address: 1 + 2 + 1")]
    [DataRow("0432 8858", 4.0, "adds r2,#4; ldr r0,[r1,r2] waits for its index")]
    [DataRow("0431 0860", 3.0, "adds r1,#4; str r0,[r1]: 1 + 1 + 1")]
    [DataRow("0430 0860", 2.0, "adds r0,#4; str r0,[r1] needs only its data")]
    [DataRow("0431 91E8F000", 7.0, "adds r1,#4; ldm r1,{r4-r7}: 1 + 5 + 1")]
    [DataRow("03FB04F1 0868", 4.0, "mul r1,r3,r4; ldr r0,[r1]: 1 + 2 + 1")]
    [DataRow("0431 0432 0868", 4.0, "an instruction between hides the wait")]
    [DataRow("0868 0860", 3.0, "ldr r0,[r1]; str r0,[r1]: a store is one cycle, never none")]
    [DataRow("41E80020", 2.0, "strex r0,r2,[r1]")]
    [DataRow("2368 41E80020", 3.0, "ldr r3,[r4]; strex r0,r2,[r1] pipeline")]
    [DataRow("BFF36F8F", 3.0, "isb, 1 + 1 to 3")]
    [DataRow("BFF35F8F", 1.0, "dmb")]
    [DataRow("51EC100A", 2.0, "vmov r0,r1,s0,s1")]
    [DataRow("41EC100B", 2.0, "vmov d0,r0,r1")]
    [DataRow("10EE100A", 1.0, "vmov r0,s0")]
    [DataRow("D1F800F0", 5.0, "ldr pc,[r1]: 2 + 3")]
    [DataRow("DFE800F0", 6.0, "tbb [pc,r0]: 2 + 1 + 3")]
    [DataRow("0430 DFE800F0", 8.0, "adds r0,#4; tbb [pc,r0]: 1 + 6 + 1")]
    [DataRow("0130 08BF 0131", 2.0, "adds; it eq, folded; adds")]
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
    [DataRow("D1F800F0", 3.0, 5.0, "ldr pc,[r1]: 2 + 1 to 3")]
    [DataRow("DFE800F0", 3.0, 6.0, "tbb [pc,r0]")]
    [DataRow("BFF36F8F", 2.0, 4.0, "isb")]
    [DataRow("0431 0868", 4.0, 4.0, "a wait for an address is certain")]
    [DataRow("0868 0860", 2.0, 3.0, "a store behind a load was measured to be free")]
    [DataRow("0860 2368", 3.0, 4.0, "a load behind a store was measured to take one more")]
    [DataRow("8850 2368", 4.0, 4.0, "a store with a register offset takes its two cycles already")]
    public void Cortex_M4_ranges(string code, double low, double high, string why)
    {
        CycleRange cycles = Estimate("cortex-m4", code, 1);
        Assert.AreEqual((low, high), (cycles.Low, cycles.High), why);
    }

    [TestMethod]
    public void Cortex_M4_waits_for_an_address_only_when_its_instruction_came_before()
    {
        // 0: cbz r0,4 (taken 30 of 100); 2: adds r1,#4 (70); 4: ldr r0,[r1] (100, 70 of them from the adds)
        CycleRange cycles = Estimate("cortex-m4", [("00B1", 100), ("0431", 70), ("0868", 100)]);
        Assert.AreEqual(100 + 30 * 2 + 70 + 100 * 2 + 70, cycles.Typical);
    }

    [TestMethod]
    [DataRow("0130 0131", 1.0, "adds r0,#1; adds r1,#1 issue together")]
    [DataRow("0130 0130", 2.0, "the second needs the first")]
    [DataRow("4843 5A43", 2.0, "one multiplier")]
    [DataRow("0868 4A68", 1.0, "two loads issue together")]
    [DataRow("0868 0130", 2.0, "ldr r0; adds r0,#1: a word is there for the next cycle")]
    [DataRow("0878 0130", 3.0, "ldrb r0; adds r0,#1: a byte is not")]
    [DataRow("0868 00FB03F2", 3.0, "ldr r0; mul r2,r0,r3 waits for a factor")]
    [DataRow("0868 03EB8002", 3.0, "ldr r0; add r2,r3,r0,lsl #2 waits for the shifted operand")]
    [DataRow("0868 00EB8302", 2.0, "ldr r0; add r2,r0,r3,lsl #2 does not wait for the other")]
    [DataRow("0878 03EB8002", 4.0, "ldrb r0; add r2,r3,r0,lsl #2 waits two")]
    [DataRow("0868 03FB0402", 1.0, "ldr r0; mla r2,r3,r4,r0: the sum is needed last")]
    [DataRow("0878 03FB0402", 2.0, "ldrb r0; mla r2,r3,r4,r0: a cycle later, but no wait")]
    [DataRow("0868 0268", 3.0, "ldr r0,[r1]; ldr r2,[r0] waits for its address")]
    [DataRow("51F8042B 0B68", 2.0, "ldr r2,[r1],#4; ldr r3,[r1]: the base is updated early")]
    [DataRow("0868 2860", 1.0, "ldr r0; str r0,[r5]: the data of a store may be from the same cycle")]
    [DataRow("03FB04F1 0131", 3.0, "mul r1,r3,r4; adds r1,#1 waits for the product")]
    [DataRow("2FFA85F4 C7EA0806", 2.0, "sxtb16 r4,r5; pkhbt r6,r7,r8: one DSP unit")]
    [DataRow("C0F3C302 B3FA83F5", 2.0, "ubfx r2,r0,#3,#4; clz r5,r3: bit fields too")]
    [DataRow("C0F3C302 0131", 1.0, "ubfx r2,r0,#3,#4; adds r1,#1 issue together")]
    [DataRow("0131 C0F3C302", 2.0, "but only with the bit field first")]
    [DataRow("DAB2 1068", 3.0, "uxtb r2,r3; ldr r0,[r2] waits for its address")]
    [DataRow("00FB03F2 2C60", 2.0, "mul r2,r0,r3; str r4,[r5] do not pair")]
    [DataRow("2C60 00FB03F2", 2.0, "str r4,[r5]; mul r2,r0,r3 neither")]
    [DataRow("03EB8002 85EAF604", 2.0, "add r2,r3,r0,lsl #2; eor r4,r5,r6,ror #3: one shifter")]
    [DataRow("EFF31080 0131", 4.0, "mrs r0,primask takes three and issues alone")]
    [DataRow("41E80020 0133", 2.0, "strex issues alone")]
    [DataRow("51EC100A 0133", 2.0, "vmov r0,r1,s0,s1 issues alone")]
    [DataRow("30EE200A 71EEA10A", 2.0, "vadd s0,s0,s1; vadd s1,s3,s3: one pipe")]
    public void Cortex_M7(string code, double typical, string why) =>
        Assert.AreEqual(typical, Estimate("cortex-m7", code, 1).Typical, why);

    [TestMethod]
    [DataRow("90EC101E", 2.0, "vldrb")]
    [DataRow("90EC101E F0EE220F", 3.0, "a load and a multiply overlap by one")]
    [DataRow("F0EE220F F0EE220F", 4.0, "two multiplies do not")]
    [DataRow("F0EE220F F1EE200F", 4.0, "vmladava; vaddva use the same pipe")]
    [DataRow("F0EE220F 89EE220F", 4.0, "vaddlva, too")]
    [DataRow("F0EE220F 01FE021F", 4.0, "vcmp, too")]
    [DataRow("F0EE220F 41FE411F", 4.0, "vpt, too")]
    [DataRow("F0EE220F E2EE020F", 3.0, "vmaxv is on the integer pipe")]
    [DataRow("22EF4408 01FE021F", 3.0, "vadd and vcmp overlap")]
    [DataRow("22EF4408 71FE4D0F 22EF4408", 4.0, "vpst fits between two beats")]
    [DataRow("20EE100B", 2.0, "vmov.32 q0[1],r0")]
    [DataRow("11EC000F", 2.0, "vmov q0[2],q0[0],r0,r1")]
    [DataRow("F0EE220F 30EE100B", 4.0, "vmladava; vmov.32 r0,q0[1] use the same pipe")]
    [DataRow("F0EE220F 01EC000F", 4.0, "vmov r0,r1,q0[2],q0[0], too")]
    [DataRow("F0EE220F 20EE100B", 3.0, "vmov.32 q0[1],r0 takes the other")]
    [DataRow("A0EE101B F0EE220F", 3.0, "vdup is on the integer pipe")]
    [DataRow("80EE810A", 16.0, "vdiv.f32")]
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
