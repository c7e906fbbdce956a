using System.Runtime.InteropServices;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>Constants of a pack as numbers.</summary>
internal static class Constants
{
    public static short[] Int16(PackTensor tensor) => MemoryMarshal.Cast<byte, short>(tensor.Blob).ToArray();

    public static int[] Int32(PackTensor tensor) => MemoryMarshal.Cast<byte, int>(tensor.Blob).ToArray();
}
