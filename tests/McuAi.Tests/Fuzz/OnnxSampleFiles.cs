using McuAi.Tests.Import;
using Element = McuAi.ModelConverter.Import.Onnx.Format.TensorProto.Types.DataType;

namespace McuAi.Tests.Fuzz;

/// <summary>Small valid ONNX files, float and quantized: seeds for mutation.</summary>
internal static class OnnxSampleFiles
{
    private const int LargestBytes = 4096;

    public static byte[][] All() =>
    [
        .. Enumerable.Range(0, 24).Select(seed => new OnnxRandomNetwork(seed).Build().Build())
            .Concat(Enumerable.Range(0, 12).Select(Quantized)).Where(file => file.Length <= LargestBytes),
    ];

    private static byte[] Quantized(int seed) =>
        new OnnxQdqNetwork(seed, seed % 2 == 0 ? Element.Int8 : Element.Uint8, realInput: seed % 3 == 0)
            .Build(realOutput: seed % 2 == 0).Build();
}
