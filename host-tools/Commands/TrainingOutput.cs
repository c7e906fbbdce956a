using McuAi.HostTools.Learning;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>What mcuai bench --training prints.</summary>
internal static class TrainingOutput
{
    private const string Install =
        "PyTorch is not installed. On Debian: sudo apt-get install python3-torch libopenblas0-pthread, then run this again.";

    public static void Print(TrainingReport report, bool json)
    {
        if (json)
        {
            Report.Print(report);
            return;
        }

        Table table = TableOutput.Create("one step of training", ">threads", ">min ms", ">median ms", ">steps");
        foreach (StepTimes row in report.Rows)
            table.AddRow(row.Name, $"{row.Threads}", $"{row.MinMs:0.0}", $"{row.MedianMs:0.0}", $"{row.Steps}");
        TableOutput.Write(table);
        Console.Out.WriteLine($"{report.Network}, batch of {report.Batch}: forward, backward, AdamW; vectors of " +
            $"{report.VectorBits} bits.");
        if (report.Ratio is not { } ratio)
        {
            Console.Out.WriteLine(Install);
            return;
        }

        Console.Out.WriteLine($"ratio of the least times, each with the threads and the layout that suit it: {ratio:0.00}");
        Console.Out.WriteLine($"{report.Peer}; rounds of all took turns. OMP_WAIT_POLICY=PASSIVE, and on AVX-512 " +
            "OPENBLAS_CORETYPE=SkylakeX and ATEN_CPU_CAPABILITY=avx512, without which it is slower. Debian's PyTorch " +
            "multiplies matrices with the slow reference BLAS unless libopenblas0-pthread is installed.");
    }
}
