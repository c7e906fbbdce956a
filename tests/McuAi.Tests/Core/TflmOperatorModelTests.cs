using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Tflite;
using McuAi.ModelConverter.Reference;

namespace McuAi.Tests.Core;

/// <summary>Int8 .tflite files of one or a few operators against the bytes that TensorFlow Lite Micro computed for them;
/// see tests/vectors/tflm/NOTE.md.</summary>
[TestClass]
public sealed class TflmOperatorModelTests
{
    public static IEnumerable<object[]> Names() => Lines().Select(line => new object[] { line.Split(' ')[0] });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ReferenceAndCoreGiveTflmBytes(string name)
    {
        string[] fields = Lines().Single(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ');
        ModelGraph graph = TfliteImporter.Import(Convert.FromBase64String(fields[1]), name);
        byte[][] inputs = Parts(fields[2]), outputs = Parts(fields[3]);
        int count = inputs[0].Length / (graph.Inputs[0].Elements * graph.Inputs[0].Type.HostBytes());
        byte[][][] inferences = [.. Enumerable.Range(0, count).Select(i => inputs.Select(all =>
            all.AsSpan(i * all.Length / count, all.Length / count).ToArray()).ToArray())];
        var reference = new IntegerExecutor(graph);
        byte[][][] results = [.. inferences.Select(inference => reference.Run(inference))];
        for (int i = 0; i < outputs.Length; i++)
            CollectionAssert.AreEqual(outputs[i], results.SelectMany(result => result[i]).ToArray(), $"output {i}");

        if (graph.Inputs.TrueForAll(input => input.Type == DataType.Int8))
            CoreRun.Compare(graph, CoreRun.Portable, inferences, name);
    }

    private static byte[][] Parts(string field) => [.. field.Split(';').Select(Convert.FromBase64String)];

    private static string[] Lines() => SharedData.RepositoryRoot is { } root
        ? File.ReadAllLines(Path.Combine(root, "tests", "vectors", "tflm", "operators.txt"))
        : [];
}
