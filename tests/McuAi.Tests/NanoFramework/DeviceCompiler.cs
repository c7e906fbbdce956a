using McuAi.HostTools.NanoFramework;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace McuAi.Tests.NanoFramework;

/// <summary>Compiles sources as for a device: against the reference assemblies only, in C# 9.</summary>
internal static class DeviceCompiler
{
    private static readonly PortableExecutableReference[] Device = [.. Directory.EnumerateFiles(ReferenceSurface.DefaultFolder,
        "*.dll").Select(path => MetadataReference.CreateFromFile(path))];

    public static ReferenceSurface Surface { get; } = ReferenceSurface.Read(ReferenceSurface.DefaultFolder);

    /// <summary>Error codes of the compiler.</summary>
    public static string[] Errors(string source) =>
        [.. Create(source, "Planted", LanguageVersion.CSharp9, nullable: false, []).Emit(Stream.Null).Diagnostics
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.Id).Distinct()];

    /// <summary>The assembly; the test fails where it does not compile.</summary>
    public static byte[] Compile(string source, string name = "Planted", LanguageVersion version = LanguageVersion.CSharp9,
        bool nullable = false, params byte[][] references) => Emit(Create(source, name, version, nullable, references));

    /// <summary>The assembly, compiled against another mscorlib alone.</summary>
    public static byte[] CompileAgainst(string mscorlib, string source) => Emit(
        Create(source, "Planted", LanguageVersion.CSharp9, nullable: false, [])
            .WithReferences(MetadataReference.CreateFromFile(mscorlib)));

    public static IReadOnlyList<Finding> Check(byte[] assembly)
    {
        using AssemblyImage image = AssemblyImage.Read("Planted.dll", assembly);
        return AssemblyCheck.Run(image, Surface);
    }

    /// <summary>Checked together with others that it refers to.</summary>
    public static IReadOnlyList<Finding> CheckWith(byte[] other, byte[] assembly)
    {
        var surface = ReferenceSurface.Read(ReferenceSurface.DefaultFolder);
        using AssemblyImage first = AssemblyImage.Read("Other.dll", other), image = AssemblyImage.Read("Planted.dll", assembly);
        surface.Add(first);
        return AssemblyCheck.Run(image, surface);
    }

    private static byte[] Emit(CSharpCompilation compilation)
    {
        using var stream = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(stream);
        Assert.IsTrue(result.Success, string.Join("\n", result.Diagnostics));
        return stream.ToArray();
    }

    private static CSharpCompilation Create(string source, string name, LanguageVersion version, bool nullable, byte[][] references)
    {
        CSharpParseOptions parse = CSharpParseOptions.Default.WithLanguageVersion(version);
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, deterministic: true, allowUnsafe: true,
            optimizationLevel: OptimizationLevel.Release,
            nullableContextOptions: nullable ? NullableContextOptions.Enable : NullableContextOptions.Disable);
        IEnumerable<MetadataReference> device = Device.Where(reference => references.Length == 0
            || !reference.FilePath!.EndsWith("System.Math.dll", StringComparison.Ordinal));
        return CSharpCompilation.Create(name, [CSharpSyntaxTree.ParseText(source, parse)],
            [.. device, .. references.Select(image => MetadataReference.CreateFromImage(image))], options);
    }
}
