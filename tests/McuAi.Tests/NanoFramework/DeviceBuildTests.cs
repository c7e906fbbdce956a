using System.Diagnostics;
using McuAi.HostTools.Boards;
using McuAi.HostTools.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>The build of the device's assembly, which runs before the tests, and the verbs.</summary>
[TestClass]
public sealed class DeviceBuildTests
{
    private static readonly string Device = Path.Combine(ReferenceSurface.DefaultFolder, "..", "device", "McuAi.NanoFramework.dll");

    [TestMethod]
    public void TheShippedAssemblyPasses() =>
        Assert.AreEqual("", string.Join('\n', AssemblyCheck.Run([Device], ReferenceSurface.DefaultFolder)));

    [TestMethod]
    public async Task TheCheckEndsWithOneSentenceForEachFindingAndAnExitCode()
    {
        (int code, string output, string errors) = await ToolAsync("check", Device);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "nothing found");

        string planted = Path.Combine(Path.GetTempPath(), $"planted-{Environment.ProcessId}.dll");
        await File.WriteAllBytesAsync(planted, DeviceCompiler.Compile("class C { int[,] f; object M() => new byte[2, 2]; }"));
        try
        {
            (code, _, errors) = await ToolAsync("check", planted, Device);
            Assert.AreEqual(1, code);
            Assert.HasCount(2, errors.Trim().Split('\n'));
            StringAssert.Contains(errors, "C.M at IL_0002 has an operand of the multi-dimensional array type System.Byte[,]; use");
            (code, _, errors) = await ToolAsync("check", planted, "--reference", Path.GetTempPath());
            Assert.AreEqual(1, code);
            StringAssert.Contains(errors, "no mscorlib.dll");
        }
        finally
        {
            File.Delete(planted);
        }
    }

    [TestMethod]
    public async Task TheChecksumIsPrintedWithTheTable()
    {
        using AssemblyImage image = AssemblyImage.Open(Device);
        var interop = NativeInterop.Of(image);
        (int code, string output, string errors) = await ToolAsync("checksum", Device);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, $"McuAi.NanoFramework: checksum 0x{interop.Checksum:X8}, {interop.Methods.Count} native of " +
            $"{interop.Count} methods");
        foreach (NativeMethod method in interop.Methods)
            StringAssert.Contains(output, method.Method);
    }

    /// <summary>A project with a fault does not build.</summary>
    [TestMethod]
    public async Task AFaultFailsTheBuild()
    {
        string folder = Path.Combine(ProjectFolder.Find().Root, "artifacts", "nanoframework", "planted");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "Planted.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <Import Project="../../../firmware/nanoframework/Device.props" />
              <PropertyGroup><EnableDefaultCompileItems>false</EnableDefaultCompileItems></PropertyGroup>
              <ItemGroup><DeviceReference Include="mscorlib" /><Compile Include="Planted.cs" /></ItemGroup>
              <Import Project="../../../firmware/nanoframework/Device.targets" />
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Planted.cs"), "class C { int[,] f = new int[2, 2]; }");
        (int code, string output, _) = await RunAsync("build", folder, "-c", "Release", "-nologo", "-v", "quiet",
            "-p:BuildProjectReferences=false");
        Assert.AreNotEqual(0, code, output);
        StringAssert.Contains(output, "Planted: C.f has a value of the multi-dimensional array type System.Int32[,]");
    }

    private static Task<(int Code, string Output, string Errors)> ToolAsync(params string[] arguments) =>
        RunAsync([typeof(AssemblyCheck).Assembly.Location, "nanoframework", .. arguments]);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
