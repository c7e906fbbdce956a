using System.Buffers.Binary;
using System.Numerics.Tensors;
using McuAi.ModelConverter.Graph;
using NAudio.Wave;

namespace McuAi.ModelConverter.Data;

/// <summary>Reads WAV files: integers of 8 to 32 bits and floats, any number of channels, also those that a program
/// wrote into a pipe and whose header announces more than there is.</summary>
public static class WavReader
{
    private const long LargestFile = 1L << 30;
    private const int LowestRate = 4000;
    private const int HighestRate = 384_000;

    /// <summary>Who writes into a pipe cannot know the length, and announces one near the limits of 31 or 32 bits.
    /// No file that this tool reads is that long.</summary>
    private const uint StreamedFrom = 0x7fff_0000;

    private const int RiffHeader = 12;
    private const int ChunkHeader = 8;

    public static Recording Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new ModelException($"There is no file {path}.");
        if (file.Length > LargestFile)
            throw new ModelException($"{path} has {file.Length} bytes; this tool reads WAV files of up to {LargestFile}.");
        try
        {
            return Decode(File.ReadAllBytes(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} cannot be read; check its permissions and its disk.", error);
        }
    }

    /// <summary>The recording in the bytes of a WAV file; <paramref name="name"/> is for messages.</summary>
    public static Recording Decode(byte[] file, string name)
    {
        CheckHeader(file, name);
        try
        {
            using var reader = new WaveFileReader(new MemoryStream(WithTrueLength(file)));
            CheckLength(file, reader.Length, name);
            return Decode(reader, name);
        }
        catch (Exception error) when (error is FormatException or IOException or ArgumentException
            or InvalidDataException or InvalidOperationException or NotSupportedException or OverflowException)
        {
            throw new ModelException(
                $"{name} is a damaged WAV file: its header is incomplete or contradicts itself; record or copy it again.",
                error);
        }
    }

    /// <summary>Files of more than 4 GiB, and those of programs that prepare for them.</summary>
    private static bool IsRf64(byte[] file) => file.AsSpan(0, 4).SequenceEqual("RF64"u8);

    private static void CheckHeader(byte[] file, string name)
    {
        if (file.Length == 0)
            throw new ModelException($"{name} is empty; record or copy it again, or remove it.");
        if (file.Length < RiffHeader || !(file.AsSpan(0, 4).SequenceEqual("RIFF"u8) || IsRf64(file))
            || !file.AsSpan(8, 4).SequenceEqual("WAVE"u8))
            throw new ModelException($"{name} is no WAV file: it does not begin with a RIFF/WAVE header; convert it, " +
                "for example with sox.");
    }

    /// <summary>The library looks for samples only as far as the header says that the file goes, and programs that
    /// write into pipes, or were interrupted, say anything.</summary>
    private static byte[] WithTrueLength(byte[] file)
    {
        uint length = (uint)file.Length - ChunkHeader;
        if (BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4)) == length || IsRf64(file))
            return file;
        byte[] corrected = [.. file];
        BinaryPrimitives.WriteUInt32LittleEndian(corrected.AsSpan(4), length);
        return corrected;
    }

    /// <summary>The library reads what is there; a file that was cut off has to be told from one that was streamed.
    /// </summary>
    private static void CheckLength(byte[] file, long present, string name)
    {
        if (IsRf64(file))
            return;
        long announced = present;
        for (long at = RiffHeader; at + ChunkHeader <= file.Length;)
        {
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan((int)at + 4));
            if (file.AsSpan((int)at, 4).SequenceEqual("data"u8))
            {
                announced = size;
                break;
            }

            at += ChunkHeader + size + (size & 1);
        }

        if (announced > present && announced < StreamedFrom)
            throw new ModelException($"{name} is truncated: its header announces {announced} bytes of samples, and " +
                $"{present} are there; record or copy it again, or remove it.");
    }

    private static Recording Decode(WaveFileReader reader, string name)
    {
        WaveFormat format = reader.WaveFormat;
        CheckFormat(format, name);
        int channels = format.Channels;
        int frames = (int)(reader.Length / format.BlockAlign);
        if (frames == 0)
            throw new ModelException($"{name} holds no samples; record it again, or remove it.");
        var samples = new float[frames * channels];
        int read = 0;
        ISampleProvider provider = reader.ToSampleProvider();
        for (int count; read < samples.Length && (count = provider.Read(samples.AsSpan(read))) > 0;)
            read += count;
        if (read != samples.Length)
            throw new ModelException($"{name} is truncated: {read} of {samples.Length} samples are there; record or " +
                "copy it again, or remove it.");
        float[] mono = channels == 1 ? samples : MixDown(samples, channels);
        int bad = Array.FindIndex(mono, sample => !float.IsFinite(sample));
        if (bad >= 0)
            throw new ModelException($"{name}: sample {bad} is no finite number; record it again, or remove it.");
        return new Recording(mono, format.SampleRate, format.BitsPerSample, channels);
    }

    private static void CheckFormat(WaveFormat format, string name)
    {
        WaveFormatEncoding encoding = format is WaveFormatExtensible extensible
            ? extensible.ToStandardWaveFormat().Encoding
            : format.Encoding;
        bool integer = encoding is WaveFormatEncoding.Pcm or WaveFormatEncoding.Extensible
            && format.BitsPerSample is 8 or 16 or 24 or 32;
        bool real = encoding is WaveFormatEncoding.IeeeFloat or WaveFormatEncoding.Extensible
            && format.BitsPerSample is 32 or 64;
        if (!integer && !real)
            throw new ModelException($"{name} holds {format.BitsPerSample}-bit {encoding} samples; this tool reads " +
                $"uncompressed ones: convert it with `sox {Path.GetFileName(name)} -e signed-integer -b 16 OUT.wav`.");
        if (format.SampleRate is < LowestRate or > HighestRate)
            throw new ModelException($"{name} states a rate of {format.SampleRate} Hz; speech has {LowestRate} to " +
                $"{HighestRate}: correct the header, or remove the file.");
        if (format.Channels < 1 || format.BlockAlign != format.Channels * format.BitsPerSample / 8)
            throw new ModelException($"{name} is a damaged WAV file: {format.Channels} channels of " +
                $"{format.BitsPerSample} bits do not make blocks of {format.BlockAlign} bytes; record or copy it again.");
    }

    private static float[] MixDown(float[] samples, int channels)
    {
        var mono = new float[samples.Length / channels];
        for (int frame = 0; frame < mono.Length; frame++)
            mono[frame] = TensorPrimitives.Sum(samples.AsSpan(frame * channels, channels)) / channels;
        return mono;
    }
}
