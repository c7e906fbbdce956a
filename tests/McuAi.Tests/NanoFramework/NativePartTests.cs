using McuAi.Tests.Integration;

namespace McuAi.Tests.NanoFramework;

/// <summary>The native part of the managed runtime in a build of firmware, as nf-interpreter does it with interop assemblies: they
/// become one archive, all of which is linked, and warnings are errors.</summary>
[TestClass]
public sealed class NativePartTests
{
    private static readonly string Native = Path.Combine(CoreSources.Project.Firmware, "nanoframework/native");

    /// <summary>All that managed code can call; the program is linked for nothing else. C++ is left out: it needs the runtime's
    /// headers.</summary>
    /// <summary>Of its boards.</summary>
    private const string Flags = "-Wshadow -Wundef -Wimplicit-fallthrough -fshort-wchar -fno-builtin -fno-common";

    private const string Archive = """
        find_package(INTEROP-McuAi.NanoFramework REQUIRED)
        list(FILTER McuAi.NanoFramework_SOURCES EXCLUDE REGEX "cpp$")
        add_library(native STATIC ${McuAi.NanoFramework_SOURCES})
        """;

    [TestMethod]
    [DataRow("dsp", "arm-none-eabi-", "-mcpu=cortex-m7 -mthumb -mfpu=fpv5-sp-d16 -mfloat-abi=hard -mabi=aapcs -Wl,--no-wchar-size-warning", "gcc-arm-none-eabi",
        "conv_2d_dsp_int8", 8)]
    [DataRow("mve", "arm-none-eabi-", "-mcpu=cortex-m55 -mthumb -mfloat-abi=hard -Wl,--no-wchar-size-warning", "gcc-arm-none-eabi", "conv_2d_mve_int8",
        8)]
    [DataRow("portable", "arm-none-eabi-", "-mcpu=cortex-m4 -mthumb -mfloat-abi=soft -Wl,--no-wchar-size-warning", "gcc-arm-none-eabi", "conv_2d_rows_int8",
        0)]
    [DataRow("rv32", "riscv64-unknown-elf-", "-march=rv32imc -misa-spec=2.2 -mabi=ilp32 --specs=picolibc.specs",
        "gcc-riscv64-unknown-elf", "conv_2d_rv32_int8", 4)]
    public async Task FirmwareTakesTheFamilysKernelsAndThePacks(string kernels, string prefix, string flags, string package, string kernel,
        int replaced)
    {
        using var build = new CmakeBuild { Main = Program };
        string packs = string.Join(';', ((string[])["bearing", "commands"]).Select(name => Learning.ModelCard.Path(name + ".tsk")));
        (string symbols, string[] sources) = await build.RunAsync(prefix, $"{flags} {Flags} -Wl,--defsym=__flash_size=0x200000",
            package, $"""
            set(MCUAI_KERNELS {kernels})
            set(MCUAI_PACKS "{packs}")
            list(APPEND CMAKE_MODULE_PATH "{Native}")
            {Archive}
            add_executable(app main.c)
            target_include_directories(app PRIVATE "{Native}" "{CoreSources.Core}/include")
            target_include_directories(native PRIVATE "{CoreSources.Core}/include")
            target_link_libraries(app PRIVATE -Wl,--whole-archive native -Wl,--no-whole-archive)
            """);
        Assert.Contains("mcuai_operator_" + kernel, symbols);
        Assert.Contains("mcuai_linked_1", symbols);
        string[] all = kernels == "portable" ? CoreSources.Portable : [.. CoreSources.Portable.Concat(CoreSources.Family(kernels))];
        CollectionAssert.IsSubsetOf(sources, all);
        Assert.HasCount(all.Length - replaced, sources);
    }

    /// <summary>A native call is one operator, or one step of audio, sensors or text: none of them runs a whole inference.</summary>
    [TestMethod]
    public void NoNativeCallRunsAnInference()
    {
        foreach (string path in Directory.EnumerateFiles(Native, "*.c*"))
        {
            string source = File.ReadAllText(path);
            foreach (string whole in (string[])["mcuai_invoke", "mcuai_spotter_push", "mcuai_detector_push", "mcuai_generator_feed",
                "mcuai_teller"])
                Assert.DoesNotContain(whole, source, path);
        }
    }

    private const string Program = """
        #include "managed.h"
        #include "mapping.h"
        int main(void) {
            static mcuai_managed_pack pack;
            static int32_t numbers[8];
            static uint8_t bytes[8];
            static const int16_t samples[8];
            return mcuai_managed_open(&pack) + mcuai_managed_check(&pack, 0, 0) + mcuai_managed_run(&pack, 0, 0, 1) +
                   mcuai_managed_reset(&pack) + mcuai_managed_spotter_open(&pack, bytes, 8) +
                   mcuai_managed_spotter_take(&pack, bytes, 8, samples, 8, numbers) +
                   mcuai_managed_spotter_judge(&pack, bytes, 8, numbers) + mcuai_managed_detector_open(&pack, bytes, 8) +
                   mcuai_managed_detector_take(&pack, bytes, 8, samples, 8, numbers) +
                   mcuai_managed_detector_judge(&pack, bytes, 8, numbers) + mcuai_managed_language_open(&pack, numbers) +
                   mcuai_managed_language_feed(&pack, numbers, 1, 0) + mcuai_managed_sample(&pack, numbers, 0, numbers, 8) +
                   mcuai_managed_tokenizer_open(&pack, numbers) + mcuai_managed_encode(&pack, bytes, 8, numbers, 8, numbers, 8) +
                   mcuai_managed_decode(&pack, 0, 0, bytes, 8) + mcuai_map(bytes, 8) + mcuai_mapping_bytes(0);
        }

        """;
}
