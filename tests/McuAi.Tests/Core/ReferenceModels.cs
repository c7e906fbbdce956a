using McuAi.ModelConverter.Import.Tflite;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Fuzz;

namespace McuAi.Tests.Core;

/// <summary>The MLPerf Tiny models with TensorFlow Lite Micro's outputs.</summary>
internal static class ReferenceModels
{
    private static readonly Dictionary<string, string> Files = new()
    {
        ["kws"] = "kws_ref_model",
        ["ad"] = "ad01_int8",
        ["ic"] = "pretrainedResnet_quant",
        ["vww"] = "vww_96_int8",
        ["sww"] = "str_ww_ref_model",
    };

    public static PackModel Pack(string name, string family, int mostArena = int.MaxValue) => GraphLowering.Lower(
        TfliteImporter.Import(SharedData.Bytes($"mlperf-tiny/models/{Files[name]}.tflite"), name),
        KernelFamilies.Named(family), mostArena);

    /// <summary>The first <paramref name="most"/> inputs and their outputs; all in the long run.</summary>
    public static (byte[] Inputs, byte[] Outputs) Golden(string name, PackModel model, int most)
    {
        byte[] inputs = SharedData.Bytes($"mlperf-tiny/golden/{name}.in.bin");
        byte[] outputs = SharedData.Bytes($"mlperf-tiny/golden/{name}.out.bin");
        int inputBytes = model.Inputs.Sum(input => input.Bytes), outputBytes = model.Outputs.Sum(output => output.Bytes);
        int count = inputs.Length / inputBytes;
        Assert.AreEqual(count * inputBytes, inputs.Length);
        Assert.AreEqual(count * outputBytes, outputs.Length);
        int taken = LongTests.Enabled ? count : Math.Min(count, most);
        return (inputs[..(taken * inputBytes)], outputs[..(taken * outputBytes)]);
    }
}
