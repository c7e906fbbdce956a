using System.Globalization;
using System.Text.RegularExpressions;
using McuAi.HostTools.Boards;
using McuAi.HostTools.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>The hand-written table of native methods belongs to the assembly that devices run.</summary>
[TestClass]
public sealed partial class NativeTableTests
{
    private static readonly string Native = Path.Combine(ProjectFolder.Find().Root, "firmware/nanoframework/native");

    private static NativeInterop Interop
    {
        get
        {
            string path = Path.Combine(ProjectFolder.Find().Root, "artifacts/nanoframework/device/McuAi.NanoFramework.dll");
            using AssemblyImage image = AssemblyImage.Read(path, File.ReadAllBytes(path));
            return NativeInterop.Of(image);
        }
    }

    [TestMethod]
    public void TableChecksumAndNamesAreThoseOfTheAssembly()
    {
        string table = File.ReadAllText(Path.Combine(Native, "McuAi_NanoFramework.cpp"));
        NativeInterop interop = Interop;
        Assert.AreEqual(interop.Checksum, uint.Parse(Checksum().Match(table).Groups[1].Value, NumberStyles.HexNumber,
            CultureInfo.InvariantCulture), $"write 0x{interop.Checksum:X8} into McuAi_NanoFramework.cpp");
        Assert.AreEqual(interop.Count, int.Parse(Methods().Match(table).Groups[1].Value, CultureInfo.InvariantCulture));
        string[] expected = [.. interop.Methods.Select(method => method.Method)];
        CollectionAssert.AreEqual(Enumerable.Range(0, expected.Length).ToArray(), interop.Methods.Select(method => method.Index).ToArray(),
            "the native methods come first");
        CollectionAssert.AreEqual(expected, Entry().Matches(table).Select(match => match.Groups[1].Value).ToArray());
        CollectionAssert.AreEqual(expected, Declaration()
            .Matches(File.ReadAllText(Path.Combine(Native, "McuAi_NanoFramework.h"))).Select(match => match.Groups[1].Value).ToArray());
        CollectionAssert.AreEqual(expected, Definition().Matches(File.ReadAllText(Path.Combine(Native, "McuAi_NanoFramework_Kernels.cpp")))
            .Select(match => match.Groups[1].Value).ToArray());
        Assert.IsTrue(interop.Methods.All(method => method.Class == "McuAi_Kernels"));
    }

    /// <summary>Both builds have the same native calls.</summary>
    [TestMethod]
    public void HostAndDeviceHaveTheSameCalls()
    {
        string folder = Path.Combine(ProjectFolder.Find().Root, "firmware/nanoframework/McuAi.NanoFramework");
        string device = File.ReadAllText(Path.Combine(folder, "Kernels.cs")), host = File.ReadAllText(Path.Combine(folder, "Kernels.Host.cs"));
        string[] calls = [.. Call().Matches(device).Select(match => Spaces().Replace(match.Groups[1].Value, " "))];
        Assert.IsGreaterThan(30, calls.Length);
        CollectionAssert.AreEqual(calls, Call().Matches(host).Select(match => Spaces().Replace(match.Groups[1].Value, " ")).ToArray());
    }

    [GeneratedRegex(@"0x([0-9A-F]{8}),")]
    private static partial Regex Checksum();

    [GeneratedRegex(@"METHODS = (\d+)")]
    private static partial Regex Methods();

    [GeneratedRegex(@"^    Kernels::(\w+),", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"NANOCLR_NATIVE_DECLARE\((\w+)\)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^HRESULT Kernels::(\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Definition();

    [GeneratedRegex(@"internal static (?:extern )?int (\w+\([^)]*\))")]
    private static partial Regex Call();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
