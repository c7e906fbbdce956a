using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.NanoFramework;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace McuAi.Tests.NanoFramework;

/// <summary>A nanoCLR of nanoFramework 1.x for this machine, which the environment names. It has to be built with
/// NF_INTEROP_ASSEMBLIES=McuAi.NanoFramework.</summary>
internal sealed class NanoClr
{
    private const string Runtime = "NANOCLR", Processor = "NANOCLR_METADATA_PROCESSOR", Library = "NANOCLR_MSCORLIB";

    private static readonly string[] Needed = [];

    private readonly string _runtime, _processor, _library;

    private NanoClr(string runtime, string processor, string library) =>
        (_runtime, _processor, _library) = (runtime, processor, library);

    /// <summary>The test is inconclusive where there is none.</summary>
    public static NanoClr Find()
    {
        if (Environment.GetEnvironmentVariable(Runtime) is not { Length: > 0 } runtime)
        {
            Assert.Inconclusive($"No assembly was run on a nanoCLR: {Runtime} names none. Set it to one for this machine, {Processor} to " +
                $"nanoFramework.Tools.MetadataProcessor.dll, and {Library} to the mscorlib.dll of CoreLibrary 1.17.");
            throw new InvalidOperationException();
        }

        return new NanoClr(runtime, Named(Processor), Named(Library));
    }

    /// <summary>Compiles a program for the device, converts it with all that it needs, and runs it.</summary>
    /// <returns>What it wrote.</returns>
    public async Task<string> RunAsync(string folder, params string[] sources)
    {
        string library = Path.Combine(ProjectFolder.Find().Root, "artifacts/nanoframework/device/McuAi.NanoFramework.dll");
        string program = Path.Combine(folder, "program.exe");
        Compile(program, sources, library);
        string[] converted = [await ConvertAsync(folder, _library, isCore: true), await ConvertAsync(folder, library),
            await ConvertAsync(folder, program, library)];
        return await ToolProcess.RunAsync(_runtime, converted, folder, Needed, CancellationToken.None);
    }

    private static void Compile(string path, string[] sources, string library)
    {
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, deterministic: true,
            optimizationLevel: OptimizationLevel.Release);
        CSharpParseOptions parse = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp9);
        var result = CSharpCompilation.Create("program", sources.Select(source => CSharpSyntaxTree.ParseText(source, parse)),
            [MetadataReference.CreateFromFile(Path.Combine(ReferenceSurface.DefaultFolder, "mscorlib.dll")),
                MetadataReference.CreateFromFile(library)], options).Emit(path);
        Assert.IsTrue(result.Success, string.Join("\n", result.Diagnostics));
    }

    private async Task<string> ConvertAsync(string folder, string assembly, params string[] references) =>
        await ConvertAsync(folder, assembly, isCore: false, references);

    private async Task<string> ConvertAsync(string folder, string assembly, bool isCore, params string[] references)
    {
        string output = Path.Combine(folder, Path.ChangeExtension(Path.GetFileName(assembly), ".pe"));
        string[] hints = isCore ? [] : [.. references.Prepend(_library)
            .SelectMany(path => (string[])["-loadHints", Path.GetFileNameWithoutExtension(path), path])];
        bool isLibrary = _processor.EndsWith(".dll", StringComparison.Ordinal);
        string[] arguments = [.. hints, "-parse", assembly, "-compile", output, isCore ? "true" : "false"];
        await ToolProcess.RunAsync(isLibrary ? "dotnet" : _processor, isLibrary ? [_processor, .. arguments] : arguments, folder,
            Needed, CancellationToken.None);
        Assert.IsTrue(File.Exists(output), $"{assembly} was not converted");
        return output;
    }

    private static string Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new AssertFailedException($"{Runtime} is set, but {variable} is not.");
}
