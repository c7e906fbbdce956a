using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace McuAi.Tests.Integration;

/// <summary>The repository as a module of Zephyr.</summary>
[TestClass]
public sealed partial class ZephyrTests
{
    private static readonly string Folder = Path.Combine(CoreSources.Project.Firmware, "zephyr");

    [TestMethod]
    public void TheModuleNamesWhatIsThere()
    {
        var module = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(
            File.ReadAllText(Path.Combine(CoreSources.Project.Root, "zephyr", "module.yml")));
        Assert.AreEqual("mcuai", module["name"]);
        var build = (Dictionary<object, object>)module["build"];
        Assert.IsTrue(File.Exists(Path.Combine(CoreSources.Project.Root, (string)build["cmake"], "CMakeLists.txt")));
        Assert.IsTrue(File.Exists(Path.Combine(CoreSources.Project.Root, (string)build["kconfig"])));
    }

    /// <summary>Every family can be chosen, and what is chosen is a folder of kernels.</summary>
    [TestMethod]
    public void KconfigOffersEveryFamily()
    {
        string text = File.ReadAllText(Path.Combine(Folder, "Kconfig"));
        string[] values = [.. DefaultPattern().Matches(text).Select(match => match.Groups[1].Value)];
        CollectionAssert.AreEquivalent(CoreSources.Families.Append("portable").ToArray(), values);
        foreach (string value in values)
        {
            Assert.IsTrue(Directory.Exists(Path.Combine(CoreSources.Core, "kernels", value)), value);
            Assert.Contains($"config MCUAI_FAMILY_{value.ToUpperInvariant()}\n", text);
        }

        Assert.HasCount(1, ConfigPattern().Matches(text).Where(match => match.Groups[1].Value == "MCUAI"));
        Assert.AreEqual(1 + text.Split("\nif ").Length - 1, text.Split("\nendif").Length);
    }

    [GeneratedRegex("default \"(\\w+)\"")]
    private static partial Regex DefaultPattern();

    [GeneratedRegex(@"(?m)^config (\w+)$")]
    private static partial Regex ConfigPattern();

    /// <summary>Zephyr's functions, as its page on CMake extensions has them: its own libraries are linked whole, and what is
    /// given to zephyr_link_libraries after them.</summary>
    private static string Functions(string kernels) => $$"""
        set(CONFIG_MCUAI y)
        set(CONFIG_MCUAI_KERNELS {{kernels}})
        add_library(zephyr_interface INTERFACE)
        function(zephyr_include_directories)
            target_include_directories(zephyr_interface INTERFACE ${ARGN})
        endfunction()
        macro(zephyr_library_named name)
            set(ZEPHYR_CURRENT_LIBRARY ${name})
            add_library(${name} STATIC)
            target_link_libraries(${name} PUBLIC zephyr_interface)
        endmacro()
        function(zephyr_library_sources)
            target_sources(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
        endfunction()
        function(zephyr_link_libraries)
            set_property(GLOBAL APPEND PROPERTY LINKED ${ARGN})
        endfunction()
        add_subdirectory("{{Folder}}" module)
        add_executable(app main.c)
        get_property(linked GLOBAL PROPERTY LINKED)
        target_link_libraries(app PRIVATE zephyr_interface -Wl,--whole-archive mcuai -Wl,--no-whole-archive ${linked})

        """;

    /// <summary>Zephyr gives the compiler an ABI with registers of the FPU only where CONFIG_FPU is set, which is not the default;
    /// a Cortex-M55 then takes the next family.</summary>
    [TestMethod]
    public void HeliumNeedsTheFpu()
    {
        const string Condition = "ARMV8_1_M_MVEI && FPU";
        string[] lines = [.. File.ReadAllLines(Path.Combine(Folder, "Kconfig")).Select(line => line.Trim())];
        int helium = Array.IndexOf(lines, "default MCUAI_FAMILY_MVE if " + Condition);
        Assert.AreNotEqual(-1, helium);
        StringAssert.StartsWith(lines[helium + 1], "default MCUAI_FAMILY_DSP if ");
        StringAssert.Contains(lines[helium + 1], "ARMV8_M_DSP");
        string[] option = [.. lines.SkipWhile(line => line != "config MCUAI_FAMILY_MVE").TakeWhile(line => line.Length > 0)];
        CollectionAssert.Contains(option, "depends on " + Condition);
    }

    [TestMethod]
    [DataRow("dsp", "-mcpu=cortex-m4 -mthumb -mfloat-abi=soft")]
    [DataRow("dsp", "-mcpu=cortex-m55 -mthumb -mfloat-abi=soft")]
    [DataRow("mve", "-mcpu=cortex-m55+nomve.fp -mthumb -mfloat-abi=softfp")]
    [DataRow("mve", "-mcpu=cortex-m55 -mthumb -mfloat-abi=hard")]
    [DataRow("portable", "-mcpu=cortex-m0plus -mthumb")]
    public async Task TheModuleIsBuiltWithAFamily(string kernels, string flags)
    {
        using var build = new CmakeBuild();
        (string symbols, string[] sources) = await build.RunAsync("arm-none-eabi-", flags, "gcc-arm-none-eabi", Functions(kernels));
        string[] family = kernels == "portable" ? [] : CoreSources.Family(kernels);
        CollectionAssert.AreEqual(CoreSources.Portable.Concat(family).Order(StringComparer.Ordinal).ToArray(), sources);
        Assert.Contains($"mcuai_operator_conv_2d_{(kernels == "portable" ? "rows" : kernels)}_int8", symbols);
    }
}
