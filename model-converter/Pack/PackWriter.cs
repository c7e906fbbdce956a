using System.Security.Cryptography;
using System.Text;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Pack;

/// <summary>Serializes a planned <see cref="PackModel"/> (docs/pack-format.md).</summary>
public static class PackWriter
{
    /// <summary>The pack's bytes. Sets the shards of the model and the place of every constant.</summary>
    public static byte[] Write(PackModel model)
    {
        Dictionary<PackTensor, int> numbers = Number(model);
        byte[] metadata = Metadata(model);
        List<List<PackTensor>> shards = AssignShards(model);
        int[] shardBytes = [.. shards.Select(shard => shard[^1].Offset + shard[^1].Bytes)];

        int inputs = PackFormat.HeaderBytes;
        int tensors = inputs + PackFormat.Align(2 * (model.Inputs.Count + model.Outputs.Count), 4);
        int operators = tensors + (PackFormat.TensorBytes * model.Tensors.Count);
        byte[] program = Program(model, numbers);
        int shardTable = operators + program.Length;
        int metadataOffset = shardTable + (PackFormat.ShardBytes * shards.Count);
        int manifestBytes = metadataOffset + metadata.Length;

        int end = manifestBytes;
        int[] offsets = new int[shards.Count];
        for (int i = 0; i < shards.Count; i++)
        {
            offsets[i] = PackFormat.Align(end, PackFormat.ShardAlignment);
            end = checked(offsets[i] + shardBytes[i]);
        }

        byte[] pack = new byte[end];
        model.Shards = WriteShards(pack, shards, offsets, shardBytes);

        using var stream = new MemoryStream(pack, 0, manifestBytes);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        WriteHeader(writer, model, manifestBytes, end);
        foreach (int offset in (int[])[inputs, tensors, operators, program.Length, shardTable, metadataOffset,
            metadata.Length, 0])
            writer.Write(offset);
        foreach (PackTensor tensor in model.Inputs.Concat(model.Outputs))
            writer.Write((ushort)numbers[tensor]);
        stream.Position = tensors;
        foreach (PackTensor tensor in model.Tensors)
            WriteTensor(writer, tensor, numbers);
        writer.Write(program);
        foreach (PackShard shard in model.Shards)
        {
            writer.Write(shard.Offset);
            writer.Write(shard.Bytes);
            writer.Write(shard.Crc32C);
            writer.Write(0);
            writer.Write(shard.Sha256);
        }

        writer.Write(metadata);
        BitConverter.TryWriteBytes(pack.AsSpan(12), Crc32C.Compute(pack.AsSpan(0, manifestBytes)));
        return pack;
    }

    private static Dictionary<PackTensor, int> Number(PackModel model)
    {
        if (!PackFormat.Holds(model))
            throw new ModelException($"The model has {model.Tensors.Count} tensors and {model.Operators.Count} " +
                $"operators; a pack holds fewer than {PackFormat.None} of each.");
        var numbers = new Dictionary<PackTensor, int>(ReferenceEqualityComparer.Instance);
        foreach (PackTensor tensor in model.Tensors)
            numbers.Add(tensor, numbers.Count);
        return numbers;
    }

    private static void WriteHeader(BinaryWriter writer, PackModel model, int manifestBytes, int packBytes)
    {
        writer.Write(PackFormat.Magic);
        writer.Write((ushort)PackFormat.Version);
        writer.Write((ushort)PackFormat.HeaderBytes);
        writer.Write(manifestBytes);
        writer.Write(0); // the checksum, filled in last
        writer.Write(packBytes);
        writer.Write(model.ArenaBytes);
        writer.Write((uint)Math.Min(model.CacheSizes.Least, uint.MaxValue));
        writer.Write((ushort)model.Tensors.Count);
        writer.Write((ushort)model.Operators.Count);
        writer.Write((ushort)model.Inputs.Count);
        writer.Write((ushort)model.Outputs.Count);
        writer.Write((ushort)model.Shards.Count);
        writer.Write((ushort)0);
    }

    private static void WriteTensor(BinaryWriter writer, PackTensor tensor, Dictionary<PackTensor, int> numbers)
    {
        writer.Write(PackFormat.Code(tensor.Type));
        writer.Write((byte)tensor.Shape.Length);
        writer.Write((byte)tensor.Place);
        writer.Write((byte)0);
        for (int i = 0; i < 4; i++)
            writer.Write(tensor.Dim(i));
        writer.Write(tensor.Offset);
        writer.Write(tensor.Bytes);
        writer.Write((ushort)tensor.Shard);
        writer.Write(tensor.ViewOf is { } viewed ? (ushort)numbers[viewed] : PackFormat.None);
        writer.Write(tensor.Scale);
        writer.Write(tensor.ZeroPoint);
        writer.Write(0);
    }

    private static byte[] Program(PackModel model, Dictionary<PackTensor, int> numbers)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (PackOperator node in model.Operators)
        {
            writer.Write((ushort)node.Opcode);
            writer.Write((byte)node.Layout);
            writer.Write(checked((byte)node.Inputs.Length));
            writer.Write(checked((byte)node.Outputs.Length));
            writer.Write(checked((byte)node.Parameters.Length));
            writer.Write((ushort)0);
            writer.Write(node.ScratchOffset);
            writer.Write(node.ScratchBytes);
            foreach (PackTensor? tensor in node.Inputs.Concat(node.Outputs))
                writer.Write(tensor is null ? PackFormat.None : (ushort)numbers[tensor]);
            if ((node.Inputs.Length + node.Outputs.Length) % 2 != 0)
                writer.Write((ushort)0);
            if (PackFormat.Demands(node.Opcode, node.Parameters) is { } demands)
                node.Parameters[demands.First] = numbers[node.OnDemand[0]];
            foreach (int parameter in node.Parameters)
                writer.Write(parameter);
        }

        return stream.ToArray();
    }

    /// <summary>Groups constants in the order of their first use to shards of at most <see cref="PackFormat.ShardTarget"/>, and never
    /// splits an operator's weights. Large experts, and all pieces of embeddings, are shards of their own.</summary>
    private static List<List<PackTensor>> AssignShards(PackModel model)
    {
        var shards = new List<List<PackTensor>>();
        bool closed = true;
        foreach ((PackTensor[] constants, bool alone) in Together(model))
        {
            int end = closed ? 0 : shards[^1][^1].Offset + shards[^1][^1].Bytes;
            if (closed || alone || end + AlignedBytes(constants) > PackFormat.ShardTarget)
                shards.Add([]);
            foreach (PackTensor tensor in constants)
            {
                end = shards[^1] is [.., var last] ? last.Offset + last.Bytes : 0;
                tensor.Shard = shards.Count - 1;
                tensor.Offset = PackFormat.Align(end, PackFormat.ConstantAlignment);
                end = checked(tensor.Offset + tensor.Bytes);
                shards[^1].Add(tensor);
            }

            closed = alone;
        }

        if (shards.Count > ushort.MaxValue)
            throw new ModelException($"The model needs {shards.Count} shards; a pack holds at most {ushort.MaxValue}.");
        return shards;
    }

    /// <summary>Constants that no shard separates, in the order of their first use, and whether they are a shard alone.</summary>
    private static IEnumerable<(PackTensor[] Constants, bool Alone)> Together(PackModel model)
    {
        var assigned = new HashSet<PackTensor>(ReferenceEqualityComparer.Instance);
        foreach (PackOperator node in model.Operators)
        {
            PackTensor[] inputs = [.. node.Inputs.Where(input => input?.Blob is not null && assigned.Add(input!))!];
            if (inputs.Length > 0)
                yield return (inputs, false);
            foreach (PackTensor[] group in node.Demanded)
                if (assigned.Add(group[0]))
                    yield return (group, node.Opcode == Opcode.EmbeddingPieces
                        || group.Sum(matrix => matrix.Bytes) >= PackFormat.LeastDemandedShard);
        }
    }

    private static int AlignedBytes(PackTensor[] constants) =>
        constants.Sum(constant => PackFormat.Align(constant.Bytes, PackFormat.ConstantAlignment));

    private static List<PackShard> WriteShards(byte[] pack, List<List<PackTensor>> shards, int[] offsets, int[] bytes)
    {
        var records = new List<PackShard>();
        for (int i = 0; i < shards.Count; i++)
        {
            foreach (PackTensor tensor in shards[i])
                tensor.Blob!.CopyTo(pack, offsets[i] + tensor.Offset);
            ReadOnlySpan<byte> shard = pack.AsSpan(offsets[i], bytes[i]);
            records.Add(new PackShard(offsets[i], bytes[i], Crc32C.Compute(shard), SHA256.HashData(shard)));
        }

        return records;
    }

    private static byte[] Metadata(PackModel model)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach ((string key, string text) in model.Metadata)
            WriteEntry(writer, Encoding.ASCII.GetBytes(key), Encoding.UTF8.GetBytes(text));
        WriteTables(writer, FrontEndTables.Key, model.FrontEnd);
        WriteTables(writer, Anomaly.DetectorTables.Key, model.Detector);
        WriteTables(writer, SpotterSettings.Key, model.Spotter);
        WriteTables(writer, Language.TokenizerTables.Key, model.Tokenizer);
        return stream.ToArray();
    }

    /// <summary>Padding of the key aligns the tables, which are used in place.</summary>
    private static void WriteTables(BinaryWriter writer, string name, byte[]? tables)
    {
        if (tables is null)
            return;
        byte[] key = new byte[PackFormat.Align(name.Length, 4)];
        Encoding.ASCII.GetBytes(name, key);
        WriteEntry(writer, key, tables);
    }

    private static void WriteEntry(BinaryWriter writer, byte[] key, byte[] value)
    {
        writer.Write(checked((ushort)key.Length));
        writer.Write((ushort)0);
        writer.Write(value.Length);
        writer.Write(key);
        writer.Write(value);
        while (writer.BaseStream.Length % 4 != 0)
            writer.Write((byte)0);
    }
}
