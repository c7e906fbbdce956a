using System.Text;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Language;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Pack;

namespace McuAi.Tests.Language;

/// <summary>The story-teller on emulated boards with its weights on a block device.</summary>
[TestClass]
public sealed class BoardStreamingTests
{
    private const int Cache = 160 * 1024;
    private static readonly StoryRequest Request = new("hello", 8, 0, 0, 1, 1);

    [TestMethod]
    [DataRow("mps2-an500")]
    [DataRow("riscv32-virt")]
    public async Task TextIsTheHosts(string name)
    {
        string path = WritePack();
        string host = string.Concat(Story.Tell(LanguagePack.Read(path), Request).Select(piece => Encoding.UTF8.GetString(piece.Span)));
        (byte[] text, BoardTelling telling) = await Board(name, bytes => bytes).TellAsync(LanguagePack.Read(path), Request,
            CancellationToken.None);
        Assert.AreEqual(host, Encoding.UTF8.GetString(text));
        Assert.IsGreaterThan(0UL, telling.Streamed!.Value.Bytes);
        Assert.IsInRange(Cache, Cache + 120_000, telling.RamBytes);
    }

    [TestMethod]
    public async Task ADamagedShardEndsTheStoryWithItsNumber()
    {
        LanguagePack pack = LanguagePack.Read(WritePack());
        BoardStory board = Board("mps2-an500", bytes =>
        {
            bytes[pack.Model.Shards[1].Offset] ^= 1;
            return bytes;
        });
        BoardException error = await Assert.ThrowsExactlyAsync<BoardException>(() => board.TellAsync(pack, Request,
            CancellationToken.None));
        Assert.Contains("(shard 1)", error.Message);
        Assert.DoesNotContain("mcuai text", error.Message);
    }

    private static BoardStory Board(string name, Func<byte[], byte[]> onDevice) =>
        new(ProjectFolder.Find(), new BoardCatalog(ProjectFolder.Find().Boards).Find(name)) { CacheBytes = Cache, OnDevice = onDevice };

    private static string WritePack()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("mcuai-stream-").FullName, "small.tsk");
        PackModel model = LanguageConversion.Run(TinySeekSizes.RandomPrefix + "tinyseek-1m", new LanguageOptions("int4"));
        ModelFile.WriteAtomically(path, PackWriter.Write(model));
        return path;
    }
}
