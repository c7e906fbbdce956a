using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Tflite;
using McuAi.ModelConverter.Layouts;

namespace McuAi.Tests.Core;

/// <summary>TensorFlow Lite Micro's own example models through the core; the state of one inference goes into the
/// next.</summary>
[TestClass]
public class TflmModelTests
{
    [TestMethod]
    [DataRow("hello_world_int8", 50)]
    [DataRow("keyword_scrambled_8bit", 12)]
    [DataRow("micro_speech_quantized", 6)]
    [DataRow("person_detect", 1)]
    public void BytesEqualTheReference(string name, int inferences)
    {
        ModelGraph graph = TfliteImporter.Import(SharedData.Bytes($"tflm/models/{name}.tflite"), name);
        foreach (string family in (string[])["portable", "dsp"])
        {
            var random = new Random(7);
            CoreRun.Compare(graph, KernelFamilies.Named(family), Enumerable.Range(0, inferences).Select(_ =>
                graph.Inputs.Select(input => Bytes(random, input)).ToArray()), $"{name}, {family}");
        }
    }

    private static byte[] Bytes(Random random, Tensor input)
    {
        var bytes = new byte[input.Elements * input.Type.HostBytes()];
        random.NextBytes(bytes);
        return bytes;
    }
}
