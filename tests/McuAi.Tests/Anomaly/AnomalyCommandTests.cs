using System.Globalization;
using System.Text.Json;
using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Boards;
using McuAi.Tests.Commands;

namespace McuAi.Tests.Anomaly;

/// <summary>mcuai anomaly as people see it.</summary>
[TestClass]
public sealed class AnomalyCommandTests : IDisposable
{
    private static readonly string[] BearingSettings = ["--part", "0:0.7", "--rate", "12000", "--window", "1024", "--hop", "256",
        "--features", "deviation,crest,kurtosis", "--bands", "13", "--range", "60,4500", "--full-scale", "8", "--seed", "1"];

    private readonly CommandLine _tool = new();

    public void Dispose() => _tool.Dispose();

    [TestMethod]
    public async Task ALogBecomesADetectorThatFindsItsFaults()
    {
        Write("normal.csv", 2000, _ => 0);
        Write("mixed.csv", 600, i => i >= 300 ? 1 : 0);
        CommandResult train = await _tool.RunAsync("anomaly", "train", _tool["normal.csv"], "-o", _tool["x.tsk"], "--window", "20",
            "--hop", "5", "--json");
        train.IsSuccess();
        using JsonDocument made = JsonDocument.Parse(train.Output);
        Assert.AreEqual(4, made.RootElement.GetProperty("candidates").GetArrayLength());
        Assert.IsTrue(made.RootElement.GetProperty("enough").GetBoolean());

        CommandResult eval = await _tool.RunAsync("anomaly", "eval", _tool["x.tsk"], _tool["mixed.csv"], "--board", "mps2-an386",
            "--json");
        eval.IsSuccess();
        using JsonDocument told = JsonDocument.Parse(eval.Output);
        Assert.AreEqual("mps2-an386", told.RootElement.GetProperty("logs")[0].GetProperty("board").GetString());
        Assert.IsGreaterThan(0.9, told.RootElement.GetProperty("figures").GetProperty("auc").GetDouble());
        CommandResult table = await _tool.RunAsync("anomaly", "eval", _tool["x.tsk"], _tool["normal.csv"]);
        table.IsSuccess();
        Assert.Contains("normal.csv", table.Output);
    }

    [TestMethod]
    public async Task MistakesAreNamed()
    {
        Write("normal.csv", 800, _ => 0);
        Write("mixed.csv", 400, i => i > 200 ? 1 : 0);
        string log = _tool["normal.csv"], pack = _tool["x.tsk"];
        (await Train("absent.csv")).IsRefusal("There is no file absent.csv");
        (await Train(_tool["mixed.csv"])).IsRefusal("row 202", "normal rows alone");
        (await Train(log, "--features", "loudness")).IsRefusal("'loudness' is none of");
        (await Train(log, "--false-alarms", "2")).IsRefusal("no share between 0 and 1");
        (await Train(log, "--window", "300")).IsRefusal("are too few to learn from");
        (await Train(log, "--window", "4000")).IsRefusal("a window of 4000 samples; it takes 1 to 2048");
        (await Train(log, "--bands", "4", "--range", "9")).IsRefusal("--range 9 is not LOW,HIGH");
        (await Train(log, "--learn")).IsRefusal("--learn takes --adapt");
        (await Train(log, "--part", "0.7")).IsRefusal("--part 0.7 is not FROM:TO");
        (await _tool.RunAsync("anomaly", "bench")).IsRefusal("--cwru, --skab or --nab");
        (await _tool.RunAsync("anomaly", "bench", "--skab", "nowhere")).IsRefusal("nowhere");
        (await _tool.RunAsync("anomaly", "bench", "--nab", "nowhere")).IsRefusal("combined_windows.json");
        (await _tool.RunAsync("anomaly", "bench", "--cwru", "nowhere")).IsRefusal("index.csv");
        Assert.IsFalse(File.Exists(pack));

        (await Train(log)).IsSuccess();
        (await Train(log, "--learn", "--adapt", "6")).IsSuccess();
        File.WriteAllText(_tool["one.csv"], "a\n1\n2\n");
        (await _tool.RunAsync("anomaly", "eval", pack, _tool["one.csv"])).IsRefusal("has 1 channels", "takes 2");
        (await _tool.RunAsync("anomaly", "eval", pack)).IsRefusal("Give at least one log");

        Task<CommandResult> Train(string path, params string[] more) =>
            _tool.RunAsync(["anomaly", "train", path, "-o", pack, "--method", "z-score", .. more]);
    }

    /// <summary>The pack that is shipped has the AUC of its card, and so has the one that the card's command gives: sums
    /// in floating point differ between processors, so their bytes need not be equal.</summary>
    [TestMethod]
    public async Task TheBearingModelIsWhatItsCardSays()
    {
        string data = SharedData.Path("anomaly/cwru-bearing");
        string shipped = Path.Combine(ProjectFolder.Find().Root, "models", "bearing.tsk");
        string normal = Path.Combine(data, "1797_Normal_DE.f32") + "@48000", trained = _tool["bearing.tsk"];
        (await _tool.RunAsync(["anomaly", "train", normal, .. BearingSettings, "-o", trained])).IsSuccess();
        Assert.AreEqual(new FileInfo(shipped).Length, new FileInfo(trained).Length);
        foreach (string pack in (string[])[shipped, trained])
        {
            CommandResult eval = await _tool.RunAsync(["anomaly", "eval", pack, normal, "--part", "0.7:1", "--json", "--faulty",
                .. BearingRecordings.Read(data).Where(one => !one.IsNormal).Select(one => Path.Combine(data, one.File))]);
            eval.IsSuccess();
            using JsonDocument told = JsonDocument.Parse(eval.Output);
            Assert.IsGreaterThanOrEqualTo(0.9999, told.RootElement.GetProperty("figures").GetProperty("auc").GetDouble(), pack);
        }
    }

    /// <summary>Two sensors that go together; faulty, they do not.</summary>
    private void Write(string file, int rows, Func<int, int> label)
    {
        var random = new Random(rows);
        File.WriteAllLines(_tool[file], Enumerable.Range(0, rows).Select(i =>
        {
            double load = Math.Sin(0.03 * i) + (0.2 * random.NextDouble());
            double other = label(i) == 1 ? 4 * random.NextDouble() : load + (0.2 * random.NextDouble());
            return string.Create(CultureInfo.InvariantCulture,
                $"2026-01-01 {i / 3600:00}:{i / 60 % 60:00}:{i % 60:00};{load:F4};{other:F4};{label(i)}");
        }).Prepend("time;load;current;anomaly"));
    }
}
