using System.Globalization;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Data;

/// <summary>Numbers of takes, written as 0-4,7.</summary>
internal sealed class TakeRanges
{
    private readonly List<(int First, int Last)> ranges = [];

    public static TakeRanges Parse(string option, string text)
    {
        var takes = new TakeRanges();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !Number(ends[0], out int first) || !Number(ends[^1], out int last) || last < first)
                throw new ModelException($"{option} {text}: '{part}' is no take and no range of takes; write 0-4 or 0,3,7.");
            takes.ranges.Add((first, last));
        }

        return takes;
    }

    public bool Contains(string take) =>
        Number(take, out int number) && ranges.Exists(range => number >= range.First && number <= range.Last);

    private static bool Number(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
