using System.Globalization;
using McuAi.HostTools.Emulation;

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

    private static void Compare(Dictionary<string, double> errors, Dictionary<string, double> limits)
    {
        CollectionAssert.AreEquivalent(limits.Keys, errors.Keys);
        foreach ((string name, double limit) in limits)
            Assert.IsInRange(double.Epsilon, limit, errors[name], name);
    }

    private static async Task<Dictionary<string, double>> RunAsync(params string[] arguments)
    {
        string driver = await NativeProgram.BuildAsync("gcc", ["-fsanitize=address,undefined", "-Wl,--no-as-needed", "-lm"],
            "c/language_driver.c", "c/language_nodes.c");
        string output = await ToolProcess.RunAsync(driver, arguments, Path.GetTempPath(), ["gcc"], CancellationToken.None);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => double.Parse(words[1], CultureInfo.InvariantCulture));
    }
}
