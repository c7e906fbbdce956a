using System.Globalization;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;

namespace McuAi.HostTools.Flashing;

/// <summary>The bytes that go into a board's flash: a linked image as one piece, and the inputs behind it.</summary>
internal static class FlashImage
{
    /// <summary>A multiple of it lies between an address in the mapped flash and the offset in the file.</summary>
    private const int MappingBytes = 0x10000;

    /// <summary>Turns an image into the file that a flasher takes.</summary>
    /// <param name="inputs">The block that the app looks for behind its image.</param>
    /// <param name="path">Written whole or not at all; its folder is made.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="BoardException">The image is not one piece, or there is no room for the inputs.</exception>
    public static async Task<long> WriteAsync(Board board, FirmwareImage image, byte[] inputs, string path,
        CancellationToken cancellation)
    {
        if (inputs.Length > image.InputRoom)
            throw new BoardException(string.Create(CultureInfo.InvariantCulture, $"The inputs take {inputs.Length:N0} bytes and ") +
                string.Create(CultureInfo.InvariantCulture, $"{image.InputRoom:N0} are free behind the image on {board.Name}; give fewer."));
        byte[] flat = await FlattenAsync(board, image, cancellation).ConfigureAwait(false);
        if (flat.Length > board.Memory.Flash.Size || (image.InputAddress - flat.Length) % MappingBytes != 0)
            throw new BoardException(string.Create(CultureInfo.InvariantCulture, $"The image for {board.Name} is not one piece ") +
                string.Create(CultureInfo.InvariantCulture, $"of its flash: {flat.Length:N0} bytes for a pack that ends at ") +
                $"0x{image.InputAddress:x8}; correct the linker script of its first port.");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ModelFile.WriteAtomically(path, [.. flat, .. inputs]);
        return flat.Length + inputs.Length;
    }

    /// <summary>The loaded sections at their load addresses, from the lowest on.</summary>
    private static async Task<byte[]> FlattenAsync(Board board, FirmwareImage image, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mcuai-flash-");
        try
        {
            await ToolProcess.RunAsync(board.Compiler.Prefix + "objcopy", ["-O", "binary", image.ElfPath, "image.bin"],
                folder.FullName, board.Compiler.Packages, cancellation).ConfigureAwait(false);
            return await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "image.bin"), cancellation).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
