using System.ClientModel;
using System.ClientModel.Primitives;
using McuAi.ModelConverter.Graph;
using OpenAI;
using OpenAI.Chat;

namespace McuAi.HostTools.Language;

/// <summary>A teacher behind an endpoint that speaks OpenAI's protocol: it gives text, and nothing else.</summary>
/// <param name="Url">As http://localhost:8080/v1.</param>
/// <param name="Key">Null: the endpoint asks for none.</param>
public sealed record TeacherEndpoint(Uri Url, string Model, string? Key)
{
    public const string DefaultPrompt = "Write a short story in simple words. Answer with the story alone.";

    private const string NoKey = "none";

    /// <summary>What every text is asked for with.</summary>
    public string Prompt { get; init; } = DefaultPrompt;

    /// <summary>Of a request that is refused for now or fails on the way; the waits between them double.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>What a text depends on; the key is no part of it.</summary>
    public override string ToString() => $"{Model} at {Url}, asked \"{Prompt}\"";

    /// <param name="variable">Environment variable that holds the key; null: there is none.</param>
    /// <exception cref="ModelException">The address is none, or the variable is not set.</exception>
    public static TeacherEndpoint Of(string url, string model, string? variable)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            throw new ModelException($"--teacher-url {url}: give an address such as http://localhost:8080/v1.");
        string? key = variable is null ? null : Environment.GetEnvironmentVariable(variable);
        return variable is null || !string.IsNullOrWhiteSpace(key)
            ? new TeacherEndpoint(address, model, key)
            : throw new ModelException($"--api-key-env {variable}: the variable is not set; set it to the key of {url}.");
    }

    internal ChatClient Open() => new(Model, new ApiKeyCredential(Key ?? NoKey), new OpenAIClientOptions
    {
        Endpoint = Url, RetryPolicy = new ClientRetryPolicy(Retries),
    });

    /// <summary>What went wrong, and what to do about it.</summary>
    internal ModelException Explain(Exception error) => error switch
    {
        ClientResultException { Status: 401 or 403 } refused => new ModelException(
            $"{Url} refuses the key ({refused.Status}); name the environment variable that holds one with --api-key-env.", error),
        ClientResultException { Status: 404 } => new ModelException(
            $"{Url} has no model {Model}, or is no address of OpenAI's protocol (404); see --teacher-model and --teacher-url.", error),
        ClientResultException { Status: 429 } => new ModelException(
            $"{Url} takes no more requests for now (429); run the same command later, which goes on from what there is.", error),
        ClientResultException { Status: > 0 } failed => new ModelException(
            $"{Url} answered {failed.Status} instead of with text; run the same command again, which goes on from what there is.", error),
        _ => new ModelException($"{Url} cannot be reached: {Innermost(error)}; see --teacher-url.", error),
    };

    private static string Innermost(Exception error)
    {
        while (error is AggregateException { InnerExceptions.Count: > 0 } several)
            error = several.InnerExceptions[^1];
        return error.Message.Split('\n')[0].Trim().TrimEnd('.');
    }
}
