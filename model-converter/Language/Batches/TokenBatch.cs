namespace McuAi.ModelConverter.Language.Batches;

/// <summary>Tokens of several sequences that go through a model at once, sequence after sequence.</summary>
internal sealed class TokenBatch
{
    private readonly int[] _firsts;

    /// <param name="lengths">Tokens of each sequence.</param>
    /// <param name="start">Position of each sequence's first token.</param>
    public TokenBatch(IReadOnlyList<int> lengths, int start)
    {
        Start = start;
        _firsts = new int[lengths.Count + 1];
        for (int i = 0; i < lengths.Count; i++)
            _firsts[i + 1] = _firsts[i] + lengths[i];
    }

    public int Start { get; }

    public int Sequences => _firsts.Length - 1;

    /// <summary>Of all sequences.</summary>
    public int Tokens => _firsts[^1];

    /// <summary>Where a sequence's tokens begin among all.</summary>
    public int First(int sequence) => _firsts[sequence];

    public int Length(int sequence) => _firsts[sequence + 1] - _firsts[sequence];

    /// <summary>Tokens of the longest sequence.</summary>
    public int Longest => Enumerable.Range(0, Sequences).Max(Length);
}
