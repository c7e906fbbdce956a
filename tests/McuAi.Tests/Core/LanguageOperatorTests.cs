using System.Globalization;
using McuAi.HostTools.Emulation;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using PackOperator = McuAi.ModelConverter.Pack.PackOperator;

namespace McuAi.Tests.Core;

/// <summary>The core's functions and operators of language models against computations in doubles, under AddressSanitizer
/// and UBSan (tests/c/language_driver.c).</summary>
[TestClass]
public sealed class LanguageOperatorTests
{
    /// <summary>The errors that docs/transformer-arithmetic.md states; of the sigmoid, in Q15, and of quantized vectors in
    /// steps, which cannot do better than half.</summary>
    [TestMethod]
    public async Task FunctionsAreAsExactAsStated() => Compare(await RunAsync("functions"), new()
    {
        ["exp2"] = 6e-5,
        ["inverse_root"] = 1e-7,
        ["turn"] = 5e-9,
        ["sigmoid"] = 6e-5,
        ["quantize8"] = 0.51,
        ["append"] = 0.52,
    });

    /// <summary>Embedding and rotary in units of the last place; linear in units of what rounding its input can make; the rest
    /// relative to the values.</summary>
    [TestMethod]
    public async Task OperatorsComputeWhatTheirNamesSay() => Compare(await RunAsync("operators"), new()
    {
        ["embedding"] = 0.6,
        ["linear"] = 1,
        ["rms_norm"] = 5e-5,
        ["rotary"] = 0.6,
        ["swiglu"] = 6e-5,
        ["attention"] = 0.015,
        ["experts"] = 0.05,
    });

    /// <summary>Whatever a parameter, a weight, a state or an input is, and whatever lies on what: refused, or without an access
    /// beside a buffer and without undefined behaviour.</summary>
    [TestMethod]
    public async Task DamageStaysInside()
    {
        foreach ((string name, double accepted) in await RunAsync("damaged", "2000"))
            Assert.IsInRange(200, 2000, accepted, name);
    }

    /// <summary>Rows of a matrix whose weights are the rows' numbers, from a pack, in place and streamed.</summary>
    [TestMethod]
    public async Task TokensOfAPackAreEmbedded()
    {
        byte[] pack = PackWriter.Write(Embedding(vocabulary: 5, width: 9, tokens: 3));
        byte[] tokens = Bytes(4, -7, 99);
        CollectionAssert.AreEqual(Rows(9, 4 << 16, 0, 4 << 16), await SanitizerTests.RunAsync(pack, tokens));
        const int untouched = unchecked((int)0xA5A5A5A5); // what the driver fills the arena with
        CollectionAssert.AreEqual(Rows(9, 4 << 16, untouched, untouched), await SanitizerTests.RunAsync(pack, tokens, rows: 1));
        CollectionAssert.AreEqual(Rows(9, 4 << 16, 0, 4 << 16), await SanitizerTests.RunAsync(pack, tokens, rows: 4));
        ToolException refusal = await Assert.ThrowsExactlyAsync<ToolException>(() =>
            SanitizerTests.RunAsync(pack, tokens, rows: 0));
        Assert.Contains("out of range", refusal.Output);
    }

    private static PackModel Embedding(int vocabulary, int width, int tokens)
    {
        byte[] factor = [0, 0, 0, 0x40, 1, 0, 0, 0]; // 2^30 * 2^(1 - 31)
        byte[] rows = [.. Enumerable.Range(0, vocabulary * width).Select(i => (byte)(i / width))];
        var x = new PackTensor("tokens", DataType.Int32, [tokens], TensorPlace.Arena);
        var matrix = new PackTensor("matrix", DataType.Int8, [vocabulary, width], TensorPlace.Shard)
        {
            Blob = [.. Enumerable.Repeat(factor, vocabulary).SelectMany(row => row), .. rows],
        };
        var y = new PackTensor("y", DataType.Int32, [tokens, width], TensorPlace.Arena) { Offset = 16 };
        var model = new PackModel { ArenaBytes = y.Offset + y.Bytes };
        model.Tensors.AddRange([x, matrix, y]);
        model.Inputs.Add(x);
        model.Outputs.Add(y);
        model.Operators.Add(new PackOperator(Opcode.Embedding, [x, matrix], [y], [0]));
        return model;
    }

    private static byte[] Rows(int width, params int[] values) =>
        Bytes([.. values.SelectMany(value => Enumerable.Repeat(value, width))]);

    private static byte[] Bytes(params int[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static void Compare(Dictionary<string, double> errors, Dictionary<string, double> limits)
    {
        CollectionAssert.AreEquivalent(limits.Keys, errors.Keys);
        foreach ((string name, double limit) in limits)
            Assert.IsInRange(double.Epsilon, limit, errors[name], name);
    }

    private static async Task<Dictionary<string, double>> RunAsync(params string[] arguments)
    {
        string driver = await NativeProgram.BuildAsync("gcc", ["-fsanitize=address,undefined", "-Wl,--no-as-needed", "-lm"],
            "c/language_driver.c", "c/language_cases.c", "c/language_nodes.c");
        string output = await ToolProcess.RunAsync(driver, arguments, Path.GetTempPath(), ["gcc"], CancellationToken.None);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => double.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
