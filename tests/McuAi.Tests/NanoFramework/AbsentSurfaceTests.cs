using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace McuAi.Tests.NanoFramework;

/// <summary>What a device lacks does not compile.</summary>
[TestClass]
public sealed class AbsentSurfaceTests
{
    [TestMethod]
    [DataRow("class C { System.Span<byte> s() => default; }", "CS0234", DisplayName = "Span")]
    [DataRow("class C { object l = new System.Collections.Generic.List<int>(); }", "CS0234", DisplayName = "List")]
    [DataRow("using System.Linq; class C { object q(int[] a) => from x in a select x; }", "CS0234;CS1935", DisplayName = "LINQ")]
    [DataRow("class C { System.Threading.Tasks.Task t; }", "CS0234", DisplayName = "Task")]
    [DataRow("class C { async void M() { } }", "CS0518;CS0656", DisplayName = "async")]
    [DataRow("class C { (int, int) t() => (1, 2); }", "CS8179", DisplayName = "ValueTuple")]
    [DataRow("record R(int A);", "CS0518;CS0656", DisplayName = "record")]
    [DataRow("class C { int? n; }", "CS0518", DisplayName = "Nullable")]
    [DataRow("class C { System.Collections.IEnumerable y() { yield return 1; } }", "CS0518;CS0656", DisplayName = "yield")]
    [DataRow("class C { float f = System.MathF.Sqrt(2); }", "CS0234", DisplayName = "MathF")]
    [DataRow("class C { void M(byte[] a) { System.Buffer.BlockCopy(a, 0, a, 0, 1); } }", "CS0234", DisplayName = "Buffer")]
    [DataRow("class C { object w = new System.Diagnostics.Stopwatch(); }", "CS0234", DisplayName = "Stopwatch")]
    [DataRow("class C { volatile int v; int M() => v; }", "CS0518", DisplayName = "volatile")]
    [DataRow("class C<T> where T : unmanaged { }", "CS0518", DisplayName = "unmanaged")]
    [DataRow("class C { decimal d = 1.5m; }", "CS0518", DisplayName = "decimal")]
    [DataRow("class C { System.Action<int> a; }", "CS0308", DisplayName = "Action of T")]
    [DataRow("class C { System.Func<int> a; }", "CS0234", DisplayName = "Func of T")]
    [DataRow("class C { event System.EventHandler<object> E; }", "CS0308", DisplayName = "EventHandler of T")]
    [DataRow("class C { int i(int[] a) => a[^1]; }", "CS0518;CS0656", DisplayName = "Index")]
    [DataRow("class C { int[] i(int[] a) => a[1..]; }", "CS0518", DisplayName = "Range")]
    [DataRow("class C { void M(dynamic d) { d.X(); } }", "CS1980", DisplayName = "dynamic")]
    [DataRow("class C { [System.Runtime.InteropServices.DllImport(\"x\")] static extern void M(); }", "CS0234",
        DisplayName = "DllImport")]
    [DataRow("class C { string s(string a) => a.Replace(\"a\", \"b\"); }", "CS1061", DisplayName = "string.Replace")]
    [DataRow("class C { string s(string[] a) => string.Join(\",\", a); }", "CS0117", DisplayName = "string.Join")]
    [DataRow("class C { bool s(string a) => string.IsNullOrWhiteSpace(a); }", "CS0117", DisplayName = "string.IsNullOrWhiteSpace")]
    [DataRow("class C { void M(int[] a) { System.Array.Sort(a); } }", "CS0117", DisplayName = "Array.Sort")]
    [DataRow("class C { object a = System.Array.Empty<int>(); }", "CS0117", DisplayName = "Array.Empty")]
    [DataRow("class C { void M() { System.GC.Collect(); } }", "CS0117", DisplayName = "GC.Collect")]
    [DataRow("class C { void M() { System.Console.WriteLine(1); } }", "CS1503", DisplayName = "Console.WriteLine of int")]
    [DataRow("class C { int M(System.TimeSpan t) => (int)System.Environment.TickCount; }", "CS0117", DisplayName = "TickCount")]
    [DataRow("class C { System.DateTime M() => System.DateTime.Now; }", "CS0117", DisplayName = "DateTime.Now")]
    public void WhatADeviceLacksIsAnErrorOfTheCompiler(string source, string codes) =>
        Assert.AreEqual(codes, string.Join(';', DeviceCompiler.Errors(source).Order(StringComparer.Ordinal)));

    /// <summary>CoreLibrary 1.17.11 itself, where NuGet has it: our mscorlib declares nothing more, and lacks generic
    /// delegates only.</summary>
    [TestMethod]
    public void MscorlibIsThatOfCoreLibrary()
    {
        string real = CoreLibrary();
        string ours = Path.Combine(HostTools.NanoFramework.ReferenceSurface.DefaultFolder, "mscorlib.dll");
        string[] expected = [.. Declarations(real).Where(line => !line.Contains('`', StringComparison.Ordinal))];
        string[] actual = [.. Declarations(ours)];
        Assert.AreEqual("", string.Join('\n', expected.Except(actual)), "missing here");
        Assert.AreEqual("", string.Join('\n', actual.Except(expected)), "not on the device");
    }

    /// <summary>mscorlib.dll of the package, or the test is skipped.</summary>
    internal static string CoreLibrary()
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string real = Path.Combine(packages, "nanoframework.corelibrary", "1.17.11", "lib", "mscorlib.dll");
        if (!File.Exists(real))
        {
            Assert.Inconclusive($"Needs the package nanoFramework.CoreLibrary 1.17.11 in {packages}; dotnet add package puts " +
                "it there.");
        }


        return real;
    }

    /// <summary>Public and protected members, with bases, values of constants and modifiers.</summary>
    private static IEnumerable<string> Declarations(string path)
    {
        PortableExecutableReference reference = MetadataReference.CreateFromFile(path);
        var assembly = (IAssemblySymbol)CSharpCompilation.Create("Surface", references: [reference])
            .GetAssemblyOrModuleSymbol(reference)!;
        return [assembly.Identity.Version.ToString(), .. Types(assembly.GlobalNamespace).SelectMany(Lines)];

        static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol parent) => parent.GetMembers().SelectMany(member =>
            member switch
            {
                INamespaceSymbol space => Types(space),
                INamedTypeSymbol type when IsVisible(type) => Types(type).Prepend(type),
                _ => [],
            });

        static bool IsVisible(ISymbol symbol) => symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected
            or Accessibility.ProtectedOrInternal;

        static IEnumerable<string> Lines(INamedTypeSymbol type) => type.GetMembers().Where(IsVisible).Where(member =>
                member is not INamedTypeSymbol).Select(member =>
                $"{member.GetDocumentationCommentId()} {member.IsStatic} {member.IsVirtual} {member.IsAbstract} " +
                $"{member.IsOverride} " +
                $"{(member as IFieldSymbol)?.ConstantValue} {(member as IFieldSymbol)?.Type} " +
                $"{(member as IMethodSymbol)?.ReturnType.WithNullableAnnotation(NullableAnnotation.None)}")
            .Prepend($"{type.GetDocumentationCommentId()} {type.TypeKind} {type.IsAbstract} {type.IsSealed} {type.IsRefLikeType} " +
                $"{type.IsReadOnly} {type.BaseType} {string.Join(",", type.AllInterfaces.Select(item => item.ToString()).Order())}");
    }
}
