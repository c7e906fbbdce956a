using McuAi.HostTools.Boards;
using McuAi.HostTools.Commands;
using McuAi.HostTools.Listening;
using McuAi.ModelConverter.Audio;
using Spectre.Console;

namespace McuAi.HostTools.Demonstration;

/// <summary>Synthetic voices speak a few words, and the keyword spotter's firmware on an emulated board tells what it
/// heard.</summary>
internal static class KeywordDemo
{
    private const int WordsSpoken = 8;
    private const int Seed = 7;

    /// <param name="path">Of the spotter's pack.</param>
    /// <returns>Whether it could be shown.</returns>
    public static async Task<bool> RunAsync(string path, Board board, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            Console.Out.WriteLine($"There is no {path}, so no words are spoken; make one with `mcuai train`, or name " +
                "the pack of a keyword spotter with --spotter.");
            return false;
        }

        SpotterPack pack = SpotterPack.Read(path);
        string[] words = [.. pack.Labels.Where(SpotterSettings.IsWord)];
        new Random(Seed).Shuffle(words);
        SpokenSentence sentence = await SpokenSentence.SpeakAsync([.. words.Take(WordsSpoken)], pack.FrontEnd.SampleRate,
            Seed, cancellation);
        BoardHearing hearing = await new BoardListening(ProjectFolder.Find(), board).RunAsync(pack,
            Samples.FromFloat(sentence.Samples), estimates: true, cancellation);
        Print(sentence.Words, hearing);
        ListenReport.PrintCost(board, hearing);
        return true;
    }

    /// <summary>What was spoken beside what was heard, in the order of time.</summary>
    private static void Print(IReadOnlyList<SpokenWord> spoken, BoardHearing hearing)
    {
        SpokenWord[] heard = [.. hearing.Words.Select(word => new SpokenWord(word.TimeMs / 1e3, word.Label))];
        int[] found = DetectionScore.Match(spoken, heard, DetectionScore.Tolerance);
        var rows = spoken.Select((word, i) => (word.Time, Spoken: word.Label, Heard: found[i]))
            .Concat(heard.Select((word, i) => (word.Time, Spoken: "", Heard: i)).Where(row => !found.Contains(row.Heard)));
        Table table = TableOutput.Create(">time", "spoken", "heard", ">score");
        foreach ((double time, string word, int number) in rows.OrderBy(row => row.Time))
        {
            table.AddRow($"{time:0.00} s", Markup.Escape(word), number < 0 ? "-" : Markup.Escape(heard[number].Label),
                number < 0 ? "" : $"{hearing.Words[number].Score / 256.0:0.00}");
        }

        TableOutput.Write(table);
        Console.Out.WriteLine($"{found.Count(number => number >= 0)} of {spoken.Count} words found, " +
            $"{heard.Length - found.Count(number => number >= 0)} false events");
    }
}
