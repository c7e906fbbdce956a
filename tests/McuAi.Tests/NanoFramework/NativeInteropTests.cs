using System.Buffers.Binary;
using McuAi.HostTools.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>Checksums and tables of native methods against those of nanoframework/metadata-processor 3.0.100, which wrote
/// <see cref="Expected"/>: the checksum in its .pe file, and the lines of method_lookup in its stubs.</summary>
[TestClass]
public sealed class NativeInteropTests
{
    private const string Alpha = """
        using System.Runtime.CompilerServices;

        namespace Alpha
        {
            public static class Kernels
            {
                [MethodImpl(MethodImplOptions.InternalCall)]
                public static extern int Add(int a, int b);
                [MethodImpl(MethodImplOptions.InternalCall)]
                public static extern void Fill(byte[] data, sbyte value, bool all);
                public static int Twice(int a) { return Add(a, a); }
                [MethodImpl(MethodImplOptions.InternalCall)]
                internal static extern uint Text(string text, char[] into, ushort[][] rows);
            }
        }
        """;

    private const string Beta = """
        using System;
        using System.Runtime.CompilerServices;

        namespace Beta.Parts
        {
            public delegate void Heard(Sample sample);

            public enum Kind { One, Two }

            public interface ISource { Kind Kind { get; } Sample Next(ref int position); }

            public struct Sample
            {
                public int Value;
                [MethodImpl(MethodImplOptions.InternalCall)] public extern int Scale(ref int by);
            }

            public abstract class Device : ISource, IDisposable
            {
                private static readonly int[] Table = { 5, 4, 3, 2, 1, 7, 9, 11 };
                public event Heard Heard;
                public abstract Kind Kind { get; }
                [MethodImpl(MethodImplOptions.InternalCall)] public extern Sample Next(ref int position);
                [MethodImpl(MethodImplOptions.InternalCall)]
                protected virtual extern void Close(object state, out long[] times, double[] all);
                public void Dispose() { Close(null, out long[] _, null); Heard?.Invoke(default); Finish(Helper.Find(Table[2])); }
                private void Finish(Zulu zulu) { Action late = () => Helper.Find(3); late(); }

                public sealed class Inner
                {
                    [MethodImpl(MethodImplOptions.InternalCall)]
                    public static extern Inner Open(Kind kind, float gain, Inner[] others, DateTime at);
                }
            }

            internal static class Helper { public static Zulu Find(int n) => n > 2 ? new Zulu() : null; }

            internal sealed class Zulu
            {
                public Zulu() { }
                [MethodImpl(MethodImplOptions.InternalCall)] public extern long Long(ulong a, double b, IntPtr p);
            }
        }
        """;

    private const string Global = """
        using System.Runtime.CompilerServices;

        public class Global
        {
            public int Before() => 1;
            [MethodImpl(MethodImplOptions.InternalCall)] public extern string Name();
            public virtual int After() => 2;
            static Global() { }
        }

        namespace nested.lower
        {
            public class Tiny
            {
                [MethodImpl(MethodImplOptions.InternalCall)]
                public static extern int M(short a, uint b, byte c, WeakHolder d, System.WeakReference e);
            }

            public class WeakHolder { }
        }
        """;

    private static readonly (string Name, string Source, uint Checksum, int Count, string[] Methods)[] Expected =
    [
        ("Interop.A", Alpha, 0x7F68705C, 4,
        [
            "0 Alpha_Kernels::Add___STATIC__I4__I4__I4",
            "1 Alpha_Kernels::Fill___STATIC__VOID__SZARRAY_U1__I1__BOOLEAN",
            "3 Alpha_Kernels::Text___STATIC__U4__STRING__SZARRAY_CHAR__SZARRAY_U2",
        ]),
        ("Interop.B", Beta, 0x81A2A842, 24,
        [
            "2 Beta_Parts_Sample::Scale___I4__BYREF_I4",
            "4 Beta_Parts_Zulu::Long___I8__U8__R8__I4",
            "6 Beta_Parts_Device::Next___BetaPartsSample__BYREF_I4",
            "7 Beta_Parts_Device::Close___VOID__OBJECT__BYREF_SZARRAY_I8__SZARRAY_R8",
            "18 Beta_Parts_Device__Inner::Open___STATIC__BetaPartsDeviceInner__BetaPartsKind__R4__SZARRAY_BetaPartsDeviceInner__" +
                "SystemDateTime",
        ]),
        ("Interop.C", "namespace Gamma { public class Managed { public int One() => 1; } }", 0, 2, []),
        ("Interop.D", Global, 0x6D3451C0, 8,
        [
            "2 Global::Name___STRING",
            "6 nested_lower_Tiny::M___STATIC__I4__I2__U4__U1__nestedlowerWeakHolder__WEAKCLASS",
        ]),
    ];

    [TestMethod]
    public void ChecksumAndTableAreThoseOfTheMetadataProcessor()
    {
        foreach ((string name, string source, uint checksum, int count, string[] methods) in Expected)
        {
            NativeInterop interop = Of(source, name);
            Assert.AreEqual($"0x{checksum:X8}", $"0x{interop.Checksum:X8}", name);
            Assert.AreEqual(count, interop.Count, name);
            Assert.AreEqual(string.Join('\n', methods),
                string.Join('\n', interop.Methods.Select(method => $"{method.Index} {method.Class}::{method.Method}")), name);
        }
    }

    [TestMethod]
    public void BodiesAndParameterNamesDoNotCount()
    {
        string other = Alpha.Replace("int a, int b", "int first, int second", StringComparison.Ordinal)
            .Replace("return Add(a, a);", "return Add(a, 0) + Add(0, a);", StringComparison.Ordinal);
        Assert.AreEqual(0x7F68705Cu, Of(other, "Interop.A").Checksum);
        string unsigned = Alpha.Replace("sbyte value", "byte value", StringComparison.Ordinal);
        Assert.AreNotEqual(0x7F68705Cu, Of(unsigned, "Interop.A").Checksum);
        Assert.AreNotEqual(0x7F68705Cu, Of(Alpha, "Interop.B").Checksum);
    }

    /// <summary>Why the table has to be compared too.</summary>
    [TestMethod]
    public void AManagedMethodBeforeTheNativeOnesShiftsTheTableAndKeepsTheChecksum()
    {
        NativeInterop shifted = Of(Alpha + " namespace Alpha { static class Earlier { static int One() => 1; } }", "Interop.A");
        Assert.AreEqual(0x7F68705Cu, shifted.Checksum);
        CollectionAssert.AreEqual((int[])[1, 2, 4], shifted.Methods.Select(method => method.Index).ToArray());
    }

    /// <summary>CoreLibrary's own assembly and .pe file, where NuGet has them.</summary>
    [TestMethod]
    public void TheChecksumOfCoreLibraryIsThatInItsFile()
    {
        string library = Path.ChangeExtension(AbsentSurfaceTests.CoreLibrary(), ".pe");
        using AssemblyImage image = AssemblyImage.Open(Path.ChangeExtension(library, ".dll"));
        var interop = NativeInterop.Of(image);
        Assert.AreEqual(BinaryPrimitives.ReadUInt32LittleEndian(File.ReadAllBytes(library).AsSpan(0x14)), interop.Checksum);
        Assert.AreEqual(803, interop.Count); // the length of the table in the firmware
    }

    private static NativeInterop Of(string source, string name)
    {
        using AssemblyImage image = AssemblyImage.Read(name + ".dll", DeviceCompiler.Compile(source, name));
        return NativeInterop.Of(image);
    }
}
