using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using YamlDotNet.Serialization;

namespace McuAi.Tests.Integration;

/// <summary>The core as a component of ESP-IDF, and the example that runs a pack from a partition.</summary>
[TestClass]
public sealed class EspIdfTests
{
    private static readonly string Example = Path.Combine(CoreSources.Project.Firmware, "esp-idf");

    /// <summary>A component is a static library; WHOLE_ARCHIVE has all of it linked.</summary>
    private const string Functions = """
        function(idf_component_register)
            cmake_parse_arguments(ARG "WHOLE_ARCHIVE" "" "SRCS;INCLUDE_DIRS;REQUIRES" ${ARGN})
            if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_WHOLE_ARCHIVE)
                message(FATAL_ERROR "${ARGN}")
            endif()
            set(COMPONENT_LIB component PARENT_SCOPE)
            add_library(component STATIC ${ARG_SRCS})
            target_include_directories(component PUBLIC ${ARG_INCLUDE_DIRS})
        endfunction()
        """;

    private static string App => $"""
        add_subdirectory("{CoreSources.Core}" core)
        add_executable(app main.c)
        target_link_libraries(app PRIVATE -Wl,--whole-archive component -Wl,--no-whole-archive)

        """;

    /// <summary>On RISC-V the family's kernels come before the portable ones, and no symbol comes twice.</summary>
    [TestMethod]
    public async Task TheComponentIsBuiltForRiscV()
    {
        using var build = new CmakeBuild();
        (string symbols, string[] sources) = await build.RunAsync("riscv64-unknown-elf-",
            "-march=rv32imc -misa-spec=2.2 -mabi=ilp32 --specs=picolibc.specs -Wl,--defsym=__flash_size=0x100000", "gcc-riscv64-unknown-elf",
            $"set(CONFIG_IDF_TARGET_ARCH_RISCV y)\n{Functions}\n{App}");
        CollectionAssert.AreEqual(CoreSources.Portable.Concat(CoreSources.Family("rv32")).Order(StringComparer.Ordinal).ToArray(),
            sources);
        Assert.Contains("mcuai_operator_conv_2d_rv32_int8", symbols);
    }

    /// <summary>Elsewhere all kernels are portable: here for Arm, on Xtensa by <see cref="Core.XtensaTests"/>.</summary>
    [TestMethod]
    public async Task TheComponentIsBuiltWithPortableKernels()
    {
        using var build = new CmakeBuild();
        (string symbols, string[] sources) = await build.RunAsync("arm-none-eabi-", "-mcpu=cortex-m3 -mthumb",
            "gcc-arm-none-eabi", $"{Functions}\n{App}");
        CollectionAssert.AreEqual(CoreSources.Portable, sources);
        Assert.Contains("mcuai_operator_conv_2d_rows_int8", symbols);
        Assert.DoesNotContain("conv_2d_rv32_int8", symbols);
    }

    /// <summary>ESP-IDF reads a component first in a script, in which there are no targets and no configuration, and leaves it at
    /// its registration.</summary>
    [TestMethod]
    public async Task TheComponentIsReadInAScript()
    {
        using var folder = new TemporaryFolder();
        folder.Write("early.cmake", $"""
            macro(idf_component_register)
                message("registered")
                return()
            endmacro()
            include("{CoreSources.Core}/CMakeLists.txt")
            """);
        await CoreSources.RunAsync(folder.Root, "cmake", ["-P", folder["early.cmake"]], "cmake");
    }

    [TestMethod]
    public void TheManifestHasWhatTheRegistryAsksFor()
    {
        var manifest = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(
            File.ReadAllText(Path.Combine(CoreSources.Core, "idf_component.yml")));
        Assert.AreEqual(CoreSources.Version, manifest["version"]);
        Assert.AreEqual("Apache-2.0", manifest["license"]);
        Assert.IsGreaterThan(20, ((string)manifest["description"]).Length);
        object[] targets = [.. (List<object>)manifest["targets"]];
        CollectionAssert.IsSubsetOf((string[])["esp32", "esp32s2", "esp32s3", "esp32c3", "esp32c6"], targets);
        Assert.AreEqual(">=5.0", ((Dictionary<object, object>)manifest["dependencies"])["idf"]);
    }

    [TestMethod]
    public void TheExampleNamesWhatIsThere()
    {
        string main = Path.Combine(Example, "main");
        string registration = File.ReadAllText(Path.Combine(main, "CMakeLists.txt")).Split('(', ')')[1];
        string[] named = [.. registration.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word is not "SRCS" and not "INCLUDE_DIRS")];
        Assert.HasCount(4, named);
        foreach (string path in named)
            Assert.IsTrue(Path.Exists(Path.Combine(main, path)), path);
        string partitions = File.ReadAllText(Path.Combine(Example, "partitions.csv"));
        Assert.MatchesRegex(@"(?m)^pack, +data, 0x40,", partitions);
        Assert.Contains("CONFIG_PARTITION_TABLE_CUSTOM_FILENAME=\"partitions.csv\"",
            File.ReadAllText(Path.Combine(Example, "sdkconfig.defaults")));
    }

    /// <summary>Declarations as ESP-IDF 5 has them, on a file in the place of the flash.</summary>
    private const string StandIn = """
        #include <esp_partition.h>
        #include <esp_heap_caps.h>
        #include <esp_cpu.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        static esp_partition_t partition;
        const esp_partition_t *esp_partition_find_first(int type, int subtype, const char *label) {
            FILE *file = fopen(getenv("PARTITION"), "rb");
            if (!file || type != ESP_PARTITION_TYPE_DATA || subtype != ESP_PARTITION_SUBTYPE_ANY || strcmp(label, "pack"))
                return NULL;
            partition.size = 1 << 20;
            partition.contents = aligned_alloc(4096, partition.size);
            memset(partition.contents, 0xff, partition.size);
            if (fread(partition.contents, 1, partition.size, file) == 0)
                return NULL;
            return &partition;
        }
        esp_err_t esp_partition_mmap(const esp_partition_t *from, size_t offset, size_t size, int memory, const void **pointer,
                                     esp_partition_mmap_handle_t *handle) {
            *handle = 1;
            *pointer = from->contents + offset;
            return memory == ESP_PARTITION_MMAP_DATA && size <= from->size ? ESP_OK : -1;
        }
        void *heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps) {
            return caps == MALLOC_CAP_8BIT ? aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment) : NULL;
        }
        uint32_t esp_cpu_get_cycle_count(void) { static uint32_t count; return count += 7; }
        void app_main(void);
        int main(void) { app_main(); return 0; }

        """;

    private static async Task<string> BuildExampleAsync(TemporaryFolder folder)
    {
        folder.Write("include/esp_cpu.h", "#include <stdint.h>\nuint32_t esp_cpu_get_cycle_count(void);\n");
        folder.Write("include/esp_heap_caps.h", "#include <stddef.h>\n#include <stdint.h>\n#define MALLOC_CAP_8BIT (1 << 2)\n" +
            "void *heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps);\n");
        folder.Write("include/esp_partition.h", """
            #include <stddef.h>
            #include <stdint.h>
            typedef int esp_err_t;
            typedef uint32_t esp_partition_mmap_handle_t;
            typedef struct { uint32_t size; char *contents; } esp_partition_t;
            enum { ESP_OK = 0, ESP_PARTITION_TYPE_DATA = 1, ESP_PARTITION_SUBTYPE_ANY = 0xff, ESP_PARTITION_MMAP_DATA = 0 };
            const esp_partition_t *esp_partition_find_first(int type, int subtype, const char *label);
            esp_err_t esp_partition_mmap(const esp_partition_t *from, size_t offset, size_t size, int memory, const void **pointer,
                                         esp_partition_mmap_handle_t *handle);

            """);
        folder.Write("stand_in.c", StandIn);
        string firmware = CoreSources.Project.Firmware;
        await CoreSources.RunAsync(folder.Root, "cc", ["-std=gnu17", "-Wall", "-Wextra", "-Werror", "-O1",
            "-I" + folder["include"], "-I" + Path.Combine(CoreSources.Core, "include"), "-I" + Path.Combine(firmware, "apps"),
            "-I" + Path.Combine(firmware, "ports"), Path.Combine(Example, "main", "main.c"), Path.Combine(firmware, "apps", "report.c"),
            folder["stand_in.c"], .. CoreSources.Portable.Select(file => Path.Combine(CoreSources.Core, file)),
            "-o", folder["example"]], "gcc");
        return folder["example"];
    }

    /// <summary>The example writes what the core computes, in the format of the apps.</summary>
    [TestMethod]
    public async Task TheExampleRunsAPackFromAPartition()
    {
        using var folder = new TemporaryFolder();
        string example = await BuildExampleAsync(folder);
        string pack = Path.Combine(CoreSources.Project.Root, "models", "commands.tsk");
        using var core = new HostCore(HostLibraryBuilder.Load(CoreSources.Project.Root), File.ReadAllBytes(pack));
        string expected = Convert.ToHexStringLower(core.Run(new byte[ModelInput.Bytes(ModelFile.ReadPack(pack))]));

        var report = new HostTools.Emulation.ConsoleReport();
        foreach (string line in (await RunExampleAsync(example, pack)).Split('\n'))
            report.Add(line);
        Assert.IsTrue(report.Succeeded);
        Assert.AreEqual(expected, Convert.ToHexStringLower(report.Outputs));
        CollectionAssert.AreEqual((long[])[7], report.InferenceTicks.ToArray());
    }

    [TestMethod]
    public async Task AnEmptyPartitionIsReported()
    {
        using var folder = new TemporaryFolder();
        string example = await BuildExampleAsync(folder);
        folder.Write("empty", "\u00ff");
        Assert.Contains("mcuai status -2 ", await RunExampleAsync(example, folder["empty"]));
        Assert.Contains("no partition named pack", await RunExampleAsync(example, folder["absent"]));
    }

    private static Task<string> RunExampleAsync(string example, string partition) => CoreSources.RunAsync(
        Path.GetDirectoryName(example)!, "env", [$"PARTITION={partition}", example], "coreutils");
}
