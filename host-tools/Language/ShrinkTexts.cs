using System.Security.Cryptography;
using System.Text;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Batches;
using McuAi.ModelConverter.Language.Training;

namespace McuAi.HostTools.Language;

/// <summary>What a model that is shrunk learns from and is judged by. Text of the teacher is kept in a folder, in files that are named
/// after all that it depends on.</summary>
/// <param name="digest">Of the teacher.</param>
internal sealed class ShrinkTexts(ITransformerSource source, string digest, ITokenizer tokenizer, ShrinkOptions options,
    Action<string> log)
{
    private const int HeldOutSequences = 128, HeldOutSeed = 77, HotterEvery = 4, MostOfPart = 2000;
    private const double HotterTemperature = 1.25;

    /// <summary>Of an endpoint's text, what is not learned from: the last of so many sequences.</summary>
    private const int HeldOutPart = 10;

    private TokenSequences? _heldOut;

    /// <summary>What is learned from: an endpoint's text, the file's, or the teacher's own, every fourth part of it less likely.
    /// </summary>
    public TokenSequences Data(CancellationToken cancellation)
    {
        if (options.Endpoint is { } endpoint)
            return OfEndpoint(endpoint, cancellation);
        if (options.Data is { } text)
            return OfText(text);
        int length = Math.Min(513, source.Shape.Context + 1), each = SequencesOfPart(options.Sequences);
        var tokens = new List<int>();
        for (int part = 0; part * each < options.Sequences; part++)
        {
            int count = Math.Min(each, options.Sequences - (part * each));
            TokenSequences sampled = Sampled($"text{part}", count, length, 1000 + part + (1_000_003 * (options.Seed - 1)),
                part % HotterEvery == HotterEvery - 1 ? HotterTemperature : 1);
            for (int i = 0; i < sampled.Count; i++)
                tokens.AddRange(sampled.Tokens(i, 0, length));
        }

        return TokenSequences.Of(tokens, length);
    }

    /// <summary>Few enough that one of the parts is hotter.</summary>
    internal static int SequencesOfPart(int sequences) => Math.Min(MostOfPart, ((sequences - 1) / HotterEvery) + 1);

    /// <summary>Text of the teacher that is not learned from; where it cannot make any up, what is learned from.</summary>
    public IReadOnlyList<int[]> HeldOut(TokenSequences data)
    {
        if (_heldOut is not null)
            return First(_heldOut, HeldOutSequences, _heldOut.Length);
        if (options.Data is not null && tokenizer.Begin < 0)
            return First(data, HeldOutSequences, data.Length);
        int length = Math.Min(options.Tokens + 1, source.Shape.Context + 1);
        TokenSequences held = Sampled($"held-out{length}", HeldOutSequences, length, HeldOutSeed, 1);
        return First(held, held.Count, length);
    }

    /// <summary>The first sequences, and of each at most so many tokens.</summary>
    public static int[][] First(TokenSequences data, int count, int tokens) =>
        [.. Enumerable.Range(0, Math.Min(count, data.Count)).Select(i => data.Tokens(i, 0, Math.Min(tokens, data.Length)))];

    private TokenSequences Sampled(string name, int count, int length, int seed, double temperature)
    {
        int begin = Begin();
        byte[] key = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant(
            $"{digest}, {begin}, {count}, {length}, {seed}, {temperature}")));
        string path = Path.Combine(options.Folder, $"{name}-{Convert.ToHexStringLower(key)[..12]}.tokens");
        if (!File.Exists(path))
        {
            log($"{name}: {count:N0} sequences of {length:N0} tokens from the teacher");
            int[][] texts = TextSampler.Sample(source, begin, count, length, seed, null, temperature);
            TokenSequences.Of(texts.SelectMany(sequence => sequence), length).Write(path);
        }

        TokenSequences read = TokenSequences.Read(path);
        return read.Count == count && read.Length == length ? read : throw new ModelException(
            $"{path} has {read.Count} sequences of {read.Length} tokens, not {count} of {length}; delete it, or give another " +
            "--work.");
    }

    private int Begin() => tokenizer.Begin >= 0 ? tokenizer.Begin : throw new ModelException(
        "Texts of the teacher have no token to begin with, so it cannot make any up; give some with --data FILE.");

    /// <summary>Texts one after another, each behind the token of the beginning, cut into sequences.</summary>
    private TokenSequences OfEndpoint(TeacherEndpoint endpoint, CancellationToken cancellation)
    {
        int length = options.Tokens + 1;
        IReadOnlyList<string> texts = new EndpointTexts(endpoint, Path.Combine(options.Folder, "endpoint.jsonl"), options.Tokens, log)
            .Read(options.Sequences, cancellation);
        int[] begin = tokenizer.Begin >= 0 ? [tokenizer.Begin] : [];
        int[] tokens = [.. texts.SelectMany(text => begin.Concat(tokenizer.Encode(text)))];
        int count = tokens.Length / length, held = Math.Max(1, count / HeldOutPart);
        if (count < 2)
            throw new ModelException($"{texts.Count:N0} texts of {endpoint.Model} are {tokens.Length:N0} tokens, of which " +
                $"{2 * length:N0} or more are needed; give more --sequences, or fewer --length.");
        _heldOut = TokenSequences.Of(tokens[((count - held) * length)..(count * length)], length);
        return TokenSequences.Of(tokens[..((count - held) * length)], length);
    }

    private TokenSequences OfText(string path)
    {
        int length = options.Tokens + 1;
        string text = Models.ModelFile.ReadText(path);
        int[] tokens = [.. TextSurprisal.Windows(tokenizer, text, options.Tokens).Where(window => window.Length == length)
            .SelectMany(window => window)];
        return tokens.Length > 0 ? TokenSequences.Of(tokens, length) : throw new ModelException(
            $"{path} has no {length} tokens to learn from in one piece; give a longer text, or fewer --length.");
    }
}
