using McuAi.HostTools.Boards;
using McuAi.HostTools.Listening;
using McuAi.HostTools.Native;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>What `mcuai listen` prints.</summary>
internal static class ListenReport
{
    public static void PrintJson(SpotterPack pack, Hearing hearing, DetectionScore? score, Board? board, BoardHearing? cost) =>
        Report.Print(new
        {
            Events = hearing.Words.Select(word => new
            {
                Time = word.TimeMs / 1e3, Label = pack.Labels[word.Label], Score = Share(word),
            }),
            hearing.Windows,
            hearing.Inferences,
            Score = score,
            Board = board?.Name,
            Cost = cost is null ? null : new
            {
                cost.Seconds,
                InstructionsPerSecond = Math.Round(cost.InstructionsPerSecond),
                CpuShare = cost.CpuShare(board!),
                RamBytes = cost.Sizes.Ram,
                cost.StackBytes,
                FlashBytes = cost.FlashBytes,
                CodeBytes = cost.Sizes.Code,
                PackBytes = cost.Sizes.Pack,
            },
        });

    public static void Print(SpotterPack pack, Hearing hearing, DetectionScore? score, Board? board, BoardHearing? cost)
    {
        Table table = TableOutput.Create(">time", "label", ">score");
        foreach (HeardWord word in hearing.Words)
            table.AddRow($"{word.TimeMs / 1e3:0.00} s", Markup.Escape(pack.Labels[word.Label]), $"{Share(word):0.00}");
        if (hearing.Words.Count > 0)
            TableOutput.Write(table);
        Console.Out.WriteLine($"{hearing.Words.Count:N0} events; the model ran in {hearing.Inferences:N0} of " +
            $"{hearing.Windows:N0} windows");
        if (score is not null)
            Console.Out.WriteLine(Score(score));
        if (cost is not null)
            PrintCost(board!, cost);
    }

    public static string Score(DetectionScore score) => $"{score.Found:N0} of {score.Spoken:N0} words found" +
        (score.Recall is { } recall ? $" ({100 * recall:0.0} %)" : "") +
        $", {score.False:N0} false events ({score.FalsePerHour:0.0} an hour)";

    public static void PrintCost(Board board, BoardHearing cost)
    {
        string share = cost.CpuShare(board) is { } part
            ? $", an estimated {100 * part:0.0} % of the CPU at {board.ClockHz / 1e6:0} MHz"
            : "";
        Console.Out.WriteLine($"{board.Name} ({board.Cpu}) in qemu, {cost.Seconds:0.0} seconds of sound");
        Console.Out.WriteLine($"  {cost.InstructionsPerSecond:N0} instructions for each second{share}");
        Console.Out.WriteLine($"  RAM {cost.Sizes.Ram:N0} bytes and {cost.StackBytes:N0} of stack, flash {cost.FlashBytes:N0} " +
            $"bytes, of which the pack {cost.Sizes.Pack:N0}");
    }

    private static double Share(HeardWord word) => Math.Round(word.Score / 256.0, 3);
}
