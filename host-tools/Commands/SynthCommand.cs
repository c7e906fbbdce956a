using System.CommandLine;
using McuAi.HostTools.Speech;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai synth WORDS -o FOLDER: a data set of words that nobody has recorded.</summary>
internal static class SynthCommand
{
    private const int ProgressStep = 50;

    public static Command Create()
    {
        SynthesisRequest defaults = new([], "");
        var words = new Argument<string[]>("WORDS")
        {
            Description = "the words; one of several parts in quotes", Arity = ArgumentArity.ZeroOrMore,
        };
        var list = new Option<string?>("--words") { Description = "a file with one word a line; # begins a comment" };
        var output = new Option<string>("--output", "-o") { Description = "the folder of the clips", Required = true };
        var rate = new Option<int>("--rate") { Description = "Hz", DefaultValueFactory = _ => defaults.Rate };
        var voices = new Option<int>("--voices") { Description = "at most so many voices; 0: all" };
        var people = new Option<double?>("--people")
        {
            Description = "share of the clips that flite speaks, whose voices are recorded people",
        };
        var seed = new Option<int>("--seed")
        {
            Description = "another number draws other manners of speaking", DefaultValueFactory = _ => defaults.Seed,
        };
        var count = new Option<int>("--count")
        {
            Description = "clips of each word", DefaultValueFactory = _ => defaults.Count,
        };
        var unknown = new Option<int>("--unknown")
        {
            Description = "clips of the class unknown: English sentences and words in which none of WORDS occurs",
        };
        var language = new Option<string>("--language")
        {
            Description = "one that espeak-ng speaks", DefaultValueFactory = _ => defaults.Language,
        };
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("synth", "Have words spoken by synthetic voices, as a data set.")
        {
            words, list, output, rate, voices, people, seed, count, unknown, language, json,
        };
        command.SetAction(async (arguments, cancellation) =>
        {
            string[] all = [.. arguments.GetValue(words)!, .. ReadWords(arguments.GetValue(list))];
            var request = new SynthesisRequest([.. all.Select(word => word.Trim()).Distinct()], arguments.GetValue(output)!)
            {
                Language = arguments.GetValue(language)!,
                Rate = arguments.GetValue(rate),
                Voices = arguments.GetValue(voices),
                People = arguments.GetValue(people),
                Seed = arguments.GetValue(seed),
                Count = arguments.GetValue(count),
                Unknown = arguments.GetValue(unknown),
            };
            SynthesisResult result = await new Synthesizer(request, ShowProgress).RunAsync(cancellation);
            if (arguments.GetValue(json))
                Report.Print(result);
            else
                Console.Out.WriteLine($"{result.Manifest}: {result.Clips:N0} clips of {result.Voices} voices, " +
                    $"{result.Seconds:N0} seconds, {result.LongClips:N0} longer than one second; {result.Made:N0} " +
                    $"made, {result.Kept:N0} kept");
            return 0;
        });
        return command;
    }

    private static IEnumerable<string> ReadWords(string? path) => path is null ? []
        : !File.Exists(path) ? throw new ModelException($"There is no file {path}.")
        : File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');

    /// <summary>For people only: a log needs no running count.</summary>
    private static void ShowProgress(int done, int all)
    {
        if (!Console.IsErrorRedirected && (done % ProgressStep == 0 || done == all))
            Console.Error.Write($"\r{done:N0} of {all:N0} clips" + (done == all ? "\n" : ""));
    }
}
