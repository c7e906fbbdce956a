namespace McuAi.Tests.Fuzz;

/// <summary>How much a test does: little in the normal run, all of it where MCUAI_LONG_TESTS is 1.</summary>
internal static class LongTests
{
    public static bool Enabled => Environment.GetEnvironmentVariable("MCUAI_LONG_TESTS") == "1";

    public static int Choose(int normally, int atLength) => Enabled ? atLength : normally;
}
