using System.Text.Json;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference;
using McuAi.Tests.Core;
using McuAi.Tests.Fuzz;
using McuAi.Tests.Import;
using McuAi.Tests.Reference;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;

namespace McuAi.Tests.Commands;

/// <summary>What people see of the tool: exit status, one sentence on failure, whole files or none.</summary>
[TestClass]
public sealed class CommandLineTests : IDisposable
{
    private readonly CommandLine tool = new();

    public void Dispose() => tool.Dispose();

    [TestMethod]
    [DataRow("convert", "absent.tflite")]
    [DataRow("convert", "absent.onnx")]
    [DataRow("inspect", "absent.tsk")]
    [DataRow("run", "absent.tsk", "--input", "x.bin")]
    [DataRow("emulate", "absent.tsk", "--board", "mps2-an386")]
    public async Task MissingFilesAreNamed(params string[] arguments)
    {
        (await tool.RunAsync(arguments)).IsRefusal("There is no file", arguments[1]);
        Assert.AreEqual("", tool.Files);
    }

    [TestMethod]
    [DataRow("convert", "model.pt")]
    [DataRow("convert", "model.tsk")]
    [DataRow("inspect", "model.txt")]
    public async Task FilesOfOtherKindsAreRefused(string verb, string file)
    {
        File.WriteAllText(tool[file], "no model");
        (await tool.RunAsync(verb, tool[file])).IsRefusal(file);
        Assert.AreEqual(file, tool.Files);
    }

    [TestMethod]
    [DataRow("sample.tflite", 0)]
    [DataRow("sample.tflite", 7)]
    [DataRow("sample.tflite", 300)]
    [DataRow("sample.onnx", 10)]
    [DataRow("sample.onnx", 200)]
    [DataRow("sample.tsk", 0)]
    [DataRow("sample.tsk", 71)]
    [DataRow("sample.tsk", 500)]
    public async Task TruncatedFilesAreRefused(string file, int bytes)
    {
        byte[] whole = Path.GetExtension(file) switch
        {
            ".tflite" => TfliteSampleFiles.All().First().Build(),
            ".onnx" => OnnxSampleFiles.All()[0],
            _ => SeedPacks.All()[0],
        };
        Assert.IsLessThan(whole.Length, bytes);
        File.WriteAllBytes(tool[file], whole[..bytes]);
        (await tool.RunAsync("inspect", tool[file])).IsRefusal();
        if (!file.EndsWith(".tsk", StringComparison.Ordinal))
            (await tool.RunAsync("convert", tool[file], "-o", tool["out.tsk"])).IsRefusal();
        Assert.AreEqual(file, tool.Files);
    }

    [TestMethod]
    public async Task InputsOfAnotherSizeAreRefused()
    {
        File.WriteAllBytes(tool["model.tsk"], SeedPacks.All()[0]);
        File.WriteAllBytes(tool["input.bin"], new byte[74]);
        File.WriteAllBytes(tool["output.bin"], [1, 2, 3]);
        CommandResult run = await tool.RunAsync("run", tool["model.tsk"], "-i", tool["input.bin"], "-o", tool["output.bin"]);
        run.IsRefusal("74 bytes", "75");
        (await tool.RunAsync("emulate", tool["model.tsk"], "-b", "mps2-an386", "-i", tool["input.bin"]))
            .IsRefusal("74 bytes", "75");
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, File.ReadAllBytes(tool["output.bin"]), "an old file is kept");
    }

    [TestMethod]
    public async Task UnknownBoardsAreRefusedWithThoseThatThereAre()
    {
        File.WriteAllBytes(tool["model.tsk"], SeedPacks.All()[0]);
        (await tool.RunAsync("emulate", tool["model.tsk"], "--board", "nano")).IsRefusal("'nano'", "stm32f4-discovery");
        File.WriteAllBytes(tool["model.tflite"], TfliteSampleFiles.All().First().Build());
        (await tool.RunAsync("convert", tool["model.tflite"], "--board", "nano")).IsRefusal("'nano'", "mps2-an386");
    }

    /// <summary>300 kB of activations, and the board has 128 KiB of RAM.</summary>
    [TestMethod]
    public async Task ModelsThatDoNotFitAreRefusedWithTheFigures()
    {
        var graph = new TestGraph(1);
        Tensor x = graph.Input([1, 300, 1000], 1, 0), y = TestGraph.Activation([1, 300, 1000], 1f / 256, -128);
        ModelGraph model = graph.Node(OperatorKind.Softmax, new SoftmaxAttributes(), [x], y);
        File.WriteAllBytes(tool["large.tsk"], PackWriter.Write(GraphLowering.Lower(model, KernelFamilies.Named("portable"))));
        (await tool.RunAsync("emulate", tool["large.tsk"], "--board", "stm32f4-discovery"))
            .IsRefusal("131,072", "smaller model or a larger board");
    }

    /// <summary>An image of 144 KiB between two layers, on a board of 128 KiB.</summary>
    [TestMethod]
    public async Task LayersRunInStripsWhereTheBoardIsTooSmall()
    {
        var graph = new TestGraph(1);
        Tensor x = graph.Input([1, 48, 64, 8], 0.1f, 0);
        foreach (int channels in (int[])[48, 8])
        {
            Tensor weights = graph.Weights([channels, 3, 3, x.Shape[3]], graph.Scales(channels, 0.001f, 0.002f), 0);
            Tensor y = TestGraph.Activation([1, 48, 64, channels], 0.1f, 3);
            graph.Node(OperatorKind.Conv2D, new ConvAttributes(1, 1, 1, 1, new Padding(1, 1, 1, 1), FusedActivation.None),
                [x, weights, null], y);
            x = y;
        }

        ModelGraph model = graph.Node(OperatorKind.Quantize, OperatorAttributes.None, [x],
            TestGraph.Activation(x.Shape, 0.2f, 1));
        PackModel whole = GraphLowering.Lower(model, KernelFamilies.Named("portable"));
        File.WriteAllBytes(tool["large.tsk"], PackWriter.Write(whole));
        byte[][] inputs = graph.RandomInputs();
        File.WriteAllBytes(tool["input.bin"], inputs[0]);
        CommandResult result = await tool.RunAsync("emulate", tool["large.tsk"], "--board", "stm32f4-discovery", "--input",
            tool["input.bin"], "--output", tool["output.bin"], "--no-estimate");
        result.IsSuccess();
        Assert.Contains("layers run in strips of rows; whole ones would take", result.Output);
        CollectionAssert.AreEqual(new IntegerExecutor(model).Run(inputs)[0], File.ReadAllBytes(tool["output.bin"]));
        (await tool.RunAsync("emulate", tool["large.tsk"], "--board", "stm32f4-discovery", "--as-it-is"))
            .IsRefusal("131,072");
    }

    [TestMethod]
    public async Task TheArenaFollowsTheOption()
    {
        string model = SharedData.Path("mlperf-tiny/models/pretrainedResnet_quant.tflite");
        async Task<JsonElement> ConvertAsync(string arena)
        {
            CommandResult result = await tool.RunAsync("convert", model, "-o", tool["ic.tsk"], "--board",
                "stm32f4-discovery", "--arena", arena, "--json");
            result.IsSuccess();
            return JsonDocument.Parse(result.Output).RootElement;
        }

        JsonElement fast = await ConvertAsync("fast"), least = await ConvertAsync("least"), some = await ConvertAsync("30000");
        Assert.IsFalse(fast.TryGetProperty("whole_arena_bytes", out _));
        Assert.AreEqual(fast.GetProperty("arena_bytes").GetInt32(), least.GetProperty("whole_arena_bytes").GetInt32());
        Assert.IsLessThanOrEqualTo(30_000, some.GetProperty("arena_bytes").GetInt32());
        foreach (string figure in (string[])["macs", "parameters", "weight_bytes"])
            Assert.AreEqual(fast.GetProperty(figure).GetInt64(), least.GetProperty(figure).GetInt64(), figure);
        Assert.AreEqual(least.GetProperty("weight_bytes").GetInt64(),
            least.GetProperty("operators").EnumerateArray().Sum(node => node.GetProperty("weight_bytes").GetInt64()));
        (await tool.RunAsync("convert", model, "--arena", "10000")).IsRefusal("10,000", "smaller model");
        (await tool.RunAsync("convert", model, "--arena", "-1")).IsRefusal("--arena -1", "least");
        (await tool.RunAsync("inspect", tool["ic.tsk"], "--html", tool["ic.html"])).IsSuccess();
        Assert.Contains("with whole layers", File.ReadAllText(tool["ic.html"]));
        Assert.AreEqual("ic.html ic.tsk", tool.Files);
    }

    [TestMethod]
    public async Task WrongCommandsFail()
    {
        foreach (string[] arguments in (string[][])[["fly"], [], ["convert"], ["run", "x.tsk"], ["emulate", "x.tsk"]])
        {
            CommandResult result = await tool.RunAsync(arguments);
            Assert.AreNotEqual(0, result.Status, string.Join(' ', arguments));
            Assert.DoesNotContain("   at ", result.Errors);
        }
    }

    [TestMethod]
    public async Task OutputsThatCannotBeWrittenAreRefused()
    {
        File.WriteAllBytes(tool["model.tflite"], TfliteSampleFiles.All().First().Build());
        (await tool.RunAsync("convert", SharedData.Path("mlperf-tiny/models/kws_ref_model.tflite"), "-o",
            tool["absent/out.tsk"])).IsRefusal();
        (await tool.RunAsync("convert", SharedData.Path("mlperf-tiny/models/kws_ref_model.tflite"), "-o", "/proc/out.tsk"))
            .IsRefusal();
        Assert.AreEqual("model.tflite", tool.Files);
    }

    [TestMethod]
    public async Task AModelGoesAllTheWay()
    {
        PackModel model = ReferenceModels.Pack("ad", "portable");
        (byte[] input, byte[] expected) = ReferenceModels.Golden("ad", model, 2);
        File.WriteAllBytes(tool["input.bin"], input);
        string source = SharedData.Path("mlperf-tiny/models/ad01_int8.tflite");
        (await tool.RunAsync("convert", source, "-o", tool["ad.tsk"])).IsSuccess();

        (await tool.RunAsync("run", tool["ad.tsk"], "--input", tool["input.bin"], "--output", tool["host.bin"])).IsSuccess();
        CollectionAssert.AreEqual(expected, File.ReadAllBytes(tool["host.bin"]));

        CommandResult emulated = await tool.RunAsync("emulate", tool["ad.tsk"], "--board", "mps2-an386", "--input",
            tool["input.bin"], "--output", tool["board.bin"], "--json", "--no-estimate");
        emulated.IsSuccess();
        CollectionAssert.AreEqual(expected, File.ReadAllBytes(tool["board.bin"]));
        JsonElement figures = JsonDocument.Parse(emulated.Output).RootElement;
        foreach (string key in (string[])["board", "emulator", "cpu", "inferences", "instructions_per_inference",
            "arena_bytes", "stack_bytes", "code_bytes", "weight_bytes", "macs"])
            Assert.IsTrue(figures.TryGetProperty(key, out _), key);
        Assert.AreEqual(264_192, figures.GetProperty("macs").GetInt64());

        CommandResult inspected = await tool.RunAsync("inspect", tool["ad.tsk"], "--json");
        inspected.IsSuccess();
        foreach (string key in (string[])["operators", "macs", "parameters", "weight_bytes", "arena_bytes"])
            Assert.IsTrue(JsonDocument.Parse(inspected.Output).RootElement.TryGetProperty(key, out _), key);
        Assert.AreEqual("ad.tsk board.bin host.bin input.bin", tool.Files);
    }

    [TestMethod]
    public async Task BoardsAndHelpSucceed()
    {
        CommandResult boards = await tool.RunAsync("boards", "--json");
        boards.IsSuccess();
        Assert.IsGreaterThanOrEqualTo(5, JsonDocument.Parse(boards.Output).RootElement.GetArrayLength());
        (await tool.RunAsync("--help")).IsSuccess();
    }

    [TestMethod]
    public async Task ATrainingStepIsTimed()
    {
        // PyTorch's times are there only where it is installed.
        CommandResult bench = await tool.RunAsync("bench", "--training", "--rounds", "1", "--json");
        bench.IsSuccess();
        JsonElement[] rows = [.. JsonDocument.Parse(bench.Output).RootElement.GetProperty("rows").EnumerateArray()];
        Assert.IsGreaterThanOrEqualTo(2, rows.Length);
        Assert.IsTrue(rows.All(row => row.GetProperty("min_ms").GetDouble() is > 0 and < 60_000));
        Assert.AreEqual("1 2", string.Join(" ", rows[..2].Select(row => row.GetProperty("threads").GetInt32())));
        Assert.AreNotEqual(0, (await tool.RunAsync("bench", "--training", "--rounds", "0")).Status);
    }
}
