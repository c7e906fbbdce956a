namespace McuAi.Tests.Integration;

/// <summary>A firmware that CMake makes of the core for a cross compiler, in the place of the build systems of ESP-IDF and
/// Zephyr: their functions are stand-ins that do what their documentation says of them.</summary>
internal sealed class CmakeBuild : IDisposable
{
    private const string WholeCore = """
        #include <mcuai/mcuai.h>
        #include <stdlib.h>
        int main(void) {
            static mcuai_model model;
            mcuai_config config = {.operators = mcuai_all_operators};
            return mcuai_open(&model, &config) + mcuai_invoke(&model);
        }

        """;

    private readonly TemporaryFolder folder = new();

    /// <summary>The program's one source.</summary>
    public string Main { get; init; } = WholeCore;

    public void Dispose() => folder.Dispose();

    /// <summary>Builds, and tells what is in the image.</summary>
    /// <param name="prefix">Of the cross compiler.</param>
    /// <param name="definitions">Functions of the build system, and how `app` is linked.</param>
    /// <returns>Symbols of the image, and the sources that were compiled.</returns>
    public async Task<(string Symbols, string[] Sources)> RunAsync(string prefix, string flags, string package, string definitions)
    {
        folder.Write("main.c", Main);
        folder.Write("CMakeLists.txt", $"""
            cmake_minimum_required(VERSION 3.16)
            set(CMAKE_SYSTEM_NAME Generic)
            set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
            set(CMAKE_C_COMPILER {prefix}gcc)
            set(CMAKE_ASM_COMPILER {prefix}gcc)
            set(CMAKE_C_FLAGS "{flags} -std=gnu17 -Wall -Wextra -Werror -O1 -ffunction-sections")
            set(CMAKE_ASM_FLAGS "{flags}")
            set(CMAKE_EXE_LINKER_FLAGS "-nostartfiles -Wl,-e,main,--gc-sections")
            set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
            project(stand_in C ASM)
            {definitions}
            """);
        await CoreSources.RunAsync(folder.Root, "make", ["--version"], "make");
        await CoreSources.RunAsync(folder.Root, prefix + "gcc", ["--version"], package);
        await CoreSources.RunAsync(folder.Root, "cmake", ["-S", ".", "-B", "build", "-G", "Unix Makefiles"], "cmake");
        await CoreSources.RunAsync(folder.Root, "cmake", ["--build", "build", "-j", $"{Environment.ProcessorCount}"], "cmake");
        string symbols = await CoreSources.RunAsync(folder.Root, prefix + "nm", [folder["build/app"]], package);
        string core = CoreSources.Core + Path.DirectorySeparatorChar;
        using var commands = System.Text.Json.JsonDocument.Parse(File.ReadAllText(folder["build/compile_commands.json"]));
        string[] sources = [.. commands.RootElement.EnumerateArray()
            .Select(command => Path.GetFullPath(command.GetProperty("file").GetString()!))
            .Where(file => file.StartsWith(core, StringComparison.Ordinal))
            .Select(file => file[core.Length..].Replace('\\', '/')).Order(StringComparer.Ordinal)];
        return (symbols, sources);
    }
}
