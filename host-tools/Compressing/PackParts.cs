using System.Buffers.Binary;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Compressing;

/// <summary>Where the bytes of a pack go.</summary>
/// <param name="Program">Header, tensors, operators, shards, labels and names.</param>
/// <param name="FrontEnd">The front end's tables.</param>
/// <param name="Padding">Up to the first shard, which begins at a multiple of 4096, and between shards.</param>
/// <param name="Weights">The bits of the weights alone.</param>
/// <param name="Channels">What else is in the shards: bias, factor and shift of each channel, and filler of the layouts.</param>
public sealed record PackParts(int Program, int FrontEnd, int Padding, int Weights, int Channels)
{
    public static PackParts Of(byte[] pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        PackModel model = PackReader.Read(pack);
        int manifest = BinaryPrimitives.ReadInt32LittleEndian(pack.AsSpan(8)), frontEnd = model.FrontEnd?.Length ?? 0;
        int shards = model.Shards.Sum(shard => shard.Bytes);
        int weights = model.Tensors.Where(tensor => tensor.Place == TensorPlace.Shard)
            .Sum(tensor => (int)((((long)tensor.Elements * tensor.Type.Bits()) + 7) / 8));
        return new PackParts(manifest - frontEnd, frontEnd, pack.Length - manifest - shards, weights, shards - weights);
    }

    public override string ToString() => $"{Program:N0} program and labels, {FrontEnd:N0} front end, {Padding:N0} padding to " +
        $"4,096, {Weights:N0} bits of weights in bytes, {Channels:N0} their channels' numbers and filler";
}
