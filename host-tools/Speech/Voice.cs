namespace McuAi.HostTools.Speech;

/// <summary>Somebody that a program can speak as.</summary>
internal abstract record Voice(string Speaker)
{
    /// <summary>How often it speaks, compared with others.</summary>
    public abstract int Turns { get; }

    /// <summary>Whether it is made of recordings of somebody.</summary>
    public virtual bool IsPerson => false;

    /// <summary>Speaks a word in a manner that is drawn at random; gives a WAV file.</summary>
    public abstract Task<byte[]> SpeakAsync(string word, Random random, CancellationToken cancellation);
}
