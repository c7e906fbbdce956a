using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Tflite;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Reference;

namespace McuAi.Tests.Core;

/// <summary>TensorFlow Lite Micro's own example models against the bytes that it computed for them; see
/// tests/vectors/tflm/NOTE.md. The inferences of a model follow each other without a reset, so states count.</summary>
[TestClass]
public sealed class TflmVectorTests
{
    [TestMethod]
    [DataRow("hello_world_int8")]
    [DataRow("micro_speech_quantized")]
    [DataRow("keyword_scrambled_8bit")]
    [DataRow("person_detect")]
    public void ReferenceGivesTflmBytes(string name)
    {
        ModelGraph graph = Import(name);
        var executor = new IntegerExecutor(graph);
        byte[] outputs = [.. Inferences(graph, name).SelectMany(input => executor.Run([input])[0])];
        CollectionAssert.AreEqual(Vector(name, "out"), outputs);
    }

    [TestMethod]
    [DataRow("hello_world_int8")]
    [DataRow("micro_speech_quantized")]
    [DataRow("keyword_scrambled_8bit")]
    [DataRow("person_detect")]
    public void CoreGivesTflmBytes(string name)
    {
        ModelGraph graph = Import(name);
        byte[] pack = PackWriter.Write(GraphLowering.Lower(graph, KernelFamilies.Named("portable")));
        using var core = new HostCore(HostLibraryBuilder.Load(Root()), pack);
        byte[] outputs = [.. Inferences(graph, name).SelectMany(input => core.Run(input))];
        CollectionAssert.AreEqual(Vector(name, "out"), outputs);
    }

    private static ModelGraph Import(string name) =>
        TfliteImporter.Import(SharedData.Bytes($"tflm/models/{name}.tflite"), name);

    private static IEnumerable<byte[]> Inferences(ModelGraph graph, string name) =>
        Vector(name, "in").Chunk(graph.Inputs.Single().Elements * graph.Inputs.Single().Type.HostBytes());

    private static byte[] Vector(string name, string end) =>
        File.ReadAllBytes(Path.Combine(Root(), "tests", "vectors", "tflm", $"{name}.{end}.bin"));

    private static string Root()
    {
        if (SharedData.RepositoryRoot is null)
        {
            Assert.Inconclusive("Runs inside the repository only.");
        }

        return SharedData.RepositoryRoot;
    }
}
