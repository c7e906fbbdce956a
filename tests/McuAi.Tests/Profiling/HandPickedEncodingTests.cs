using System.Text;
using McuAi.HostTools.Profiling;
using static McuAi.HostTools.Profiling.InstructionClass;

namespace McuAi.Tests.Profiling;

/// <summary>Opcodes whose meaning is known: from the manuals by hand, and MVE from the assembler.</summary>
[TestClass]
public sealed class HandPickedEncodingTests
{
    /// <summary>GNU objdump 2.40 does not disassemble most of MVE, so the source line itself says what is expected.</summary>
    private static readonly (InstructionClass Class, string Source)[] Mve =
    [
        (VectorLoad, "vldrb.u8 q0,[r0],#16"), (VectorLoad, "vldrb.s32 q0,[r0]"), (VectorLoad, "vldrw.u32 q1,[r0,#16]"),
        (VectorLoad, "vldrh.s32 q1,[r0,#16]!"), (VectorLoad, "vldrb.u32 q1,[r0,q2]"), (VectorLoad, "vldrw.u32 q1,[q2,#4]"),
        (VectorLoad, "vld20.8 {q0,q1},[r0]"), (VectorLoad, "vld43.32 {q0,q1,q2,q3},[r0]!"),
        (VectorStore, "vstrb.8 q0,[r0],#16"), (VectorStore, "vstrb.32 q7,[r3]"), (VectorStore, "vstrw.32 q3,[r0,q1,uxtw #2]"),
        (VectorStore, "vst20.8 {q0,q1},[r0]"),
        (VectorMultiply, "vmladava.s8 r0,q0,q1"), (VectorMultiply, "vmladava.u8 lr,q7,q1"),
        (VectorMultiply, "vmladava.s16 r2,q3,q1"), (VectorMultiply, "vmladav.s32 r2,q0,q7"),
        (VectorMultiply, "vmladavx.s8 r0,q0,q1"), (VectorMultiply, "vmlsdav.s16 r0,q0,q1"),
        (VectorMultiply, "vmlaldava.s16 r0,r1,q0,q1"), (VectorMultiply, "vmlaldav.s32 r4,r5,q0,q1"),
        (VectorMultiply, "vrmlaldavha.s32 r0,r1,q0,q1"), (VectorMultiply, "vmul.i16 q0,q1,q2"),
        (VectorMultiply, "vmul.i32 q0,q1,r2"), (VectorMultiply, "vmla.s8 q0,q1,r2"), (VectorMultiply, "vmlas.s16 q0,q1,r2"),
        (VectorMultiply, "vqdmulh.s32 q0,q1,q2"), (VectorMultiply, "vqrdmulh.s32 q0,q1,q2"),
        (VectorMultiply, "vqdmulh.s32 q0,q1,r2"), (VectorMultiply, "vqrdmulh.s32 q0,q1,r2"),
        (VectorMultiply, "vqdmlah.s32 q0,q1,r2"), (VectorMultiply, "vmulh.s8 q0,q1,q2"),
        (VectorMultiply, "vmullb.s8 q0,q1,q2"), (VectorMultiply, "vmullt.u16 q0,q1,q2"),
        (VectorMultiply, "vqdmullb.s16 q0,q1,q2"), (VectorMultiply, "vfma.f32 q0,q1,q2"), (VectorMultiply, "vmul.f32 q0,q1,q2"),
        (VectorAlu, "vaddva.s8 r0,q0"), (VectorAlu, "vaddv.s32 r2,q1"), (VectorAlu, "vaddlva.s32 r0,r1,q1"),
        (VectorAlu, "vadd.i32 q0,q1,q2"), (VectorAlu, "vadd.i32 q0,q1,r2"), (VectorAlu, "vsub.i8 q0,q1,r2"),
        (VectorAlu, "vqadd.s8 q0,q1,q2"), (VectorAlu, "vand q0,q1,q2"), (VectorAlu, "veor q0,q1,q2"),
        (VectorAlu, "vmov.i32 q0,#0"), (VectorAlu, "vmax.s32 q0,q1,q2"), (VectorAlu, "vmaxv.s8 r0,q1"),
        (VectorAlu, "vminv.s32 r0,q1"), (VectorAlu, "vqmovnb.s16 q0,q1"), (VectorAlu, "vmovlb.s8 q0,q1"),
        (VectorAlu, "vshl.i32 q0,q1,#3"), (VectorAlu, "vshr.s32 q0,q1,#3"), (VectorAlu, "vrshl.s32 q0,q1"),
        (VectorAlu, "vrshl.s32 q0,r1"), (VectorAlu, "vshlc q0,r1,#3"), (VectorAlu, "vcmp.s8 ge,q0,q1"),
        (VectorAlu, "vcmp.s8 ge,q0,r1"), (VectorAlu, "vpsel q0,q1,q2"), (VectorAlu, "vctp.8 r0"),
        (VectorAlu, "vadd.f32 q0,q1,q2"), (VectorAlu, "vrev32.8 q0,q1"), (VectorAlu, "vbrsr.8 q0,q1,r2"),
        (VectorAlu, "vabs.s8 q0,q1"), (VectorAlu, "vhadd.s8 q0,q1,q2"), (VectorAlu, "vidup.u32 q0,r0,#4"),
        (VectorMove, "vdup.32 q0,r1"), (VectorMove, "vmov q0[2],q0[0],r0,r1"), (VectorMove, "vmov r0,r1,q0[2],q0[0]"),
        (VectorMove, "vmov.32 q0[1],r0"), (VectorMove, "vmov.s8 r0,q0[3]"),
        (Predication, "vpst"), (VectorAlu, "vaddt.i32 q0,q1,q2"), (Predication, "vpt.s8 ge,q0,r1"),
        (VectorAlu, "vaddt.i32 q0,q1,q2"), (InstructionClass.System, "vmrs r0,p0"),
        (LowOverheadLoop, "dls lr,r0"), (LowOverheadLoop, "dlstp.8 lr,r0"), (LowOverheadLoop, "wls lr,r0,end"),
        (LowOverheadLoop, "wlstp.8 lr,r0,end"), (LowOverheadLoop, "letp lr,start"), (LowOverheadLoop, "le lr,start"),
        (LowOverheadLoop, "le start"), (Alu, "csel r0,r1,r2,eq"), (Alu, "asrl r0,r1,r2"),
    ];

    [TestMethod]
    public void Mve_has_the_class_of_its_source_line()
    {
        using CrossTools tools = new();
        StringBuilder source = new(".syntax unified\n.thumb\nstart:\n");
        foreach ((_, string line) in Mve) source.Append(line).Append('\n');
        tools.Write("mve.s", source.Append("end:\n").ToString());
        tools.Run(CrossTools.Arm + "gcc", "-mcpu=cortex-m55", "-mfloat-abi=hard", "-c", "mve.s", "-o", "mve.o");
        tools.Run(CrossTools.Arm + "objcopy", "-O", "binary", "-j", ".text", "mve.o", "mve.bin");
        byte[] code = File.ReadAllBytes(Path.Combine(tools.Folder, "mve.bin"));
        Assert.HasCount(4 * Mve.Length, code);
        for (int i = 0; i < Mve.Length; i++)
        {
            DecodedInstruction d = InstructionDecoder.Decode(InstructionSet.Thumb, code.AsSpan(4 * i, 4));
            Assert.AreEqual(Mve[i].Class, d.Class, $"{Mve[i].Source} [{Convert.ToHexString(code, 4 * i, 4)}]");
            if (Mve[i].Source.EndsWith("start", StringComparison.Ordinal)) Assert.AreEqual(-4 * i, d.TargetOffset);
            if (Mve[i].Source.EndsWith("end", StringComparison.Ordinal)) Assert.AreEqual(4 * (Mve.Length - i), d.TargetOffset);
        }
    }

    [TestMethod]
    [DataRow("FEE7", Branch, -0)]              // b .
    [DataRow("FCD1", ConditionalBranch, -4)]   // bne .-4
    [DataRow("08B1", ConditionalBranch, 6)]    // cbz r0, .+6
    [DataRow("FFF7FEFF", Call, 0)]             // bl .
    [DataRow("00F001B8", Branch, 6)]           // b.w .+6
    [DataRow("7FF4FDAF", ConditionalBranch, -2)] // bne.w .-2
    public void Thumb_jumps(string hex, InstructionClass expected, int target)
    {
        DecodedInstruction d = Thumb(hex);
        Assert.AreEqual(expected, d.Class);
        Assert.AreEqual(target, d.TargetOffset);
    }

    [TestMethod]
    [DataRow("2DE9F04F", StoreMultiple, 9)] // push {r4-r11,lr}
    [DataRow("BDE8F08F", LoadMultiple, 9)]  // pop {r4-r11,pc}
    [DataRow("30B5", StoreMultiple, 3)]     // push {r4,r5,lr}
    [DataRow("30BD", LoadMultiple, 3)]      // pop {r4,r5,pc}
    [DataRow("0CC9", LoadMultiple, 2)]      // ldmia r1!,{r2,r3}
    [DataRow("D0E90023", LoadMultiple, 2)]  // ldrd r2,r3,[r0]
    [DataRow("2DED108B", FloatStoreMultiple, 16)] // vpush {d8-d15}
    [DataRow("90ED010A", FloatLoad, 1)]     // vldr s0,[r0,#4]
    [DataRow("90ED010B", FloatLoad, 2)]     // vldr d0,[r0,#4]
    public void Words_of_transfers(string hex, InstructionClass expected, int words)
    {
        DecodedInstruction d = Thumb(hex);
        Assert.AreEqual(expected, d.Class);
        Assert.AreEqual(words, d.Words);
    }

    [TestMethod]
    [DataRow("08BF", 1)] // it eq
    [DataRow("0CBF", 2)] // ite eq
    [DataRow("01BF", 4)] // itttt eq
    public void IT_blocks(string hex, int length) => Assert.AreEqual(length, Thumb(hex).PredicatedCount);

    [TestMethod]
    public void Operands_that_the_cycle_models_read()
    {
        DecodedInstruction smlad = Thumb("21FB0230"); // smlad r0,r1,r2,r3
        Assert.AreEqual((0b1110u, 0b1u), (smlad.Reads, smlad.Writes));
        DecodedInstruction post = Thumb("51F8042B"); // ldr r2,[r1],#4
        Assert.AreEqual((0b10u, 0b110u, true), (post.AddressRegisters, post.Writes, post.Writeback));
        DecodedInstruction indexed = Thumb("51F82200"); // ldr r0,[r1,r2,lsl #2]
        Assert.AreEqual((0b110u, 0b1u, true), (indexed.AddressRegisters, indexed.Writes, indexed.RegisterOffset));
        DecodedInstruction jump = Thumb("5FF804F0"); // ldr pc,[pc,#-4] by its 12-bit form
        Assert.IsTrue(Thumb("DFF800F0").WritesProgramCounter, "ldr.w pc,[pc]");
        Assert.IsTrue(jump.WritesProgramCounter);
    }

    [TestMethod]
    [DataRow("8858", false)]     // ldr r0,[r1,r2]
    [DataRow("885A", true)]      // ldrh r0,[r1,r2]
    [DataRow("885C", true)]      // ldrb r0,[r1,r2]
    [DataRow("8856", true)]      // ldrsb r0,[r1,r2]
    [DataRow("885E", true)]      // ldrsh r0,[r1,r2]
    [DataRow("8850", false)]     // str r0,[r1,r2]
    [DataRow("8854", true)]      // strb r0,[r1,r2]
    [DataRow("4888", true)]      // ldrh r0,[r1,#2]
    [DataRow("0198", false)]     // ldr r0,[sp,#4]
    [DataRow("91F8C800", true)]  // ldrb.w r0,[r1,#200]
    [DataRow("31F9020B", true)]  // ldrsh.w r0,[r1],#2
    [DataRow("51F8040B", false)] // ldr.w r0,[r1],#4
    public void Bytes_and_halfwords(string hex, bool narrow) => Assert.AreEqual(narrow, Thumb(hex).Narrow);

    [TestMethod]
    [DataRow("4FEAC100", 0u, 0u, false)]     // lsl.w r0,r1,#3
    [DataRow("6FEAC100", 2u, 0u, false)]     // mvn.w r0,r1,lsl #3
    [DataRow("01EB0200", 0u, 0u, false)]     // add.w r0,r1,r2
    [DataRow("01EBC200", 4u, 0u, false)]     // add.w r0,r1,r2,lsl #3
    [DataRow("C1EA0200", 4u, 0u, false)]     // pkhbt r0,r1,r2
    [DataRow("51FA82F0", 4u, 0u, false)]     // uxtab r0,r1,r2
    [DataRow("5FFA81F0", 0u, 0u, true)]      // uxtb.w r0,r1
    [DataRow("C8B2", 0u, 0u, true)]          // uxtb r0,r1
    [DataRow("08BA", 2u, 0u, true)]          // rev r0,r1
    [DataRow("91FAA1F0", 2u, 0u, true)]      // rbit r0,r1
    [DataRow("B1FA81F0", 0u, 0u, true)]      // clz r0,r1
    [DataRow("61F3C600", 2u, 0u, true)]      // bfi r0,r1,#3,#4
    [DataRow("6FF3C600", 0u, 0u, true)]      // bfc r0,#3,#4
    [DataRow("C1F3C300", 2u, 0u, true)]      // ubfx r0,r1,#3,#4
    [DataRow("E2FB0301", 0u, 3u, false)]     // umlal r0,r1,r2,r3
    [DataRow("82FB0301", 0u, 0u, false)]     // smull r0,r1,r2,r3
    [DataRow("01FB02F0", 0u, 0u, false)]     // mul r0,r1,r2
    [DataRow("22FB0230", 0u, 8u, false)]     // smlad r0,r2,r2,r3
    [DataRow("22FB0220", 0u, 0u, false)]     // smlad r0,r2,r2,r2
    [DataRow("0860", 0u, 1u, false)]         // str r0,[r1]
    [DataRow("0960", 0u, 0u, false)]         // str r1,[r1]
    public void Operands_that_are_needed_early_or_late(string hex, uint shifted, uint late, bool bitField)
    {
        DecodedInstruction d = Thumb(hex);
        Assert.AreEqual((shifted, late, bitField), (d.ShiftedReads, d.LateReads, d.BitField));
    }

    [TestMethod]
    public void Any_bytes_are_accepted()
    {
        Random random = new(7);
        byte[] bytes = new byte[4];
        for (int i = 0; i < 200_000; i++)
        {
            random.NextBytes(bytes);
            int size = random.Next(0, 5);
            foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
                Assert.AreEqual(size, InstructionDecoder.Decode(set, bytes.AsSpan(0, size)).Size);
        }
    }

    private static DecodedInstruction Thumb(string hex) =>
        InstructionDecoder.Decode(InstructionSet.Thumb, Convert.FromHexString(hex));
}
