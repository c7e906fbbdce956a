using System.Buffers.Binary;

namespace McuAi.HostTools.Emulation;

/// <summary>The block of inputs that the runner app looks for behind its image.</summary>
internal static class InputBlock
{
    public const int HeaderBytes = 16;

    /// <param name="inputs">Inputs of whole inferences, one after another.</param>
    /// <param name="inputBytes">Of one inference.</param>
    public static byte[] Make(ReadOnlySpan<byte> inputs, int inputBytes)
    {
        var block = new byte[HeaderBytes + inputs.Length];
        "TSKI"u8.CopyTo(block);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), inputs.Length / inputBytes);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(8), inputBytes);
        inputs.CopyTo(block.AsSpan(HeaderBytes));
        return block;
    }
}
