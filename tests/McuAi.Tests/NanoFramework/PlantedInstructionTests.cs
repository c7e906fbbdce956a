using System.Reflection;
using System.Reflection.Emit;
using McuAi.HostTools.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>Instructions and members that C# 9 does not write against the reference assemblies, but other compilers do.</summary>
[TestClass]
public sealed class PlantedInstructionTests
{
    [TestMethod]
    [DataRow(nameof(OpCodes.Cpblk), "copies a block of memory")]
    [DataRow(nameof(OpCodes.Initblk), "fills a block of memory")]
    [DataRow(nameof(OpCodes.Ckfinite), "checks for a finite number")]
    [DataRow(nameof(OpCodes.Arglist), "reads __arglist")]
    [DataRow(nameof(OpCodes.Localloc), "allocates on the stack (stackalloc)")]
    [DataRow(nameof(OpCodes.Refanytype), "reads a typed reference's type")]
    [DataRow(nameof(OpCodes.Readonly), "takes a read-only address")]
    [DataRow(nameof(OpCodes.Mul_Ovf_Un), "checks for overflow (mul.ovf.un)")]
    public void AnInstructionIsFound(string name, string expected)
    {
        var code = (OpCode)typeof(OpCodes).GetField(name)!.GetValue(null)!;
        PlantedFaultTests.Contains(Check(il =>
        {
            il.Emit(OpCodes.Nop);
            il.Emit(code);
        }), $"Planted: C.M at IL_0001 {expected}");
    }

    [TestMethod]
    public void AJumpToAMethodIsFound() => PlantedFaultTests.Contains(
        Check(il => il.Emit(OpCodes.Jmp, typeof(GC).GetMethod(nameof(GC.Collect), [])!)),
        "Planted: C.M at IL_0000 jumps to another method");

    [TestMethod]
    public void TheHandleOfAMemberIsFound() => PlantedFaultTests.Contains(
        Check(il => il.Emit(OpCodes.Ldtoken, typeof(string).GetField(nameof(string.Empty))!)),
        "Planted: C.M at IL_0000 loads the handle of a member");

    [TestMethod]
    public void AnImportOfALibraryIsFound()
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Planted"), typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule("Planted").DefineType("C", TypeAttributes.Public);
        type.DefinePInvokeMethod("M", "library", MethodAttributes.Public | MethodAttributes.Static, CallingConventions.Standard,
            typeof(void), [], System.Runtime.InteropServices.CallingConvention.Cdecl, System.Runtime.InteropServices.CharSet.None);
        PlantedFaultTests.Contains(Check(assembly, type), "Planted: C.M is imported with DllImport;");
    }

    [TestMethod]
    public void AnInterfaceWithinTheClassThatImplementsItIsFound()
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Planted"), typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule("Planted").DefineType("C", TypeAttributes.Public);
        TypeBuilder inner = type.DefineNestedType("I",
            TypeAttributes.NestedPublic | TypeAttributes.Interface | TypeAttributes.Abstract);
        type.AddInterfaceImplementation(inner);
        inner.CreateType();
        PlantedFaultTests.Contains(Check(assembly, type), "Planted: C implements an interface that is nested in it");
    }

    private static IReadOnlyList<Finding> Check(Action<ILGenerator> body)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Planted"), typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule("Planted").DefineType("C", TypeAttributes.Public);
        ILGenerator il = type.DefineMethod("M", MethodAttributes.Public | MethodAttributes.Static, typeof(void), [])
            .GetILGenerator();
        body(il);
        il.Emit(OpCodes.Ret);
        return Check(assembly, type);
    }

    private static IReadOnlyList<Finding> Check(PersistedAssemblyBuilder assembly, TypeBuilder type)
    {
        type.CreateType();
        using var stream = new MemoryStream();
        assembly.Save(stream);
        return DeviceCompiler.Check(stream.ToArray());
    }
}
