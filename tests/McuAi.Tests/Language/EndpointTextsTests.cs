using McuAi.HostTools.Language;
using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Language;

/// <summary>Texts of a teacher behind an endpoint.</summary>
[TestClass]
public sealed class EndpointTextsTests
{
    private readonly List<string> log = [];

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void TextsAreAskedForOnceAndKept()
    {
        using var server = new ChatServer(i => (200, $" Text {i}.\n"));
        string path = File();
        IReadOnlyList<string> texts = Texts(server, path).Read(7, CancellationToken.None);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 7).Select(i => $"Text {i}.").ToArray(), texts.ToArray());
        Assert.AreEqual(7, server.Requests);
        Assert.AreEqual("/v1/chat/completions", server.Path);
        Assert.AreEqual("Bearer secret", server.Authorization);
        Assert.AreEqual("story", (string)server.Asked!["model"]!);
        Assert.AreEqual("Tell.", (string)server.Asked["messages"]![0]!["content"]!);
        Assert.AreEqual(30, (int)server.Asked["max_completion_tokens"]!);
        Assert.DoesNotContain("secret", System.IO.File.ReadAllText(path));

        CollectionAssert.AreEqual(texts.ToArray(), Texts(server, path).Read(7, CancellationToken.None).ToArray());
        Assert.AreEqual(7, server.Requests);
        System.IO.File.AppendAllText(path, "\"half a li");
        CollectionAssert.AreEqual(texts.ToArray(), Texts(server, path).Read(9, CancellationToken.None).Take(7).ToArray());
        Assert.AreEqual(9, server.Requests);
        CollectionAssert.AreEqual(texts.ToArray(), Texts(server, path).Read(7, CancellationToken.None).ToArray());
    }

    /// <summary>Those that came before an error are kept; what is refused for now is asked for again.</summary>
    [TestMethod]
    public void RefusalsForNowAreAskedForAgain()
    {
        using var server = new ChatServer(i => i is 1 or 2 ? (429, "slow down") : i == 4 ? (503, "busy") : (200, $"Text {i}."));
        Assert.HasCount(4, Texts(server, File(), retries: 4).Read(4, CancellationToken.None));
        Assert.AreEqual(7, server.Requests);

        using var refusing = new ChatServer(i => i < 2 ? (200, $"Text {i}.") : (429, "no more"));
        string path = File();
        string message = Error(refusing, path, 5);
        Assert.Contains("(429)", message);
        Assert.Contains("same command", message);
        Assert.HasCount(2, Texts(refusing, path).Read(2, CancellationToken.None));
    }

    [TestMethod]
    [DataRow(401, "wrong key", "refuses the key (401)", "--api-key-env")]
    [DataRow(403, "not yours", "refuses the key (403)", "--api-key-env")]
    [DataRow(404, "none", "no model story", "--teacher-model")]
    [DataRow(400, "bad", "answered 400", "same command")]
    [DataRow(500, "broken", "answered 500", "same command")]
    [DataRow(299, "<html>hello</html>", "does not speak", "--teacher-url")]
    [DataRow(299, "{}", "does not speak", "--teacher-url")]
    [DataRow(200, " ", "without a letter", "--teacher-prompt")]
    public void ErrorsAreSentences(int status, string content, string what, string advice)
    {
        using var server = new ChatServer(_ => (status, content));
        string message = Error(server, File(), 3);
        Assert.Contains(what, message);
        Assert.Contains(advice, message);
        Assert.Contains($"{server.Url}", message);
        Assert.DoesNotContain("secret", message);
        Assert.HasCount(1, message.Split('\n'));
    }

    [TestMethod]
    public void HostsThatCannotBeReachedAreNamed()
    {
        var endpoint = new TeacherEndpoint(new Uri($"http://127.0.0.1:{ChatServer.FreePort()}/v1"), "story", null) { Retries = 1 };
        string message = Assert.ThrowsExactly<ModelException>(() =>
            new EndpointTexts(endpoint, File(), 30, log.Add).Read(1, CancellationToken.None)).Message;
        Assert.Contains($"{endpoint.Url} cannot be reached", message);
    }

    [TestMethod]
    public void OtherTeachersTextsAreNotTaken()
    {
        using var server = new ChatServer(i => (200, $"Text {i}."));
        string path = File();
        Texts(server, path).Read(1, CancellationToken.None);
        EndpointTexts other = new(Endpoint(server, 0) with { Prompt = "Sing." }, path, 30, log.Add);
        Assert.Contains("delete it", Assert.ThrowsExactly<ModelException>(() => other.Read(1, CancellationToken.None)).Message);
        System.IO.File.AppendAllText(path, "{}\n");
        Assert.Contains("damaged", Error(server, path, 2));
    }

    [TestMethod]
    public void AddressesAndKeysAreChecked()
    {
        Assert.Contains("--teacher-url ftp://x",
            Assert.ThrowsExactly<ModelException>(() => TeacherEndpoint.Of("ftp://x", "m", null)).Message);
        Assert.Contains("MCUAI_NO_SUCH_KEY", Assert.ThrowsExactly<ModelException>(() =>
            TeacherEndpoint.Of("http://localhost/v1", "m", "MCUAI_NO_SUCH_KEY")).Message);
    }

    private EndpointTexts Texts(ChatServer server, string path, int retries = 0) =>
        new(Endpoint(server, retries), path, 30, log.Add);

    private static TeacherEndpoint Endpoint(ChatServer server, int retries) =>
        new(server.Url, "story", "secret") { Prompt = "Tell.", Retries = retries };

    private string Error(ChatServer server, string path, int count) =>
        Assert.ThrowsExactly<ModelException>(() => Texts(server, path).Read(count, CancellationToken.None)).Message;

    private string File() => Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.jsonl");
}
