using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Import.Tflite;
using McuAi.ModelConverter.Reference;

namespace McuAi.Tests.Reference;

/// <summary>Whole models against the outputs of TensorFlow Lite Micro.</summary>
[TestClass]
public class GoldenTests
{
    [TestMethod]
    [DataRow("kws", "kws_ref_model")]
    [DataRow("ad", "ad01_int8")]
    [DataRow("ic", "pretrainedResnet_quant")]
    [DataRow("vww", "vww_96_int8")]
    [DataRow("sww", "str_ww_ref_model")]
    public void BytesEqualThoseOfTensorFlowLiteMicro(string name, string model)
    {
        ModelGraph graph = TfliteImporter.Import(SharedData.Bytes($"mlperf-tiny/models/{model}.tflite"), name);
        byte[] inputs = SharedData.Bytes($"mlperf-tiny/golden/{name}.in.bin");
        byte[] expected = SharedData.Bytes($"mlperf-tiny/golden/{name}.out.bin");
        var executor = new IntegerExecutor(graph);
        int size = graph.Inputs[0].Elements;
        byte[] outputs = [.. inputs.Chunk(size).SelectMany(input => executor.Run([input])[0])];
        CollectionAssert.AreEqual(expected, outputs);
    }

    /// <summary>The integers follow the real numbers they stand for. One step of the class scores of these models is
    /// 1/256; where a class is uncertain, errors of several layers add up to some of them.</summary>
    [TestMethod]
    [DataRow("kws", "kws_ref_model", 0.02)]
    [DataRow("vww", "vww_96_int8", 0.02)]
    public void FloatExecutionIsNear(string name, string model, double tolerance)
    {
        ModelGraph graph = TfliteImporter.Import(SharedData.Bytes($"mlperf-tiny/models/{model}.tflite"), name);
        byte[] inputs = SharedData.Bytes($"mlperf-tiny/golden/{name}.in.bin");
        byte[] expected = SharedData.Bytes($"mlperf-tiny/golden/{name}.out.bin");
        int size = graph.Inputs[0].Elements, outputs = graph.Outputs[0].Elements;
        for (int i = 0; i < 8; i++)
        {
            float[] x = RealValues.Of(graph.Inputs[0], inputs.AsSpan(i * size, size));
            float[] y = FloatExecutor.Run(graph, [x])[0];
            float[] quantized = RealValues.Of(graph.Outputs[0], expected.AsSpan(i * outputs, outputs));
            for (int k = 0; k < outputs; k++)
                Assert.AreEqual(quantized[k], y[k], tolerance, $"input {i}, output {k}");
        }
    }
}
