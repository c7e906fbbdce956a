using System.Globalization;
using System.Text.RegularExpressions;
using McuAi.HostTools.Profiling;
using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Profiling;

/// <summary>Small firmware with loops of known length, run in QEMU with the plugin.</summary>
[TestClass]
public sealed partial class ImageProfilerTests
{
    /// <summary>
    /// work(n) retires 2 n + 1 instructions. The program calls it with 1000 and 500, then with 2,000,000 between two
    /// readings of SysTick, which in QEMU's -icount mode counts one tick per 40 instructions on this machine.
    /// </summary>
    private const string ArmFirmware = """
        .syntax unified
        .cpu cortex-m4
        .thumb
        .section .vectors,"a"
        .word 0x20010000, reset + 1
        .text
        .global work
        .type work, %function
        .balign 4
        work: subs r0, #1
        bne work
        bx lr
        .size work, .-work
        .global say
        .type say, %function
        say: movs r0, #4
        bkpt 0xab
        bx lr
        .size say, .-say
        .global reset
        .type reset, %function
        reset: movw r0, #1000
        bl work
        mov r0, #500
        bl work
        movw r4, #0xE010
        movt r4, #0xE000
        mvn r0, #0xFF000000
        str r0, [r4, #4]
        str r0, [r4, #8]
        movs r0, #5
        str r0, [r4]
        1: ldr r5, [r4, #8]
        cmp r5, #0
        beq 1b
        movw r0, #0x8480
        movt r0, #0x001E
        ldr r5, [r4, #8]
        .global measured
        .type measured, %function
        measured: bl work
        ldr r6, [r4, #8]
        subs r5, r5, r6
        ldr r7, =hex
        movs r3, #8
        2: ror r5, r5, #28
        and r2, r5, #15
        cmp r2, #10
        ite lt
        addlt r2, #48
        addge r2, #55
        strb r2, [r7], #1
        subs r3, #1
        bne 2b
        ldr r1, =text
        bl say
        .if HANG
        3: b 3b
        .endif
        movw r0, #0x18
        movw r1, #0x26
        movt r1, #2
        bkpt 0xab
        4: b 4b
        .ltorg
        .size reset, .-reset
        .data
        text: .ascii "ticks "
        hex: .asciz "00000000\n"
        """;

    private const string ArmScript = """
        SECTIONS { .vectors 0x0 : { KEEP(*(.vectors)) } .text 0x100 : { *(.text*) }
          .data 0x20000000 : { *(.data*) } }
        """;

    /// <summary>Reads the retired-instruction counter around work(100000) and prints the difference in hex.</summary>
    private const string RiscVFirmware = """
        .option norelax
        .section .text
        .global _start
        _start: csrr s2, minstret
        li a0, 100000
        jal ra, work
        csrr s3, minstret
        sub s2, s3, s2
        li s4, 0x10000000
        li s5, 8
        1: srli a0, s2, 28
        slli s2, s2, 4
        li a1, 10
        addi a2, a0, 48
        blt a0, a1, 2f
        addi a2, a0, 55
        2: sb a2, 0(s4)
        addi s5, s5, -1
        bnez s5, 1b
        li a2, 10
        sb a2, 0(s4)
        li a0, 0x100000
        li a1, 0x5555
        sw a1, 0(a0)
        3: j 3b
        .global work
        .type work, @function
        work: addi a0, a0, -1
        bnez a0, work
        ret
        .size work, .-work
        """;

    [TestMethod]
    public void Counts_equal_the_loop_and_the_clock_of_the_emulator()
    {
        using CrossTools tools = new();
        ProfileReport report = ImageProfiler.Run(ArmRequest(tools, hang: false));
        FunctionProfile work = report.Functions.Single(f => f.Name == "work");
        Assert.AreEqual(2L * (1000 + 500 + 2_000_000) + 3, work.Instructions);
        Assert.AreEqual(ProfileEnd.GuestExit, report.End);
        Assert.AreEqual(0, report.ExitCode);
        long ticks = long.Parse(HexPattern().Match(report.GuestOutput).Groups[1].Value, NumberStyles.AllowHexSpecifier);
        // work(2,000,000), its call and a reading of the counter, to the tick of 40 instructions
        Assert.IsLessThanOrEqualTo(40, Math.Abs(ticks * 40 - 4_000_003), $"{ticks} ticks");
        Assert.AreEqual(report.Instructions, report.Classes.Sum(c => c.Instructions));
        Assert.AreEqual(report.Instructions, report.Functions.Sum(f => f.Instructions));
        // subs 1, bne 1 + 2 when taken, bx 1 + 2
        Assert.AreEqual(2.0 * 2_001_500 + 2 * (2_001_500 - 3) + 3 * 3, work.Cycles.Typical);
        ProfileReport again = ImageProfiler.Run(ArmRequest(tools, hang: false));
        Assert.AreEqual(again.Instructions, report.Instructions, "repeatable");
    }

    [TestMethod]
    public void A_window_holds_only_its_function()
    {
        using CrossTools tools = new();
        ImageProfileRequest request = ArmRequest(tools, hang: false);
        ProfileReport function = ImageProfiler.Run(request with { Function = "work" });
        Assert.AreEqual(3, function.Windows);
        Assert.AreEqual(2L * 2_001_500 + 3, function.Instructions);
        ProfileReport between = ImageProfiler.Run(request with { WindowFrom = "measured", WindowUntil = "say" });
        Assert.AreEqual(1, between.Windows);
        // bl, work, 4 instructions, 8 rounds of 8 (one arm of the IT counts as executed, too), ldr, bl
        Assert.AreEqual(1 + 4_000_001 + 4 + 8 * 9 + 2, between.Instructions);
    }

    [TestMethod]
    public void A_marker_line_ends_the_run()
    {
        using CrossTools tools = new();
        ProfileReport report = ImageProfiler.Run(ArmRequest(tools, hang: true) with { MarkerLine = "ticks" });
        Assert.AreEqual(ProfileEnd.Marker, report.End);
        Assert.AreEqual(2L * 2_001_500 + 3, report.Functions.Single(f => f.Name == "work").Instructions);
    }

    [TestMethod]
    public void A_timeout_ends_the_run()
    {
        using CrossTools tools = new();
        ProfileReport report = ImageProfiler.Run(
            ArmRequest(tools, hang: true) with { Timeout = TimeSpan.FromSeconds(2) });
        Assert.AreEqual(ProfileEnd.Timeout, report.End);
        Assert.IsGreaterThan(4_000_000, report.Instructions);
    }

    [TestMethod]
    public void RiscV_counts_equal_the_retired_instruction_counter()
    {
        using CrossTools tools = new();
        tools.Write("r.s", RiscVFirmware);
        tools.Run(CrossTools.RiscV + "gcc", "-march=rv32imc_zicsr", "-mabi=ilp32", "-nostdlib",
            "-Wl,-Ttext=0x80000000", "r.s", "-o", "r.elf");
        ProfileReport report = ImageProfiler.Run(new()
        {
            ImagePath = Path.Combine(tools.Folder, "r.elf"),
            QemuExecutable = "qemu-system-riscv32",
            MachineArguments = ["-M", "virt", "-bios", "none", "-nographic", "-monitor", "none", "-serial", "stdio"],
            Processor = "rv32imc",
            PluginFolder = tools.Folder,
            PluginSource = CrossTools.PluginSource(),
            Function = "work",
        });
        Assert.AreEqual(200_001, report.Instructions);
        // csrr, li (two instructions), jal
        Assert.AreEqual(report.Instructions + 4, long.Parse(report.GuestOutput.Trim(), NumberStyles.AllowHexSpecifier));
    }

    [TestMethod]
    public void Errors_name_what_is_missing()
    {
        using CrossTools tools = new();
        ImageProfileRequest request = ArmRequest(tools, hang: false);
        ModelException noTool = Assert.ThrowsExactly<ModelException>(
            () => ImageProfiler.Run(request with { QemuExecutable = "qemu-system-none" }));
        StringAssert.Contains(noTool.Message, "qemu-system-none");
        ModelException noMachine = Assert.ThrowsExactly<ModelException>(
            () => ImageProfiler.Run(request with { MachineArguments = ["-M", "none-such"] }));
        StringAssert.Contains(noMachine.Message, "unsupported machine type", "QEMU's own words");
        Assert.ThrowsExactly<ModelException>(() => ImageProfiler.Run(request with { Processor = "rv32imc" }));
        Assert.ThrowsExactly<ModelException>(() => ImageProfiler.Run(request with { Function = "no_such_function" }));
        Assert.ThrowsExactly<ModelException>(() => ImageProfiler.Run(request with { Function = "reset" }), "nobody calls it");
        Assert.ThrowsExactly<ModelException>(() => ImageProfiler.Run(request with { ImagePath = "/nonexistent.elf" }));
    }

    private static ImageProfileRequest ArmRequest(CrossTools tools, bool hang)
    {
        tools.Write("a.s", ArmFirmware);
        tools.Write("a.ld", ArmScript);
        tools.Run(CrossTools.Arm + "gcc", "-mcpu=cortex-m4", "-nostdlib",
            $"-Wa,--defsym,HANG={(hang ? 1 : 0)}", "-Wl,--no-warn-rwx-segments", "-T", "a.ld", "a.s", "-o", "a.elf");
        return new()
        {
            ImagePath = Path.Combine(tools.Folder, "a.elf"),
            QemuExecutable = "qemu-system-arm",
            MachineArguments = ["-M", "mps2-an386", "-nographic", "-monitor", "none", "-serial", "none",
                "-semihosting-config", "enable=on,target=native"],
            Processor = "cortex-m4",
            PluginFolder = tools.Folder,
            PluginSource = CrossTools.PluginSource(),
        };
    }

    [GeneratedRegex("ticks ([0-9A-F]{8})")]
    private static partial Regex HexPattern();
}
