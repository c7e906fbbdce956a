using System.ClientModel;
using System.Text;
using System.Text.Json;
using McuAi.ModelConverter.Graph;
using OpenAI.Chat;

namespace McuAi.HostTools.Language;

/// <summary>Texts of a teacher behind an endpoint, in a file to which each is added when it comes: lines of JSON, the first one
/// what they were asked for with.</summary>
/// <param name="path">Of the file.</param>
/// <param name="tokens">Of a text at most, as the teacher counts them.</param>
internal sealed class EndpointTexts(TeacherEndpoint endpoint, string path, int tokens, Action<string> log)
{
    /// <summary>Requests at a time.</summary>
    private const int AtOnce = 4;

    private const int ReportEvery = 100;

    /// <summary>Texts without a letter, after which nothing is to be expected any more.</summary>
    private const int MostEmpty = 20;

    /// <summary>More than tokens have letters: what an endpoint gives that does not keep to the tokens is cut there.</summary>
    private const int MostLetters = 16;

    private readonly List<string> _texts = [];
    private int _empty;

    private string Description => JsonSerializer.Serialize($"{tokens} tokens of {endpoint}");

    /// <summary>So many texts; those that are missing are asked for.</summary>
    /// <exception cref="ModelException">The endpoint does not give them, or the file holds other ones.</exception>
    public IReadOnlyList<string> Read(int count, CancellationToken cancellation)
    {
        int kept = Restore();
        if (_texts.Count < count)
        {
            log($"{endpoint.Url}: {count - _texts.Count:N0} texts of {endpoint.Model}");
            using FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
            file.SetLength(kept);
            file.Seek(0, SeekOrigin.End);
            if (kept == 0)
                Append(file, Description);
            AskAsync(file, count, cancellation).GetAwaiter().GetResult();
        }

        return _texts[..count];
    }

    /// <summary>Reads whole lines; the bytes of them.</summary>
    private int Restore()
    {
        if (!File.Exists(path))
            return 0;
        byte[] bytes = Models.ModelFile.ReadBytes(path);
        int whole = Array.LastIndexOf(bytes, (byte)'\n') + 1; // a run that was stopped may have left half a line
        string[] lines = Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
            return 0;
        if (lines[0] != Description)
            throw new ModelException($"{path} holds texts of another teacher or prompt; delete it, or give another --work.");
        try
        {
            _texts.AddRange(lines.Skip(1).Select(line => JsonSerializer.Deserialize<string>(line) ?? ""));
        }
        catch (JsonException error)
        {
            throw new ModelException($"{path} is damaged; delete it, and the texts are asked for again.", error);
        }

        return whole;
    }

    private async Task AskAsync(FileStream file, int count, CancellationToken cancellation)
    {
        ChatClient client = endpoint.Open();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        while (_texts.Count < count)
            await Parallel.ForEachAsync(Enumerable.Range(_texts.Count, count - _texts.Count), options, async (_, _) =>
            {
                // Not stopped by the others' errors: what has been asked for is kept.
                string text = await AskAsync(client, cancellation).ConfigureAwait(false);
                lock (_texts)
                    Keep(file, text);
            }).ConfigureAwait(false);
    }

    private async Task<string> AskAsync(ChatClient client, CancellationToken cancellation)
    {
        try
        {
            ChatCompletion answer = await client.CompleteChatAsync([new UserChatMessage(endpoint.Prompt)],
                new ChatCompletionOptions { MaxOutputTokenCount = tokens, Temperature = 1 }, cancellation).ConfigureAwait(false);
            string text = string.Concat(answer.Content.Select(part => part.Text)).Trim();
            return text.Length > MostLetters * tokens ? text[..(MostLetters * tokens)] : text;
        }
        catch (Exception error) when (error is ClientResultException or AggregateException or HttpRequestException or IOException
            or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw endpoint.Explain(error);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or ArgumentException
            or KeyNotFoundException)
        {
            throw new ModelException($"{endpoint.Url} does not speak OpenAI's protocol: {error.Message.Split('\n')[0].TrimEnd('.')}; see " +
                "--teacher-url.", error);
        }
    }

    private void Keep(FileStream file, string text)
    {
        if (text.Length == 0)
        {
            if (++_empty > MostEmpty)
                throw new ModelException($"{endpoint.Url} gives texts without a letter; see --teacher-prompt.");
            return;
        }

        _texts.Add(text);
        Append(file, JsonSerializer.Serialize(text));
        if (_texts.Count % ReportEvery == 0)
            log($"{_texts.Count:N0} texts");
    }

    private static void Append(FileStream file, string line)
    {
        file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        file.Flush();
    }
}
