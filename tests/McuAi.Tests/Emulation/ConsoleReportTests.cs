using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;

namespace McuAi.Tests.Emulation;

[TestClass]
public sealed class ConsoleReportTests
{
    private static ConsoleReport Read(params string[] lines)
    {
        var report = new ConsoleReport();
        foreach (var line in lines)
        {
            report.Add(line);
        }
        return report;
    }

    [TestMethod]
    public void LinesOfTheRunnerBecomeFigures()
    {
        var report = Read(
            "boot", "mcuai arena 128 ", "mcuai output 00ff7f\r", "mcuai ticks 0 14 ", "mcuai output 800102",
            "mcuai ticks 1 15", "mcuai stack 900", "mcuai operator 0 6", "mcuai operator 1 5000000000",
            "mcuai status 0 ok", "mcuai done");
        Assert.IsTrue(report.Succeeded);
        CollectionAssert.AreEqual(new byte[] { 0, 255, 127, 128, 1, 2 }, report.Outputs);
        CollectionAssert.AreEqual(new long[] { 14, 15 }, report.InferenceTicks.ToArray());
        CollectionAssert.AreEqual(new long[] { 6, 5_000_000_000 }, report.OperatorTicks.ToArray());
        Assert.AreEqual(128, report.ArenaBytes);
        Assert.AreEqual(900, report.StackBytes);
        CollectionAssert.AreEqual((string[])["boot"], report.StrayLines.ToArray());
    }

    [TestMethod]
    public void AnErrorKeepsItsStatusAndText()
    {
        var report = Read("mcuai status -9 the arena is too small", "mcuai done");
        Assert.IsFalse(report.Succeeded);
        Assert.AreEqual(-9, report.Status);
        Assert.AreEqual("the arena is too small", report.Message);
    }

    [TestMethod]
    public void AFaultIsNoSuccess()
    {
        var report = Read("mcuai status 0 ok", "mcuai fault exc =00000003 pc  =00000122", "mcuai done");
        Assert.IsTrue(report.Faulted);
        Assert.IsFalse(report.Succeeded);
        StringAssert.Contains(report.Message, "=00000122");
    }

    [TestMethod]
    public void DamagedLinesAreStrayAndNothingElse()
    {
        string[] lines = ["mcuai output 0g", "mcuai output 123", "mcuai ticks 0", "mcuai arena many", "mcuai", "mcuai x"];
        var report = Read(lines);
        Assert.AreEqual(0, report.Outputs.Length);
        Assert.AreEqual(0, report.InferenceTicks.Count);
        CollectionAssert.AreEqual(lines, report.StrayLines.ToArray());
    }

    [TestMethod]
    [DataRow(1, 0, 8, "dsp", "mcuai_operator_conv_2d_rows_int8")]
    [DataRow(1, 1, 4, "dsp", "mcuai_operator_conv_2d_dsp_int4")]
    [DataRow(2, 2, 2, "mve", "mcuai_operator_depthwise_conv_2d_mve_int2")]
    [DataRow(2, 1, 8, "mve", "mcuai_operator_depthwise_conv_2d_foreign_dsp")]
    [DataRow(3, 3, 4, "portable", "mcuai_operator_fully_connected_foreign_rv32")]
    [DataRow(24, 0, 0, "rv32", "mcuai_operator_gru")]
    [DataRow(32, 0, 4, "dsp", "mcuai_operator_embedding_rows_int4")]
    [DataRow(33, 0, 2, "portable", "mcuai_operator_linear_rows_int2")]
    [DataRow(33, 1, 2, "portable", "mcuai_operator_linear_foreign_dsp")]
    [DataRow(38, 0, 0, "mve", "mcuai_operator_attention")]
    [DataRow(39, 0, 0, "rv32", "mcuai_operator_experts_rows")]
    public void AnOperatorHasTheSymbolOfItsLayoutAndWeights(int opcode, int layout, int bits, string kernels,
        string symbol) =>
        Assert.AreEqual(symbol, OperatorSymbols.Of(new PackOperator(opcode, layout, bits), kernels));

    [TestMethod]
    [DataRow(0, 0, 8)]
    [DataRow(25, 0, 0)]
    [DataRow(41, 0, 0)]
    [DataRow(99, 0, 8)]
    [DataRow(1, 4, 8)]
    [DataRow(1, 1, 3)]
    public void AnOperatorFromTheFutureIsRefused(int opcode, int layout, int bits) =>
        Assert.ThrowsExactly<BoardException>(() => OperatorSymbols.Of(new PackOperator(opcode, layout, bits), "dsp"));
}
