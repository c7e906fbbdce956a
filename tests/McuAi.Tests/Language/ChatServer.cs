using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace McuAi.Tests.Language;

/// <summary>A server that speaks OpenAI's protocol as its API reference has it: POST /v1/chat/completions.</summary>
internal sealed class ChatServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<int, (int Status, string Content)> _answer;
    private int _requests;

    /// <param name="answer">To the request of a number, from 0 on: a status, and the text or, of errors, the message.</param>
    public ChatServer(Func<int, (int Status, string Content)> answer)
    {
        _answer = answer;
        Url = new Uri($"http://127.0.0.1:{FreePort()}/v1");
        _listener.Prefixes.Add($"http://127.0.0.1:{Url.Port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Url { get; }

    public int Requests => _requests;

    /// <summary>Of the last request.</summary>
    public JsonNode? Asked { get; private set; }

    public string? Authorization { get; private set; }

    public string? Path { get; private set; }

    public void Dispose() => _listener.Close();

    /// <summary>A port that nobody listens at.</summary>
    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            Asked = JsonNode.Parse(await reader.ReadToEndAsync());
            (Authorization, Path) = (context.Request.Headers["Authorization"], context.Request.Url!.AbsolutePath);
            (int status, string content) = _answer(_requests++);
            byte[] body = Encoding.UTF8.GetBytes(status == 200 ? Completion(content)
                : status == 299 ? content
                : JsonSerializer.Serialize(new { error = new { message = content, type = "test" } }));
            (context.Response.StatusCode, context.Response.ContentType) = (status == 299 ? 200 : status, "application/json");
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
    }

    private static string Completion(string content) => JsonSerializer.Serialize(new
    {
        id = "chatcmpl-1", @object = "chat.completion", created = 1_700_000_000, model = "story",
        choices = new[] { new { index = 0, message = new { role = "assistant", content }, finish_reason = "stop" } },
        usage = new { prompt_tokens = 9, completion_tokens = 12, total_tokens = 21 },
    });
}
