using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.HostTools.Language;

/// <summary>How well a model foresees a text.</summary>
/// <param name="Tokens">That were foreseen.</param>
/// <param name="NatsPerToken">Mean of -ln of the probabilities that they had.</param>
public sealed record TextSurprisal(int Tokens, double NatsPerToken)
{
    public double Perplexity => Math.Exp(NatsPerToken);

    /// <summary>A line with which files of several texts, as those of TinyStories, separate them.</summary>
    private const string Separator = "<|endoftext|>";

    /// <summary>Cuts texts into parts that are foreseen by themselves: as many tokens as the context holds, each part behind the
    /// token of the beginning if there is one.</summary>
    /// <param name="text">One, or several with lines &lt;|endoftext|&gt; between them.</param>
    /// <exception cref="ModelException">There is nothing to foresee.</exception>
    public static IReadOnlyList<int[]> Windows(ITokenizer tokenizer, string text, int context)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(text);
        int[] begin = tokenizer.Begin >= 0 ? [tokenizer.Begin] : [];
        int each = context + 1 - begin.Length; // the last one is foreseen, and never given to the model
        List<int[]> windows = [.. Texts(text)
            .SelectMany(part => tokenizer.Encode(part).Chunk(each)).Select(part => (int[])[.. begin, .. part])
            .Where(part => part.Length > 1)];
        return windows.Count > 0 ? windows : throw new ModelException("The text has no token to foresee; give a longer one.");
    }

    /// <summary>The texts of a file, without what separates them.</summary>
    internal static IEnumerable<string> Texts(string text) =>
        text.Split(Separator).Select(part => part.Trim()).Where(part => part.Length > 0);

    /// <summary>On the host.</summary>
    /// <param name="progress">Is told the share that is done.</param>
    public static TextSurprisal OnHost(LanguagePack pack, IReadOnlyList<int[]> windows, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(windows);
        using HostGenerator generator = pack.Open();
        double nats = 0;
        int count = 0;
        for (int w = 0; w < windows.Count; w++)
        {
            generator.Reset();
            for (int i = 0; i + 1 < windows[w].Length; i++)
            {
                generator.Feed([windows[w][i]]);
                nats += generator.Surprisal(windows[w][i + 1]).Nats;
                count++;
            }

            progress?.Report((w + 1.0) / windows.Count);
        }

        return new TextSurprisal(count, nats / count);
    }

    /// <summary>Of a model in real numbers: what packs made of it are compared with.</summary>
    public static TextSurprisal OfReals(ITransformerSource source, IReadOnlyList<int[]> windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        return new TextSurprisal(windows.Sum(window => window.Length - 1),
            ModelConverter.Language.Batches.Perplexity.NatsPerToken(source, windows));
    }
}
