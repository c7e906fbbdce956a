using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.HostTools.Language;

/// <summary>What text should be made.</summary>
/// <param name="Tokens">At most.</param>
/// <param name="Temperature">0: the likeliest token is taken.</param>
/// <param name="TopK">0: all.</param>
/// <param name="TopP">1: all.</param>
/// <param name="Seed">Not 0.</param>
/// <param name="Draft">Tokens that are guessed beforehand and given to the model with the last one: the text is the same, with fewer
/// passes through the weights.</param>
public sealed record StoryRequest(string Prompt, int Tokens, double Temperature, int TopK, double TopP, uint Seed, int Draft = 0);

/// <summary>What a story took.</summary>
/// <param name="Tokens">That were made.</param>
/// <param name="Passes">Through the weights, for those and the prompt.</param>
public sealed record StoryFigures(int Tokens, int Passes);

/// <summary>Goes on from a prompt, on the host, as firmware/apps/story-teller does on a board.</summary>
public static class Story
{
    /// <summary>The prompt's text, then that of each token as it comes, in UTF-8; ends where the model ends the text, after the
    /// tokens that were asked for, or where the context is full.</summary>
    /// <param name="store">From <see cref="LanguagePack.Store"/>; null: the weights are in memory.</param>
    /// <param name="told">Is given what it took, at the end.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Tell(LanguagePack pack, StoryRequest request, HostStore? store = null,
        Action<StoryFigures>? told = null)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(request);
        return Told(pack, request, store, told);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Told(LanguagePack pack, StoryRequest request, HostStore? store,
        Action<StoryFigures>? told)
    {
        using HostGenerator generator = pack.Open(store);
        using var sampler = new HostSampler(HostLibraryBuilder.Load(ProjectFolder.Find().Root), request.Temperature, request.TopK,
            request.TopP, request.Seed);
        ITokenizer tokenizer = pack.Tokenizer;
        int[] prompt = pack.Encode(request.Prompt);
        if (prompt.Length == 0)
            throw new ModelException("The prompt is empty, and texts of this model have no token to begin with; give --prompt.");
        if (prompt.Length > generator.Context)
            throw new ModelException($"The prompt has {prompt.Length:N0} tokens, more than the model's context of " +
                $"{generator.Context:N0}; give a shorter one.");
        for (int i = tokenizer.Begin >= 0 ? 1 : 0; i < prompt.Length; i++)
            yield return tokenizer.Decode(prompt[i], i > 0 ? prompt[i - 1] : -1);
        using var teller = new HostTeller(generator, sampler, prompt, request.Draft);
        (int last, int made) = (prompt[^1], 0);
        while (made < request.Tokens && teller.Next() is { } next && next != tokenizer.End && next != tokenizer.Begin)
        {
            yield return tokenizer.Decode(next, last);
            (last, made) = (next, made + 1);
        }

        told?.Invoke(new StoryFigures(made, generator.Passes));
    }
}
