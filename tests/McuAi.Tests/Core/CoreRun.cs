using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference;

namespace McuAi.Tests.Core;

/// <summary>Runs a graph through lowering, the pack and the C core, and compares every byte with the reference.</summary>
internal static class CoreRun
{
    // UBSan always; with `test --sanitize`, AddressSanitizer too, which has to be loaded before the runtime.
    private static readonly Lazy<HostLibrary> Core = new(() =>
        Environment.GetEnvironmentVariable(HostLibraryBuilder.SanitizeVariable) == "1"
            ? HostLibraryBuilder.Load(SharedData.RepositoryRoot!)
            : new HostLibrary(HostLibraryBuilder.Build(SharedData.RepositoryRoot!,
                ["-fsanitize=undefined", "-fno-sanitize-recover=undefined"], "host-ubsan")));

    /// <summary>The core for the host, which ends the process at undefined behaviour.</summary>
    public static HostLibrary Library
    {
        get
        {
            if (SharedData.RepositoryRoot is null)
                Assert.Inconclusive("Runs inside the repository only.");

            return Core.Value;
        }
    }

    public static KernelFamily Portable => KernelFamilies.Named("portable");

    /// <summary>A model opened in the core, by way of a pack's bytes.</summary>
    public static HostCore Open(PackModel model) => new(Library, PackWriter.Write(model));

    /// <summary>Inferences one after another, states kept, must give the reference's bytes.</summary>
    /// <param name="inferences">The inputs of each.</param>
    public static void Compare(ModelGraph graph, KernelFamily family, IEnumerable<byte[][]> inferences, string what)
    {
        PackModel model = GraphLowering.Lower(graph, family);
        var reference = new IntegerExecutor(graph);
        using HostCore core = Open(model);
        int number = 0;
        foreach (byte[][] inputs in inferences)
        {
            byte[] expected = [.. reference.Run(inputs).SelectMany(output => output)];
            byte[] actual = core.Run([.. inputs.SelectMany(input => input)]);
            CollectionAssert.AreEqual(expected, actual, $"{what}, inference {number++}: {Describe(graph)}");
        }
    }

    private static string Describe(ModelGraph graph) => string.Join("; ", graph.Nodes.Select(node =>
        $"{node.Kind} {string.Join(" ", node.Inputs)} -> {string.Join(" ", node.Outputs)} {node.Attributes}"));
}
