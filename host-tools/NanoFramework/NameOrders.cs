namespace McuAi.HostTools.NanoFramework;

/// <summary>Orders of names that machines sort by. This program has the invariant culture only, so those of Windows (NLS) and
/// of ICU are written down here, for the characters that names of types have.</summary>
internal sealed class NameOrders : IComparer<string>
{
    // Punctuation before digits before letters in both; among the punctuation they differ.
    private const string AlphaNumeric = "0123456789aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ";
    private const string WindowsPunctuation = "-$&,./@_`{|}+<=>";
    private const string IcuPunctuation = "_-,.{}@/&`+<=>|$";

    public static readonly IComparer<string> Windows = new NameOrders(WindowsPunctuation);
    public static readonly IComparer<string> Icu = new NameOrders(IcuPunctuation);

    private readonly string characters;

    private NameOrders(string punctuation) => characters = punctuation + AlphaNumeric;

    /// <summary>The first difference other than of case decides, else lower case comes first.</summary>
    public int Compare(string? x, string? y)
    {
        string first = x ?? "", second = y ?? "";
        int primary = CompareBy(first, second, c => Rank(char.ToLowerInvariant(c)));
        return primary != 0 ? primary : CompareBy(first, second, Rank);
    }

    private static int CompareBy(string x, string y, Func<char, int> rank)
    {
        for (int index = 0; index < Math.Min(x.Length, y.Length); ++index)
        {
            int difference = rank(x[index]).CompareTo(rank(y[index]));
            if (difference != 0)
                return difference;
        }

        return x.Length.CompareTo(y.Length);
    }

    private int Rank(char c)
    {
        int rank = characters.IndexOf(c, StringComparison.Ordinal);
        return rank >= 0 ? rank : characters.Length + c;
    }
}
