using McuAi.HostTools.Boards;
using McuAi.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>A pack in a file gives the bytes of the same pack in an array, and one documented exception whatever happens to the
/// file.</summary>
[TestClass]
public sealed class FilePackTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcuai-file-pack-");

    public static IEnumerable<object[]> Shipped => ManagedRuns.Shipped;

    [TestMethod]
    [DynamicData(nameof(Shipped))]
    public void ModelsGiveTheBytesOfThoseInAnArray(string name)
    {
        byte[] pack = ManagedRuns.ShippedBytes(name);
        using var file = new FilePack(Path.Combine(ProjectFolder.Find().Root, "models", name));
        Assert.AreEqual(pack.Length, file.Length);
        var expected = new Model(new ArrayPack(pack));
        foreach (int cache in (int[])[0, pack.Length])
        {
            var model = new Model(file, cache);
            expected.Reset();
            byte[] inputs = new byte[ManagedRuns.InputBytes(model)]; // of a language model: token 0 at position 0
            CollectionAssert.AreEqual(ManagedRuns.Run(expected, inputs), ManagedRuns.Run(model, inputs), $"cache {cache}");
            long read = model.BytesRead;
            CollectionAssert.AreEqual(ManagedRuns.Run(expected, inputs), ManagedRuns.Run(model, inputs), $"cache {cache}, again");
            Assert.IsGreaterThan(0, read);
            if (cache == pack.Length)
                Assert.AreEqual(read, model.BytesRead, "a cache for all holds all");
            model.Verify();
        }
    }

    [TestMethod]
    public void AnyPieceOfTheFileIsThatOfTheArray()
    {
        byte[] pack = ManagedRuns.ShippedBytes("bearing.tsk");
        using var file = new FilePack(Write(pack));
        var random = new Random(2);
        for (int i = 0; i < 500; i++)
        {
            int offset = random.Next(pack.Length + 1), count = random.Next(pack.Length - offset + 1), index = random.Next(20);
            byte[] buffer = new byte[index + count + random.Next(20)], expected = new byte[buffer.Length];
            pack.AsSpan(offset, count).CopyTo(expected.AsSpan(index));
            file.Read(offset, buffer, index, count);
            CollectionAssert.AreEqual(expected, buffer, $"{count} bytes from {offset} on");
        }
    }

    [TestMethod]
    public void AFileThatIsNotThereIsTold()
    {
        foreach (string path in (string[])[Path.Combine(_folder.FullName, "none.tsk"), Path.Combine(_folder.FullName, "no", "none.tsk"),
            _folder.FullName, "", "\0"])
        {
            McuAiException error = Assert.ThrowsExactly<McuAiException>(() => new FilePack(path));
            Assert.AreEqual(ErrorCode.Read, error.Code);
            StringAssert.StartsWith(error.Message, path + " cannot be opened (");
        }

        Assert.ThrowsExactly<ArgumentNullException>(() => new FilePack(null!));
    }

    /// <summary>Cut while a model uses it: by a byte, by a part, and to nothing.</summary>
    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.9)]
    [DataRow(0.0)]
    public void AFileThatIsCutWhileItIsUsedIsTold(double share)
    {
        byte[] pack = ManagedRuns.ShippedBytes("stories260k.tsk");
        string path = Write(pack);
        using var file = new FilePack(path);
        var model = new Model(file);
        byte[] inputs = new byte[ManagedRuns.InputBytes(model)];
        ManagedRuns.Run(model, inputs);
        int left = share == 1.0 ? pack.Length - 1 : (int)(share * pack.Length);
        using (var cut = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            cut.SetLength(left);
        McuAiException error = Assert.ThrowsExactly<McuAiException>(() => model.Verify());
        Assert.AreEqual(ErrorCode.Read, error.Code);
        StringAssert.Contains(error.Message, $", but had {pack.Length} when it was opened");
    }

    [TestMethod]
    public void AShortFileIsNoPack()
    {
        foreach (int bytes in (int[])[0, 1, 71, 72, 1000])
        {
            using var file = new FilePack(Write(ManagedRuns.ShippedBytes("bearing.tsk")[..bytes]));
            Assert.AreEqual(ErrorCode.Truncated, Assert.ThrowsExactly<McuAiException>(() => new Model(file)).Code);
        }
    }

    [TestMethod]
    public void AFileOfTwoGibibytesIsTooLarge()
    {
        string path = Write([]);
        using (var sparse = new FileStream(path, FileMode.Open))
            sparse.SetLength(1L << 31);
        Assert.AreEqual(ErrorCode.TooLarge, Assert.ThrowsExactly<McuAiException>(() => new FilePack(path)).Code);
        File.Delete(path); // it is closed again
        Assert.IsFalse(File.Exists(path));
    }

    [TestMethod]
    public void AClosedFileIsReadNoMore()
    {
        byte[] pack = ManagedRuns.ShippedBytes("stories260k.tsk");
        var file = new FilePack(Write(pack));
        var model = new Model(file);
        file.Dispose();
        file.Dispose();
        Assert.AreEqual(pack.Length, file.Length);
        McuAiException error = Assert.ThrowsExactly<McuAiException>(() => model.Verify());
        Assert.AreEqual(ErrorCode.Read, error.Code);
        StringAssert.Contains(error.Message, "is closed");
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
