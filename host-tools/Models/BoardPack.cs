using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Models;

/// <summary>A pack laid out for a board's kernels: the same numbers, other speed.</summary>
public sealed record BoardPack(PackModel Model, byte[] Bytes, PackInfo Info)
{
    /// <summary>Lays <paramref name="model"/> out for <paramref name="board"/>. Layers run in strips of rows where the
    /// board's RAM does not hold them whole.</summary>
    /// <exception cref="BoardException">It does not fit even so.</exception>
    public static BoardPack For(PackModel model, Board board)
    {
        PackLayout.Apply(model, KernelFamilies.Named(board.Kernels), BoardFit.MostArena(board));
        byte[] bytes = PackWriter.Write(model);
        RequireFit(model, bytes, board);
        return AsItIs(model, bytes);
    }

    /// <summary>A pack that lies on a block device as it is, of which the board holds the manifest and a cache. It is not laid out
    /// anew: the layouts of kernel families take more bytes, each of which is read for every token.</summary>
    /// <exception cref="BoardException">The cache is too small for the pack.</exception>
    public static BoardPack Streamed(PackModel model, Board board, int cacheBytes)
    {
        byte[] bytes = PackWriter.Write(model);
        BoardPack pack = AsItIs(model, bytes);
        if (cacheBytes < model.CacheSizes.Least)
            throw new BoardException($"The pack needs a cache of {model.CacheSizes.Least:N0} bytes at least on {board.Name}; " +
                $"give it more than {cacheBytes:N0} with --cache.");
        return pack with { Info = pack.Info with { CacheBytes = cacheBytes } };
    }

    /// <summary>What of the pack is in the image.</summary>
    public byte[] ImageBytes => Info.CacheBytes > 0 ? Bytes[..BitConverter.ToInt32(Bytes, ManifestBytesField)] : Bytes;

    private const int ManifestBytesField = 8;

    /// <summary>Refuses a pack that was laid out for the board and does not fit it.</summary>
    public static void RequireFit(PackModel model, byte[] bytes, Board board) => BoardFit.Require(board, bytes.Length,
        model.ArenaBytes, model.WholeArenaBytes is { } whole
            ? $" ({whole:N0} with whole layers; strips of rows save no more)"
            : " (strips of rows save nothing)");

    /// <summary>Takes the pack with the layout that it has.</summary>
    public static BoardPack AsItIs(PackModel model, byte[] bytes) => new(model, bytes, new PackInfo(
        model.ArenaBytes,
        [.. model.Operators.Select(node => new Emulation.PackOperator((int)node.Opcode, (int)node.Layout,
            node.HasWeights || node.Opcode is Opcode.Embedding or Opcode.Linear ? node.Input(1).Type.Bits() : 0))],
        model.Inputs.Sum(input => input.Bytes),
        model.Outputs.Sum(output => output.Bytes),
        model.Shards.Sum(shard => (long)shard.Bytes),
        model.Tensors.Any(tensor => tensor.Place == TensorPlace.State)));
}
