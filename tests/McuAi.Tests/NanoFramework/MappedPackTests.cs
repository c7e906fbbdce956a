using McuAi.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>Packs that are read in place, by handle.</summary>
[TestClass]
public sealed class MappedPackTests
{
    [TestMethod]
    public void MappingsEnd()
    {
        Assert.AreEqual(ErrorCode.Read, Assert.ThrowsExactly<McuAiException>(() => new MappedPack("/no/such/file")).Code);
        Assert.AreEqual(ErrorCode.Argument, Assert.ThrowsExactly<McuAiException>(() => new MappedPack("")).Code);
        Assert.AreEqual(ErrorCode.Argument, Assert.ThrowsExactly<McuAiException>(() => new MappedPack(new string('x', 256))).Code);
        Assert.AreEqual(ErrorCode.Argument, Assert.ThrowsExactly<McuAiException>(() => new MappedPack("a\0b")).Code);
        string digits = Learning.ModelCard.Path("digits.tsk"), other = Learning.ModelCard.Path("bearing.tsk");
        var mapped = new MappedPack(digits);
        var model = new Model(mapped);
        model.Invoke();
        mapped.Dispose();
        mapped.Dispose();
        using var next = new MappedPack(other); // takes the place of the one before
        Assert.AreEqual(ErrorCode.Argument, Assert.ThrowsExactly<McuAiException>(model.Invoke).Code);
        Assert.AreEqual(ErrorCode.Argument, Assert.ThrowsExactly<McuAiException>(() => mapped.Read(0, new byte[4], 0, 4)).Code);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => next.Read(next.Length - 3, new byte[4], 0, 4));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => next.Read(-1, new byte[4], 0, 4));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => next.Read(0, new byte[64], 0, 5000));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => next.Read(0, new byte[64], 60, 5));
        Assert.ThrowsExactly<ArgumentNullException>(() => next.Read(0, null!, 0, 4));
    }

    /// <summary>A pack of one name is mapped once, however often it is asked for; of other names, four are.</summary>
    [TestMethod]
    public void APackIsMappedOnce()
    {
        string digits = Learning.ModelCard.Path("digits.tsk");
        MappedPack[] many = [.. Enumerable.Range(0, 10).Select(_ => new MappedPack(digits))];
        var model = new Model(many[3]);
        foreach (MappedPack one in many.Where(pack => pack != many[3]))
            one.Dispose();
        model.Invoke();
        MappedPack[] others = [.. ((string[])["bearing.tsk", "commands.tsk", "stories.tsk"])
            .Select(name => new MappedPack(Learning.ModelCard.Path(name)))];
        McuAiException error = Assert.ThrowsExactly<McuAiException>(() => new MappedPack(Learning.ModelCard.Path("shakespeare.tsk")));
        Assert.AreEqual(ErrorCode.Argument, error.Code);
        Assert.Contains("four names", error.Message);
        others[1].Dispose();
        new MappedPack(Learning.ModelCard.Path("shakespeare.tsk")).Dispose();
        others[0].Dispose();
        others[2].Dispose();
        many[3].Dispose();
        Assert.AreEqual(ErrorCode.Argument, Assert.ThrowsExactly<McuAiException>(model.Invoke).Code);
    }
}
