namespace McuAi.Tests.Core;

/// <summary>Which function calls which.</summary>
internal sealed class CallGraph
{
    private readonly Dictionary<string, HashSet<string>> callees = new(StringComparer.Ordinal);

    public int Functions => callees.Count;

    public void Add(string from, string to)
    {
        if (!callees.TryGetValue(from, out HashSet<string>? targets))
            callees[from] = targets = new(StringComparer.Ordinal);
        targets.Add(to);
    }

    /// <summary>A chain of calls that comes back to where it began, or null.</summary>
    public string? Cycle()
    {
        var finished = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        return callees.Keys.Order(StringComparer.Ordinal).Select(function => Visit(function, path, finished))
            .FirstOrDefault(cycle => cycle is not null);
    }

    private string? Visit(string function, List<string> path, HashSet<string> finished)
    {
        int known = path.IndexOf(function);
        if (known >= 0)
            return string.Join(" -> ", path[known..].Append(function));
        if (finished.Contains(function))
            return null;
        path.Add(function);
        if (callees.TryGetValue(function, out HashSet<string>? targets))
            foreach (string target in targets)
                if (Visit(target, path, finished) is { } cycle)
                    return cycle;
        path.RemoveAt(path.Count - 1);
        finished.Add(function);
        return null;
    }
}
