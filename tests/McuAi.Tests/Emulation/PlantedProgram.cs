using System.Diagnostics;

namespace McuAi.Tests.Emulation;

/// <summary>A script in the place of a program. Another program writes its file: what this process has open while it writes, a child
/// that another test starts at that moment has open too, and the system runs no file that is open for writing.</summary>
internal static class PlantedProgram
{
    public static void Write(string path, string text)
    {
        string source = path + ".text";
        File.WriteAllText(source, text);
        using Process install = Process.Start("install", ["-m", "700", source, path]);
        install.WaitForExit();
        Assert.AreEqual(0, install.ExitCode);
    }
}
