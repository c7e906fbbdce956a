using System.Buffers.Binary;

namespace McuAi.ModelConverter.Data;

/// <summary>Writes mono WAV files of 16 bits.</summary>
public static class WavWriter
{
    private const int HeaderBytes = 44;

    /// <summary>The bytes of the file; samples outside of full scale are clipped.</summary>
    public static byte[] Encode(ReadOnlySpan<float> samples, int rate)
    {
        var file = new byte[HeaderBytes + 2 * samples.Length];
        Span<byte> header = file;
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1); // integers
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1); // channels
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], 2 * rate);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], 2); // bytes of a frame
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], 2 * samples.Length);
        for (int i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(header[(HeaderBytes + 2 * i)..],
                (short)Math.Clamp(MathF.Round(samples[i] * 32768f), short.MinValue, short.MaxValue));
        return file;
    }
}
