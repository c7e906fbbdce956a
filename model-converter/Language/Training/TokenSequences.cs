using System.Runtime.InteropServices;
using System.Security.Cryptography;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>Sequences of tokens, all of one length, in memory and in a file: magic, count, length (int32), tokens (uint16,
/// sequence after sequence), a SHA-256 of all before it. Written beside its place and renamed.</summary>
public sealed class TokenSequences
{
    private const uint Magic = 0x31515354; // TSQ1
    private const int HeaderBytes = 12, HashBytes = 32;

    /// <summary>Tokens of a vocabulary at most: one takes two bytes.</summary>
    public const int MostTokens = ushort.MaxValue + 1;

    private readonly ushort[] _tokens;

    /// <param name="tokens">[count, length]</param>
    public TokenSequences(ushort[] tokens, int length)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (length < 2 || tokens.Length < length || tokens.Length % length != 0)
            throw new ModelException($"{tokens.Length:N0} tokens are not one or more sequences of {length:N0}, which is " +
                "at least 2.");
        (_tokens, Length) = (tokens, length);
    }

    /// <param name="tokens">Sequences one after another.</param>
    /// <exception cref="ModelException">A token is not among the first <see cref="MostTokens"/>, or they are no sequences.</exception>
    public static TokenSequences Of(IEnumerable<int> tokens, int length) => new([.. tokens.Select(token =>
        token is >= 0 and < MostTokens ? (ushort)token : throw new ModelException(
            $"Token {token:N0} is not one of the first {MostTokens:N0}, which are all that sequences hold; take a model of a smaller " +
            "vocabulary."))], length);

    /// <summary>Tokens of a sequence.</summary>
    public int Length { get; }

    public int Count => _tokens.Length / Length;

    /// <summary>A few letters that tell these sequences from others.</summary>
    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(
        [.. BitConverter.GetBytes(Length), .. MemoryMarshal.AsBytes<ushort>(_tokens)]))[..16];

    /// <exception cref="ModelException">The file is damaged or something else.</exception>
    public static TokenSequences Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < HeaderBytes + HashBytes || MemoryMarshal.Read<uint>(bytes) != Magic)
            throw new ModelException($"{path} holds no token sequences; delete it, and it will be made again.");
        int[] sizes = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(4, 8)).ToArray();
        if (sizes[0] < 1 || sizes[1] < 2 || HeaderBytes + (2L * sizes[0] * sizes[1]) + HashBytes != bytes.LongLength
            || !SHA256.HashData(bytes.AsSpan(..^HashBytes)).AsSpan().SequenceEqual(bytes.AsSpan(^HashBytes..)))
            throw new ModelException($"{path} is damaged; delete it, and it will be made again.");
        return new TokenSequences(MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan(HeaderBytes..^HashBytes)).ToArray(),
            sizes[1]);
    }

    public void Write(string path)
    {
        byte[] bytes = new byte[HeaderBytes + (2 * _tokens.Length) + HashBytes];
        MemoryMarshal.Write(bytes, Magic);
        MemoryMarshal.Write(bytes.AsSpan(4), Count);
        MemoryMarshal.Write(bytes.AsSpan(8), Length);
        MemoryMarshal.AsBytes<ushort>(_tokens).CopyTo(bytes.AsSpan(HeaderBytes));
        SHA256.HashData(bytes.AsSpan(..^HashBytes), bytes.AsSpan(^HashBytes..));
        string unfinished = path + ".unfinished";
        File.WriteAllBytes(unfinished, bytes);
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Part of a sequence.</summary>
    public int[] Tokens(int sequence, int first, int count) =>
        Array.ConvertAll(_tokens[((sequence * Length) + first)..((sequence * Length) + first + count)],
            token => (int)token);

    /// <summary>Random parts of <paramref name="length"/> tokens, which depend on nothing but seed and step. Every fourth
    /// begins where its sequence does.</summary>
    public IReadOnlyList<int[]> Batch(int seed, int step, int count, int length)
    {
        var random = new IndexedRandom(seed, 77, step);
        var batch = new List<int[]>(count);
        for (int i = 0; i < count; i++)
        {
            int sequence = random.Below(Count), first = random.Below(Length - length + 1);
            batch.Add(Tokens(sequence, random.Happens(0.25) ? 0 : first, length));
        }

        return batch;
    }
}
