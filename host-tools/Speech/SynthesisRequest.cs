namespace McuAi.HostTools.Speech;

/// <summary>What to speak.</summary>
internal sealed record SynthesisRequest(IReadOnlyList<string> Words, string Folder)
{
    public string Language { get; init; } = "en";

    /// <summary>Hz.</summary>
    public int Rate { get; init; } = 8000;

    /// <summary>At most so many voices; 0: all that there are.</summary>
    public int Voices { get; init; }

    /// <summary>Share of the clips that voices made of recorded people speak, between 0 and 1; null: by their turns.</summary>
    public double? People { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>Clips of each word.</summary>
    public int Count { get; init; } = 200;

    /// <summary>Clips of other speech, <see cref="OtherSpeech"/>, as the class unknown.</summary>
    public int Unknown { get; init; }
}

/// <summary>What was spoken.</summary>
internal sealed record SynthesisResult(
    int Clips, int Made, int Kept, int Voices, double Seconds, int LongClips, string Manifest);
