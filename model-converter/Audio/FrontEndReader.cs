using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Audio;

/// <summary>The tables of a front end as the core reads them.</summary>
public sealed class FrontEndReader(byte[] tables)
{
    public FrontEndKind Kind => (FrontEndKind)U16(6);

    public int SampleRate => I32(12);

    public int Window => U16(16);

    public int Hop => U16(18);

    public int FftSize => U16(20);

    public int Channels => U16(22);

    public int Features => U16(24);

    public int Frames => U16(26);

    public bool Normalises => U16(28) != 0;

    public int ZeroPoint => I16(30);

    public int LogOffset => I32(32);

    public int Least => I16(36);

    public int Depth => U16(38);

    public int Gain => I32(40);

    public int GainShift => U16(44);

    public int LeastDeviation => U16(46);

    public int CosineShift => U16(68);

    private bool IsCompact => U16(4) >= FrontEndTables.CompactVersion;

    /// <summary>Cosine and sine of 2 pi k / N for each k of 0..N/4, Q30; those of the passes are before them if they are there.</summary>
    private ReadOnlySpan<int> Quarter => Table<int>(52)[(IsCompact ? 0 : 2 * PassTwiddles)..];

    private int PassTwiddles
    {
        get
        {
            int count = 0;
            for (int quarter = FftSize / 8; quarter > 1; quarter /= 4)
                count += 3 * quarter;
            return count;
        }
    }

    /// <summary>Element n of the window, Q31.</summary>
    public int WindowAt(int n) => Table<int>(48)[IsCompact && n > Window / 2 ? Window - n : n];

    /// <summary>Cosine and sine of 2 pi k / N, k of 0..3N/4, Q30.</summary>
    public (int Cosine, int Sine) Twiddle(int k)
    {
        int right = FftSize / 4;
        if (k > right)
        {
            (int cosine, int sine) = Twiddle(k - right);
            return (-sine, cosine);
        }

        return (Quarter[2 * k], Quarter[(2 * k) + 1]);
    }

    /// <summary>First bin and number of bins of each channel, then all weights.</summary>
    public ReadOnlySpan<ushort> Filters => Table<ushort>(56);

    public ReadOnlySpan<short> Cosines => Table<short>(60);

    /// <summary>Two smoothings, the remaining share and the shift; the gains follow.</summary>
    public ReadOnlySpan<ushort> Pcan => Table<ushort>(64);

    public ReadOnlySpan<short> PcanGains => Table<short>(64)[4..];

    /// <summary>What the tables tell of the settings that they were made with: all that decides how many samples and
    /// features there are.</summary>
    public FrontEndSettings Settings => new()
    {
        SampleRate = SampleRate,
        WindowSamples = Window,
        HopSamples = Hop,
        FftSize = FftSize,
        Channels = Channels,
        Kind = Kind,
        Coefficients = Features,
        Frames = Frames,
        Normalises = Normalises,
        ZeroPoint = ZeroPoint,
    };

    private ReadOnlySpan<T> Table<T>(int place) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(tables.AsSpan(I32(place)));

    private int U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(tables.AsSpan(offset));

    private int I16(int offset) => BinaryPrimitives.ReadInt16LittleEndian(tables.AsSpan(offset));

    private int I32(int offset) => BinaryPrimitives.ReadInt32LittleEndian(tables.AsSpan(offset));
}
