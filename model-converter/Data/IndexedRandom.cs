namespace McuAi.ModelConverter.Data;

/// <summary>Random numbers that depend on a seed, a purpose and an index only: whichever thread augments a clip, and in
/// which order, it comes out the same. The generator is SplitMix64.</summary>
internal struct IndexedRandom
{
    private const ulong Step = 0x9e37_79b9_7f4a_7c15;

    private ulong state;

    public IndexedRandom(int seed, int purpose, long index)
    {
        state = (ulong)(uint)seed << 32 | (uint)purpose;
        state = Next() ^ (ulong)index;
        Next();
    }

    public ulong Next()
    {
        ulong z = state += Step;
        z = (z ^ z >> 30) * 0xbf58_476d_1ce4_e5b9;
        z = (z ^ z >> 27) * 0x94d0_49bb_1331_11eb;
        return z ^ z >> 31;
    }

    /// <summary>From 0 to below 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    public double Between(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>From 0 to below <paramref name="count"/>.</summary>
    public int Below(int count) => (int)(NextDouble() * count);

    public bool Happens(double share) => NextDouble() < share;

    /// <summary>Of the normal distribution.</summary>
    public float NextGaussian()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return (float)(radius * Math.Cos(Math.Tau * NextDouble()));
    }
}
