using System.Text;

namespace McuAi.Tests.Data;

/// <summary>WAV files written byte by byte, so that the reader is not tested against its own writer.</summary>
internal sealed class WavBytes
{
    public const int Integer = 1;
    public const int Float = 3;
    public const int MuLaw = 7;
    public const int Extensible = 0xfffe;

    public int Format { get; init; } = Integer;

    /// <summary>What an extensible header says the samples are.</summary>
    public int SubFormat { get; init; } = Integer;

    public int Bits { get; init; } = 16;

    public int Channels { get; init; } = 1;

    public int Rate { get; init; } = 8000;

    /// <summary>What the header says, where that is not what there is.</summary>
    public uint? AnnouncedBytes { get; init; }

    /// <summary>Chunks of other kinds between format and samples.</summary>
    public bool WithChunks { get; init; }

    /// <summary>A tone at half of full scale.</summary>
    public static float[] Tone(double hertz, int rate, double seconds, double amplitude = 0.5) =>
        [.. Enumerable.Range(0, (int)(rate * seconds)).Select(i => (float)(amplitude * Math.Sin(Math.Tau * hertz * i / rate)))];

    /// <summary>The file of a 16-bit mono recording.</summary>
    public static byte[] Of(float[] samples, int rate = 8000) => new WavBytes { Rate = rate }.Write(samples);

    /// <param name="samples">Frame by frame, all channels.</param>
    public byte[] Write(params float[] samples)
    {
        var file = new MemoryStream();
        using var writer = new BinaryWriter(file, Encoding.ASCII);
        int dataBytes = samples.Length * Bits / 8;
        uint announced = AnnouncedBytes ?? (uint)dataBytes;
        bool extensible = Format == Extensible;
        writer.Write("RIFF"u8);
        writer.Write((uint)Math.Min(announced + 36L + (extensible ? 24 : 0) + (WithChunks ? 14 : 0), uint.MaxValue));
        writer.Write("WAVEfmt "u8);
        writer.Write(extensible ? 40 : 16);
        writer.Write((ushort)Format);
        writer.Write((ushort)Channels);
        writer.Write(Rate);
        writer.Write(Rate * Channels * Bits / 8);
        writer.Write((ushort)(Channels * Bits / 8));
        writer.Write((ushort)Bits);
        if (extensible)
        {
            writer.Write((ushort)22);
            writer.Write((ushort)Bits);
            writer.Write(Channels == 1 ? 4 : 3);
            writer.Write(SubFormat);
            writer.Write([0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]);
        }

        if (WithChunks)
        {
            writer.Write("LIST"u8);
            writer.Write(5); // odd: a byte of padding follows
            writer.Write("INFOx\0"u8);
        }

        writer.Write("data"u8);
        writer.Write(announced);
        foreach (float sample in samples)
            WriteSample(writer, sample);
        return file.ToArray();
    }

    private void WriteSample(BinaryWriter writer, float sample)
    {
        switch (Format == Extensible ? SubFormat : Format, Bits)
        {
            case (Float, 32):
                writer.Write(sample);
                break;
            case (Float, 64):
                writer.Write((double)sample);
                break;
            case (_, 8):
                writer.Write((byte)(Math.Round(sample * 128) + 128));
                break;
            case (_, 16):
                writer.Write((short)Math.Round(sample * 32768));
                break;
            case (_, 24):
                writer.Write(BitConverter.GetBytes((int)Math.Round(sample * 8388608))[..3]);
                break;
            default:
                writer.Write((int)Math.Round(sample * 2147483648.0));
                break;
        }
    }
}
