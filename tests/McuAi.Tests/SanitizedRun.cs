namespace McuAi.Tests;

/// <summary>With <c>test --sanitize</c> AddressSanitizer is loaded into this process; programs that tests start have their
/// own runtimes, which do not go together with it.</summary>
[TestClass]
public static class SanitizedRun
{
    [AssemblyInitialize]
    public static void KeepFromChildren(TestContext context) => Environment.SetEnvironmentVariable("LD_PRELOAD", null);
}
