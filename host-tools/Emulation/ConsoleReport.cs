using System.Globalization;
using System.Text;
using McuAi.HostTools.Native;

namespace McuAi.HostTools.Emulation;

/// <summary>Collects what the runner app writes on a board's console (firmware/apps/runner).</summary>
public sealed class ConsoleReport
{
    private const int MostStrayLines = 20;
    private readonly List<byte> outputs = [];
    private readonly List<byte> text = [];
    private readonly List<long> inferenceTicks = [];
    private readonly SortedDictionary<int, long> operatorTicks = [];
    private readonly Queue<string> strayLines = new();
    private string damaged = "";

    /// <summary>Outputs of all inferences, one after another.</summary>
    public byte[] Outputs => [.. outputs];

    public IReadOnlyList<long> InferenceTicks => inferenceTicks;

    /// <summary>What the story-teller told, in UTF-8.</summary>
    public byte[] Text => [.. text];

    /// <summary>In the order of execution; of the first input.</summary>
    public IReadOnlyList<long> OperatorTicks => [.. operatorTicks.Values];

    private readonly List<SpotterLine> events = [];

    /// <summary>What the keyword spotter heard.</summary>
    public IReadOnlyList<SpotterLine> Events => events;

    /// <summary>What the keyword spotter took; null of other apps.</summary>
    public SpotterFigures? Audio { get; private set; }

    /// <summary>That the story-teller gave its model.</summary>
    public long Tokens { get; private set; }

    /// <summary>Through the weights of its model.</summary>
    public long Passes { get; private set; }

    private readonly List<StoreStatistics> streamed = [];

    /// <summary>What the story-teller had read from its block device after it opened the pack, and at the end.</summary>
    public IReadOnlyList<StoreStatistics> Streamed => streamed;

    public long ArenaBytes { get; private set; }

    /// <summary>Deepest stack.</summary>
    public long StackBytes { get; private set; }

    /// <summary>A mcuai_status; null before the firmware told.</summary>
    public int? Status { get; private set; }

    /// <summary>What the firmware says of its status, or the registers of a fault.</summary>
    public string Message { get; private set; } = "";

    /// <summary>Whether the CPU took an exception that it should not.</summary>
    public bool Faulted { get; private set; }

    public bool Done { get; private set; }

    public bool Succeeded => Done && Status == 0 && !Faulted;

    /// <summary>The last lines that are not the runner's.</summary>
    public IReadOnlyCollection<string> StrayLines => strayLines;

    public void Add(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length < 2 || words[0] != "mcuai" || !AddWords(words))
        {
            strayLines.Enqueue(line);
            if (strayLines.Count > MostStrayLines)
            {
                strayLines.Dequeue();
            }
        }
    }

    /// <summary>Why the firmware did not succeed, for the user.</summary>
    /// <param name="errors">What the emulator wrote.</param>
    internal string Failure(string board, string errors)
    {
        var failure = new StringBuilder($"The firmware on {board} ");
        failure.Append(Faulted ? $"failed: {Message}."
            : Status is { } status ? string.Create(CultureInfo.InvariantCulture, $"failed: {Message} (status {status}).")
            : "ended before it was done.");
        foreach (var line in StrayLines.Append(errors.Trim()).Where(l => l.Length > 0))
        {
            failure.AppendLine().Append(line);
        }
        return failure.ToString();
    }

    private bool AddWords(string[] words)
    {
        switch (words[1])
        {
            case "done":
                Done = true;
                return true;
            case "fault":
                Faulted = true;
                Message = "fault: " + string.Join(' ', words[2..]);
                return true;
            case "output":
                return AddHex(words.Length > 2 ? words[2] : "", outputs);
            case "text":
                return AddHex(words.Length > 2 ? words[2] : "", text);
            case "status" when Number(words, 2, out var status):
                Status = (int)status;
                Message = string.Join(' ', words[3..]) + damaged;
                return true;
            case "shard" when Number(words, 2, out var shard):
                damaged = $" (shard {shard})";
                return true;
            case "stream" when Number(words, 2, out var bytes) && Number(words, 3, out var reads) && Number(words, 4, out var hits)
                && Number(words, 5, out var stalls) && Number(words, 6, out var repeats):
                streamed.Add(new StoreStatistics((ulong)bytes, (uint)reads, (uint)hits, (uint)stalls, (uint)repeats));
                return true;
            case "arena" when Number(words, 2, out var arena):
                ArenaBytes = arena;
                return true;
            case "tokens" when Number(words, 2, out var tokens):
                Tokens = tokens;
                return true;
            case "passes" when Number(words, 2, out var passes):
                Passes = passes;
                return true;
            case "stack" when Number(words, 2, out var stack):
                StackBytes = stack;
                return true;
            case "ticks" when Number(words, 3, out var ticks):
                inferenceTicks.Add(ticks);
                return true;
            case "event" when words.Length > 4 && Number(words, 2, out var time) && Number(words, words.Length - 1, out var score):
                events.Add(new SpotterLine(time, string.Join(' ', words[3..^1]), (int)score));
                return true;
            case "audio" when Number(words, 2, out var samples) && Number(words, 3, out var ticksTaken)
                && Number(words, 4, out var windows) && Number(words, 5, out var inferences):
                Audio = new SpotterFigures(samples, ticksTaken, windows, inferences);
                return true;
            case "listening":
                return true;
            case "operator" when Number(words, 2, out var index) && Number(words, 3, out var part):
                operatorTicks[(int)index] = part;
                return true;
            default:
                return false;
        }
    }

    private static bool AddHex(string hex, List<byte> bytes)
    {
        try
        {
            bytes.AddRange(Convert.FromHexString(hex));
            return true;
        }
        catch (FormatException)
        {
            return false; // a damaged line; the count of bytes is checked at the end
        }
    }

    private static bool Number(string[] words, int index, out long number)
    {
        number = 0;
        return index < words.Length
            && long.TryParse(words[index], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }
}

/// <summary>An event of the keyword spotter, as its firmware reports it.</summary>
/// <param name="Score">In 1/256.</param>
public readonly record struct SpotterLine(long TimeMs, string Label, int Score);

/// <summary>What the keyword spotter's firmware took.</summary>
/// <param name="Ticks">Of the spotter itself, without the console and the source of samples.</param>
/// <param name="Inferences">Windows in which the model ran.</param>
public sealed record SpotterFigures(long Samples, long Ticks, long Windows, long Inferences);
