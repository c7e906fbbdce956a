using System.Globalization;
using System.Text.Json;
using McuAi.ModelConverter.Data;
using McuAi.Tests.Commands;

namespace McuAi.Tests.Learning;

/// <summary>mcuai train and eval on words that are learnt in seconds: tones that rise, fall and stay.</summary>
[TestClass]
public sealed class KeywordTrainingTests
{
    private const int Rate = 8000;
    private static string folder = "";

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static void MakeWords(TestContext context)
    {
        folder = Directory.CreateTempSubdirectory("mcuai-words-").FullName;
        var random = new Random(4);
        using var manifest = new StreamWriter(Path.Combine(folder, "manifest.csv"));
        manifest.WriteLine("path,label,speaker,split");
        for (int i = 0; i < 90; i++)
        {
            string label = new[] { "rise", "fall", "stay" }[i % 3];
            // The test is recorded at another rate than the training.
            (int rate, string split) = i < 60 ? (Rate, "train") : i < 75 ? (Rate, "validation") : (22050, "test");
            string name = string.Create(CultureInfo.InvariantCulture, $"{label}{i}.wav");
            File.WriteAllBytes(Path.Combine(folder, name), WavWriter.Encode(Tone(label, random, rate), rate));
            manifest.WriteLine($"{name},{label},s{i % 10}{split},{split}");
        }
    }

    [ClassCleanup]
    public static void RemoveWords() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public async Task ATrainedPackIsJudgedByAnotherCommand()
    {
        string pack = Path.Combine(folder, "tones.tsk"), page = Path.Combine(folder, "curves.html");
        JsonElement trained = await Json("train", folder, "-o", pack, "--steps", "120", "--quantized-steps", "60", "--width",
            "24", "--blocks", "2", "--html", page, "--json");
        double test = trained.GetProperty("test_integer").GetDouble();
        Assert.IsGreaterThan(0.9, test);
        Assert.AreEqual(trained.GetProperty("test_real").GetDouble(), test, 0.1);
        StringAssert.Contains(await File.ReadAllTextAsync(page, TestContext.CancellationToken), "<polyline");

        JsonElement judged = await Json("eval", pack, "--data", Path.Combine(folder, "manifest.csv"), "--json");
        Assert.AreEqual("accuracy", judged.GetProperty("metric").GetString());
        Assert.AreEqual(15, judged.GetProperty("samples").GetInt32());
        Assert.AreEqual(test, judged.GetProperty("value").GetDouble(), 1e-9);

        JsonElement heard = await Json("eval", pack, "--data", Path.Combine(folder, "manifest.csv"), "--stream", "--json");
        Assert.AreEqual(15, heard.GetProperty("samples").GetInt32());
        Assert.AreEqual(heard.GetProperty("found").GetInt32() / 15.0, heard.GetProperty("value").GetDouble(), 1e-9);
        Assert.IsGreaterThan(0.6, heard.GetProperty("value").GetDouble());
        JsonElement deaf = await Json("eval", pack, "--data", Path.Combine(folder, "manifest.csv"), "--stream", "--threshold",
            "0.99", "--json");
        Assert.IsLessThan(heard.GetProperty("found").GetInt32(), deaf.GetProperty("found").GetInt32());
    }

    [TestMethod]
    public async Task TheSameCommandGivesTheSameBytes()
    {
        string[] packs = [Path.Combine(folder, "a.tsk"), Path.Combine(folder, "b.tsk")];
        foreach (string pack in packs)
            await Json("train", folder, "-o", pack, "--steps", "12", "--quantized-steps", "6", "--width", "16", "--blocks",
                "1", "--json");
        CollectionAssert.AreEqual(await File.ReadAllBytesAsync(packs[0], TestContext.CancellationToken),
            await File.ReadAllBytesAsync(packs[1], TestContext.CancellationToken));
    }

    /// <summary>Several teachers make another model than one, and a run that goes on from their checkpoints the same one.</summary>
    [TestMethod]
    public async Task SeveralTeachersCanBeTakenUpAgain()
    {
        string[] packs = [Path.Combine(folder, "one.tsk"), Path.Combine(folder, "two.tsk"), Path.Combine(folder, "again.tsk")];
        string checkpoint = Path.Combine(folder, "teachers.checkpoint");
        string[] common = ["--steps", "12", "--quantized-steps", "6", "--width", "16", "--blocks", "1", "--json"];
        await Json(["train", folder, "-o", packs[0], .. common]);
        await Json(["train", folder, "-o", packs[1], "--teachers", "3", "--checkpoint", checkpoint, .. common]);
        Assert.HasCount(4, Directory.GetFiles(folder, "teachers.checkpoint*"));
        File.Delete(checkpoint + ".quantized");
        await Json(["train", folder, "-o", packs[2], "--teachers", "3", "--checkpoint", checkpoint, .. common]);
        byte[][] bytes = [.. packs.Select(File.ReadAllBytes)];
        CollectionAssert.AreNotEqual(bytes[0], bytes[1]);
        CollectionAssert.AreEqual(bytes[1], bytes[2]);
        using var tool = new CommandLine();
        (await tool.RunAsync("train", folder, "-o", packs[0], "--teachers", "0")).IsRefusal("--teachers 0", "16");
        (await tool.RunAsync("train", folder, "-o", packs[0], "--also-share", "1.5")).IsRefusal("--also-share 1.5", "0 and 1");
        foreach (string share in (string[])["--weak-fricatives", "--splices", "--close-cuts", "--unsteady-noise", "--silence-share",
            "--unknown-share"])
            (await tool.RunAsync("train", folder, "-o", packs[0], share, "-0.1")).IsRefusal($"{share} -0.1", "0 and 1");
        foreach (string mixup in (string[])["5", "-1", "0.001"])
            (await tool.RunAsync("train", folder, "-o", packs[0], "--mixup", mixup)).IsRefusal($"--mixup {mixup}", "0.01 and 4");
    }

    /// <summary>The strides keep 49, 25 and 13 of the 49 frames, and all but the last layer's work is for each of them.</summary>
    [TestMethod]
    [DataRow("temporal")]
    [DataRow("ds-cnn")]
    public async Task ASmallerTimeStrideHearsMoreFrames(string network)
    {
        string pack = Path.Combine(folder, $"stride-{network}.tsk");
        var macs = new List<double>();
        foreach (string stride in (string[])["1", "2", "4"])
        {
            JsonElement trained = await Json("train", folder, "-o", pack, "--network", network, "--time-stride", stride, "--steps", "8",
                "--quantized-steps", "4", "--width", "16", "--blocks", "1", "--json");
            macs.Add(trained.GetProperty("macs").GetDouble());
            JsonElement judged = await Json("eval", pack, "--data", Path.Combine(folder, "manifest.csv"), "--json");
            Assert.AreEqual(trained.GetProperty("test_integer").GetDouble(), judged.GetProperty("value").GetDouble(), 1e-9);
        }

        Assert.AreEqual(49.0 / 25, macs[0] / macs[1], 0.01);
        Assert.AreEqual(25.0 / 13, macs[1] / macs[2], 0.01);
        using var tool = new CommandLine();
        foreach (string stride in (string[])["0", "5", "-1"])
            (await tool.RunAsync("train", folder, "-o", pack, "--time-stride", stride)).IsRefusal($"--time-stride {stride}", "1 and 4");
    }

    [TestMethod]
    public async Task ACommitteeIsAllItsTeachersInOnePack()
    {
        string[] packs = [Path.Combine(folder, "taught.tsk"), Path.Combine(folder, "committee.tsk"), Path.Combine(folder, "resumed.tsk")];
        string[] common = ["--teachers", "3", "--steps", "100", "--quantized-steps", "20", "--width", "16", "--blocks", "1", "--json"];
        string checkpoint = Path.Combine(folder, "committee.checkpoint");
        JsonElement taught = await Json(["train", folder, "-o", packs[0], .. common]);
        JsonElement committee = await Json(["train", folder, "-o", packs[1], "--committee", "--checkpoint", checkpoint, .. common]);
        Assert.AreEqual(3, committee.GetProperty("macs").GetDouble() / taught.GetProperty("macs").GetDouble(), 0.01);
        Assert.IsGreaterThan(2.5, committee.GetProperty("weight_bytes").GetDouble() / taught.GetProperty("weight_bytes").GetDouble());
        Assert.IsGreaterThan(0.8, committee.GetProperty("test_real").GetDouble());
        Assert.IsGreaterThan(0.8, committee.GetProperty("test_integer").GetDouble());
        JsonElement judged = await Json("eval", packs[1], "--data", Path.Combine(folder, "manifest.csv"), "--json");
        Assert.AreEqual(committee.GetProperty("test_integer").GetDouble(), judged.GetProperty("value").GetDouble(), 1e-9);
        using var tool = new CommandLine();
        // From the checkpoints of the committee, and then of its members alone: no step of what they hold is made again.
        foreach (string[] made in (string[][])[[], ["step   320 of 320"]])
        {
            CommandResult again = await tool.RunAsync(["train", folder, "-o", packs[2], "--committee", "--checkpoint", checkpoint,
                .. common]);
            Assert.AreEqual(0, again.Status, again.Errors);
            CollectionAssert.AreEqual(made, again.Errors.Split('\n').Where(line => line.StartsWith("step", StringComparison.Ordinal))
                .Select(line => line[..17]).ToArray());
            CollectionAssert.AreEqual(File.ReadAllBytes(packs[1]), File.ReadAllBytes(packs[2]));
            File.Delete(checkpoint + ".quantized");
        }

        (await tool.RunAsync("train", folder, "-o", packs[0], "--committee")).IsRefusal("--committee", "not 1");
        (await tool.RunAsync("train", folder, "-o", packs[0], "--committee", "--teachers", "9")).IsRefusal("--committee", "not 9");
        (await tool.RunAsync("train", folder, "-o", packs[0], "--committee", "--teachers", "2", "--quantized-steps", "0"))
            .IsRefusal("--committee", "--quantized-steps 1");
    }

    [TestMethod]
    public async Task LabelsThatTheModelDoesNotKnowAreNamed()
    {
        string pack = Path.Combine(folder, "few.tsk"), strange = Path.Combine(folder, "strange.csv");
        await Json("train", folder, "-o", pack, "--steps", "4", "--quantized-steps", "2", "--width", "16", "--blocks", "1",
            "--json");
        await File.WriteAllTextAsync(strange, "path,label\nrise0.wav,rise\nfall1.wav,jump\n", TestContext.CancellationToken);
        using var tool = new CommandLine();
        (await tool.RunAsync("eval", pack, "--data", strange)).IsRefusal("jump", "rise");
    }

    private static async Task<JsonElement> Json(params string[] arguments)
    {
        using var tool = new CommandLine();
        CommandResult result = await tool.RunAsync(arguments);
        Assert.AreEqual(0, result.Status, result.Errors);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static float[] Tone(string label, Random random, int rate)
    {
        double start = random.Next(500, 900), slope = label switch { "rise" => 1.5, "fall" => -0.7, _ => 0 };
        var samples = new float[rate];
        double phase = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double time = (double)i / rate;
            phase += 2 * Math.PI * start * (1 + (slope * time)) / rate;
            bool heard = time is > 0.2 and < 0.8;
            samples[i] = (float)((heard ? 0.4 * Math.Sin(phase) : 0) + (0.01 * (random.NextDouble() - 0.5)));
        }

        return samples;
    }
}
