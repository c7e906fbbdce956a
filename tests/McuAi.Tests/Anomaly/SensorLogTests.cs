using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Anomaly;

/// <summary>Logs of every kind, and what is said of damaged ones.</summary>
[TestClass]
public sealed class SensorLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcuai-log-");

    public void Dispose() => _folder.Delete(recursive: true);

    [TestMethod]
    [DataRow("datetime;a;b;anomaly;changepoint\n2020-01-01 00:00:00;1;2;0.0;0\n2020-01-01 00:00:01;3;4;1.0;1\n")]
    [DataRow("time,a,b,anomaly\n2020-01-01T00:00:00Z,1,2,0\n\n2020-01-01T00:00:01Z,3,4,1\n")]
    [DataRow("a\tb\tanomaly\n1\t2\t0\n3\t4\t2\n")]
    public void ColumnsAreTold(string text)
    {
        SensorLog log = Read(text);
        Assert.AreEqual("a b", string.Join(' ', log.Channels));
        Assert.AreEqual("1 3, 2 4", Numbers(log));
        Assert.AreEqual("False True", string.Join(' ', log.Labels!));
        Assert.IsEmpty(log.Warnings);
    }

    [TestMethod]
    public void AHeaderIsNotNeeded()
    {
        SensorLog log = Read("1,2\n3,4\n");
        Assert.AreEqual("column 1, column 2", string.Join(", ", log.Channels));
        Assert.AreEqual(2, log.Rows);
        Assert.IsNull(log.Labels);
    }

    [TestMethod]
    [DataRow("a,b\n1,2\n3\n", "line 3 has 1 cells")]
    [DataRow("a,b\n1,2\n3,x\n", "line 3: 'x' in b is not a number")]
    [DataRow("a,b\n1,2\n3,NaN\n", "line 3: b has no value ('NaN')")]
    [DataRow("a,b\n1,\n", "line 2: b has no value")]
    [DataRow("a,b\n1,inf\n", "line 2: b has no value ('inf')")]
    [DataRow("t,a\n2020-01-01 00:00:00,1\nsoon,2\n", "line 3: 'soon' in t is no time")]
    [DataRow("a,anomaly\n1,yes\n", "line 2: 'yes' in anomaly is no label")]
    [DataRow("anomaly\n1\n", "has no column of numbers")]
    [DataRow("a,b\n", "nothing but a header")]
    [DataRow("", "is empty")]
    public void DamageIsNamedWithItsLine(string text, string words)
    {
        ModelException refusal = Assert.ThrowsExactly<ModelException>(() => Read(text));
        Assert.Contains(words, refusal.Message);
        Assert.Contains("log.csv", refusal.Message);
    }

    [TestMethod]
    public void MissingValuesAreHeldOrDropped()
    {
        const string Text = "a,b\n,1\n5,2\nNaN,3\n7,4\n";
        SensorLog held = Read(Text, MissingValues.Hold);
        Assert.AreEqual("5 5 5 7, 1 2 3 4", Numbers(held));
        Assert.Contains("2 missing values of a", held.Warnings[0]);
        SensorLog dropped = Read(Text, MissingValues.Drop);
        Assert.AreEqual("5 7, 2 4", Numbers(dropped));
        Assert.Contains("2 rows", dropped.Warnings[0]);
        Assert.Contains("no value at all", Assert.ThrowsExactly<ModelException>(() => Read("a,b\n,1\n,2\n", MissingValues.Hold)).Message);
    }

    [TestMethod]
    public void GapsAndTimeThatGoesBackwardsAreWarnedOf()
    {
        string lines = string.Join('\n', Enumerable.Range(0, 20).Select(i =>
            $"2020-01-01 00:{(i < 10 ? i : i < 15 ? i + 30 : i - 10):00}:00,{i}"));
        SensorLog log = Read("t,a\n" + lines + "\n");
        Assert.Contains("1 gaps", log.Warnings[0]);
        Assert.Contains("backwards 1 times", log.Warnings[1]);
    }

    [TestMethod]
    public void RawSamplesAreInterleaved()
    {
        string path = Path.Combine(_folder.FullName, "log.f32");
        File.WriteAllBytes(path, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(new float[] { 1, 2, 3, 4, 5, 6 }).ToArray());
        SensorLog log = SensorLogReader.Read(path, new SensorLogOptions { RawChannels = 2 });
        Assert.AreEqual("1 3 5, 2 4 6", Numbers(log));
        Assert.Contains("no whole number of rows", Assert.ThrowsExactly<ModelException>(() =>
            SensorLogReader.Read(path, new SensorLogOptions { RawChannels = 4 })).Message);
        File.WriteAllBytes(path, BitConverter.GetBytes(float.NaN));
        Assert.Contains("sample 0 is not finite", Assert.ThrowsExactly<ModelException>(() => SensorLogReader.Read(path)).Message);
    }

    [TestMethod]
    public void TheCorporaAreWhatTheirNotesSay()
    {
        SensorLog[] skab = McuAi.HostTools.Anomaly.SkabBench.Read(SharedData.Path("anomaly/skab"));
        Assert.HasCount(34, skab);
        Assert.AreEqual(37401, skab.Sum(log => log.Rows));
        Assert.AreEqual(13067, skab.Sum(log => log.Labels!.Count(label => label)));
        Assert.IsTrue(skab.All(log => log.Channels.Count == 8));
        Assert.HasCount(10, McuAi.HostTools.Anomaly.BearingRecordings.Read(SharedData.Path("anomaly/cwru-bearing")));
    }

    private static string Numbers(SensorLog log) =>
        string.Join(", ", log.Values.Select(channel => string.Join(' ', channel)));

    private SensorLog Read(string text, MissingValues missing = MissingValues.Refuse)
    {
        string path = Path.Combine(_folder.FullName, "log.csv");
        File.WriteAllText(path, text);
        return SensorLogReader.Read(path, new SensorLogOptions { Missing = missing });
    }
}
