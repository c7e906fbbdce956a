using System.Globalization;
using McuAi.HostTools.NanoFramework;
using McuAi.ModelConverter.Graph;
using Microsoft.CodeAnalysis.CSharp;

namespace McuAi.Tests.NanoFramework;

/// <summary>What compiles and then fails on a device is found in the assembly, by type, method and instruction.</summary>
[TestClass]
public sealed class PlantedFaultTests
{
    private const string Extern = "[System.Runtime.CompilerServices.MethodImpl(" +
        "System.Runtime.CompilerServices.MethodImplOptions.InternalCall)] static extern ";

    [TestMethod]
    [DataRow("class C<T> { }", "Planted: C`1 is a generic type;")]
    [DataRow("class C { T M<T>(T t) => t; }", "Planted: C.M is a generic method;")]
    [DataRow("class C { static T Id<T>(T t) => t; int M() => Id(3); }",
        "Planted: C.M at IL_0001 calls the generic method Id;")]
    [DataRow("class L<T> { public T v; } class C { int M() => new L<int>().v; }",
        "Planted: C.M at IL_0000 has an operand of the generic type L`1<System.Int32>;")]
    [DataRow("class L<T> { } class C { L<int> f; }", "Planted: C.f has a value of the generic type L`1<System.Int32>;")]
    [DataRow("delegate T F<T>(); class C { void M(F<int> f) { } }",
        "Planted: C.M has a parameter or result of the generic type F`1<System.Int32>;")]
    [DataRow("class C { int[,] f = new int[2, 2]; }",
        "Planted: C.f has a value of the multi-dimensional array type System.Int32[,];")]
    [DataRow("class C { object M() => new byte[2, 2]; }",
        "Planted: C.M at IL_0002 has an operand of the multi-dimensional array type System.Byte[,];")]
    [DataRow("class C { int M(int[,,] a) => 1; }",
        "Planted: C.M has a parameter or result of the multi-dimensional array type System.Int32[,,];")]
    [DataRow("class C { int[][,] f; }", "Planted: C.f has a value of the multi-dimensional array type System.Int32[,];")]
    [DataRow("unsafe class C { int M(byte[] a) { fixed (byte* p = &a[0]) return *p; } }",
        "Planted: C.M pins a local variable of type System.Byte& (fixed);")]
    [DataRow("unsafe class C { int M(byte[] a) { fixed (byte* p = a) return *p; } }",
        "Planted: C.M pins a local variable of type System.Byte[] (fixed);")]
    [DataRow("unsafe class C { int M() { int* p = stackalloc int[4]; return p[1]; } }",
        "Planted: C.M at IL_0003 allocates on the stack (stackalloc);")]
    [DataRow("unsafe class C { int* f; }", "Planted: C.f has a value of the pointer type System.Int32*;")]
    [DataRow("unsafe class C { int M(delegate*<int, int> f) => f(1); }",
        "Planted: C.M at IL_0004 calls through a function pointer;")]
    [DataRow("unsafe class C { delegate*<int, int> f; }", "Planted: C.f has a value that is a function pointer;")]
    [DataRow("struct S { int a; } unsafe class C { int M() => sizeof(S); }",
        "Planted: C.M at IL_0000 asks for the size of a type")]
    [DataRow("interface I { int M() => 1; }", "Planted: I.M has a body in an interface;")]
    [DataRow("class C { int M(int a, int b) => checked(a + b); }", "Planted: C.M at IL_0002 checks for overflow (add.ovf)")]
    [DataRow("class C { byte M(int a) => checked((byte)a); }", "Planted: C.M at IL_0001 checks for overflow (conv.ovf.u1)")]
    [DataRow("unsafe class C { byte M(byte a) => *(&a + 1); }",
        "Planted: C.M at IL_0002 makes a number of an address (unsafe);")]
    [DataRow("unsafe struct S { public fixed byte b[4]; }",
        "Planted: S.b is a buffer of fixed size, at which the interpreter stops;")]
    [DataRow("struct S { int a; } struct T { S s; }", "Planted: T.s is a structure in a structure, which breaks")]
    [DataRow("class C { static void V(__arglist) { } }", "Planted: C.V takes arguments by __arglist;")]
    [DataRow("class C { static void V(__arglist) { } void M() { V(__arglist(1)); } }",
        "Planted: C.M at IL_0001 calls V with __arglist;")]
    [DataRow("class C { void U(System.RuntimeArgumentHandle h) { } void M(__arglist) { U(__arglist); } }",
        "reads __arglist;")]
    [DataRow("class C { int M(int a) { var r = __makeref(a); return __refvalue(r, int); } }", "makes a typed reference")]
    [DataRow("class C { int M(int a) { var r = __makeref(a); return __refvalue(r, int); } }",
        "reads a typed reference (__refvalue)")]
    [DataRow("class C { object M(int a) { var r = __makeref(a); return __reftype(r); } }", "reads a typed reference's type")]
    [DataRow("class C { string M() => \"a\\0b\"; }", "Planted: C.M at IL_0000 loads a string with the character U+0000")]
    [DataRow("readonly struct S { }", "IsReadOnlyAttribute was put into the assembly by the compiler")]
    [DataRow("class C { void M(in int a) { } }", "use neither readonly struct, nor in parameters, nor ref readonly.")]
    [DataRow("ref struct S { }", "declare no ref struct.")]
    [DataRow("class C { public nint M() => 1; }", "use int and uint in place of nint and nuint.")]
    [DataRow("class C { " + Extern + "long M(); }", "Planted: C.M is an InternalCall with System.Int64 in its signature;")]
    [DataRow("class C { " + Extern + "void M(ulong a); }", "is an InternalCall with System.UInt64")]
    [DataRow("class C { " + Extern + "double M(); }", "is an InternalCall with System.Double")]
    [DataRow("class C { " + Extern + "void M(float a); }", "is an InternalCall with System.Single")]
    [DataRow("class C { " + Extern + "void M(ref int a); }", "is an InternalCall with System.Int32&")]
    [DataRow("class C { " + Extern + "void M(out byte[] a); }", "is an InternalCall with System.Byte[]&")]
    [DataRow("class C { " + Extern + "void M(object a); }", "is an InternalCall with System.Object")]
    [DataRow("class C { " + Extern + "void M(string[] a); }", "is an InternalCall with System.String[]")]
    [DataRow("class C { " + Extern + "void M(int[][] a); }", "is an InternalCall with System.Int32[][]")]
    [DataRow("class C { " + Extern + "void M(System.SpanByte a); }", "is an InternalCall with System.SpanByte")]
    [DataRow("enum E { A } class C { " + Extern + "void M(E a); }", "is an InternalCall with E in")]
    [DataRow("struct S { } class C { " + Extern + "S M(); }", "is an InternalCall with S in")]
    public void AConstructThatFailsOnADeviceIsFound(string source, string expected) =>
        Contains(DeviceCompiler.Check(DeviceCompiler.Compile(source)), expected);

    [TestMethod]
    public void WhatLaterCompilersAddIsFound()
    {
        Contains(DeviceCompiler.Check(DeviceCompiler.Compile("class C { }", version: LanguageVersion.CSharp11)),
            "RefSafetyRulesAttribute was put into the assembly by the compiler");
        IReadOnlyList<Finding> nullable =
            DeviceCompiler.Check(DeviceCompiler.Compile("public class C { string? s; }", nullable: true));
        Contains(nullable, "NullableAttribute was put into the assembly by the compiler");
        Contains(nullable, "Microsoft.CodeAnalysis.EmbeddedAttribute was put into the assembly by the compiler");
        Contains(nullable, "compile without nullable reference types.");
    }

    [TestMethod]
    [DataRow("class C { int M(double x) => (int)System.Math.Fancy(x); }",
        "Planted: C.M at IL_0001 refers to System.Math.Fancy(System.Double):System.Double, which System.Math of nanoFramework 1.x")]
    [DataRow("class C { int M() => System.Later.Value; }",
        "Planted: C.M at IL_0000 refers to System.Later, which System.Math of")]
    [DataRow("class C { int M() => System.Math.Counter; }",
        "Planted: C.M at IL_0000 refers to System.Math.Counter:System.Int32, which System.Math of nanoFramework 1.x does not have;")]
    [DataRow("class C : System.Later { }", "refers to System.Later, which System.Math of nanoFramework 1.x does not have;")]
    public void AMemberOfALaterLibraryIsFound(string source, string expected)
    {
        byte[] later = DeviceCompiler.Compile("namespace System { public static class Math { public static double Fancy(double x) " +
            "=> x; public static int Counter; } public class Later { public static int Value; } }", "System.Math");
        Contains(DeviceCompiler.Check(DeviceCompiler.Compile(source, references: [later])), expected);
    }

    [TestMethod]
    public void AnAssemblyThatNoDeviceHasIsFound()
    {
        byte[] other = DeviceCompiler.Compile("public static class Other { public static int Value; }", "Other");
        Contains(DeviceCompiler.Check(DeviceCompiler.Compile("class C { int M() => Other.Value; }", references: [other])),
            "Planted refers to the assembly Other, which is none of the reference assemblies;");
    }

    [TestMethod]
    public void CountsBeyondADevicesFormatAreFound()
    {
        Found($"class C {{ static readonly int[] T = {{ {Repeat(20_000, i => $"{i + 1}, ")} }}; }}",
            "80000 bytes of array initializers");
        Found($"class C {{ int M(int a) {{ switch (a) {{ {Repeat(300, i => $"case {i}: return {i * i % 77};")} }} return 0; }} }}",
            "switches over 300 cases");
        Found($"class C {{ {Repeat(256, i => $"static void M{i}() {{ }}")} }}", "256 static methods");
        Found($"class C {{ {Repeat(256, i => $"void M{i}() {{ }}")} }}", "257 instance methods");
        Found($"class C {{ {Repeat(256, i => $"virtual void M{i}() {{ }}", "public")} }}", "256 virtual methods");
        Found($"class C {{ {Repeat(256, i => $"int f{i};")} }}", "256 instance fields");
        Found($"class C {{ {Repeat(256, i => $"static int f{i};")} }}", "256 static fields");
        Found($"class C {{ void M({string.Join(',', Enumerable.Range(0, 255).Select(i => $"int a{i}"))}) {{ }} }}", "255 parameters");
        Found($"class C {{ static int F(ref int a) => a; int M() {{ {Repeat(256, i => $"int v{i} = {i};")} return " +
            $"{Repeat(256, i => $"F(ref v{i}) + ")} 0; }} }}", "256 local variables");
        Found($"class C {{ int M(int a) {{ {Repeat(256, i => $"try {{ a += {i}; }} catch {{ }}")} return a; }} }}", "256 try blocks");
        Found($"class C {{ int M(int a) {{ {Repeat(5_000, i => $"a = a * {i + 1000} + 7;")} return a; }} }}", "bytes of IL");

        static void Found(string source, string expected) =>
            Contains(DeviceCompiler.Check(DeviceCompiler.Compile(source)), expected);

        static string Repeat(int count, Func<int, string> line, string before = "") =>
            string.Concat(Enumerable.Range(0, count).Select(i => $"{before} {line(i)}"));
    }

    /// <summary>In the order of characters Ab comes before aa, in that of every culture after it.</summary>
    [TestMethod]
    public void ATableThatDependsOnTheSortingOfTheMachineIsFound()
    {
        string source = "class aa { int M() => 1; } class Ab { " + Extern + "int N(); " + Extern + "int O(); }";
        Contains(DeviceCompiler.Check(DeviceCompiler.Compile(source)), "depends on the machine that builds it");
        string renamed = source.Replace("class aa", "class Aa", StringComparison.Ordinal);
        Assert.IsEmpty(DeviceCompiler.Check(DeviceCompiler.Compile(renamed)));
    }

    [TestMethod]
    public void ANameThatTheFirmwaresBuildMisreadsIsFound() => Contains(DeviceCompiler.Check(
        DeviceCompiler.Compile("class C { " + Extern + "int M(); }", "Kernels0")), "Kernels0 has a 0 in its name");

    [TestMethod]
    public void AFileThatIsNoAssemblyIsRefused()
    {
        byte[] whole = DeviceCompiler.Compile("class C { int M(int a) { switch (a) { case 1: return 5; case 2: return 3; case 3: " +
            "return 7; } return 0; } }");
        StringAssert.Contains(Assert.ThrowsExactly<ModelException>(() => AssemblyImage.Read("x.dll", [1, 2, 3])).Message, "x.dll");
        StringAssert.Contains(Assert.ThrowsExactly<ModelException>(() => AssemblyImage.Open("/nowhere/x.dll")).Message, "build");
        var random = new Random(1);
        for (int attempt = 0; attempt < 1_000; ++attempt)
        {
            byte[] damaged = [.. whole];
            for (int change = 0; change < 1 + (attempt % 4); ++change)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                DeviceCompiler.Check(damaged);
                using AssemblyImage image = AssemblyImage.Read("Planted.dll", damaged);
                new ReferenceSurface().Add(image);
            }
            catch (ModelException error)
            {
                StringAssert.Contains(error.Message, "Planted.dll", string.Create(CultureInfo.InvariantCulture, $"attempt {attempt}"));
            }
        }
    }

    internal static void Contains(IReadOnlyList<Finding> findings, string expected) => Assert.IsTrue(
        findings.Any(finding => finding.ToString().Contains(expected, StringComparison.Ordinal)),
        $"expected '{expected}' among:\n{string.Join('\n', findings)}");
}
