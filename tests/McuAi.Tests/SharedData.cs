namespace McuAi.Tests;

/// <summary>Models and recordings that tests compare with. They lie in a folder <c>shared</c> beside or inside the
/// repository, or where the environment variable MCUAI_SHARED points; tests that need them are inconclusive without.
/// </summary>
internal static class SharedData
{
    private const string Variable = "MCUAI_SHARED";

    /// <summary>The folder that holds McuAi.sln, or null when the tests run outside of the repository.</summary>
    public static string? RepositoryRoot { get; } = FindRoot();

    private static string? Root { get; } = FindShared();

    /// <summary>Path of a file or folder under <c>shared/data</c>, written with forward slashes.</summary>
    public static string Path(string relative)
    {
        string path = System.IO.Path.Combine([Root ?? string.Empty, "data", .. relative.Split('/')]);
        if (Root is null || !System.IO.Path.Exists(path))
        {
            Assert.Inconclusive($"Needs {relative} of the shared data; point {Variable} to the folder that holds data/.");
        }

        return path;
    }

    public static byte[] Bytes(string relative) => File.ReadAllBytes(Path(relative));

    private static string? FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "McuAi.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }

    private static string? FindShared()
    {
        string?[] candidates =
        [
            Environment.GetEnvironmentVariable(Variable),
            RepositoryRoot is null ? null : System.IO.Path.Combine(RepositoryRoot, "..", "shared"),
            RepositoryRoot is null ? null : System.IO.Path.Combine(RepositoryRoot, "shared"),
        ];
        return Array.Find(candidates, path => path is not null && Directory.Exists(System.IO.Path.Combine(path, "data")));
    }
}
