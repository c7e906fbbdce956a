namespace McuAi.ModelConverter.Compression;

/// <summary>Sets of numbers that can be united (Tarjan, 1975).</summary>
internal sealed class DisjointSets
{
    private readonly List<int> _parents = [];

    /// <summary>A number in a set of its own.</summary>
    public int Add()
    {
        _parents.Add(_parents.Count);
        return _parents.Count - 1;
    }

    /// <summary>The number that stands for the set.</summary>
    public int Root(int member)
    {
        while (_parents[member] != member)
            member = _parents[member] = _parents[_parents[member]];
        return member;
    }

    public void Unite(int a, int b) => _parents[Root(b)] = Root(a);
}
