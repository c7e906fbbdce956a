using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;

namespace McuAi.ModelConverter.Pack;

/// <summary>Reads a pack (docs/pack-format.md). Whatever bytes it is given, it gives a model or a <see
/// cref="ModelException"/> that names what is wrong, and allocates no more than a small multiple of their number.
/// </summary>
public sealed class PackReader
{
    private readonly byte[] _pack;
    private readonly int _manifestBytes;
    private long _constantBytes;

    private PackReader(byte[] pack)
    {
        _pack = pack;
        if (pack.Length < PackFormat.HeaderBytes)
            throw Damaged($"it has {pack.Length} bytes, fewer than a header");
        if (U32(0) != PackFormat.Magic)
            throw new ModelException("This is not a pack: it does not begin with TSK1.");
        if (U16(4) > PackFormat.Version)
            throw new ModelException($"The pack has format version {U16(4)}; this tool reads up to " +
                $"{PackFormat.Version}. Update the tool.");
        if (U32(16) > pack.Length)
            throw Damaged($"it should have {U32(16)} bytes but has {pack.Length}");
        uint manifestBytes = U32(8);
        if (U16(6) != PackFormat.HeaderBytes || manifestBytes > U32(16) || manifestBytes % 4 != 0 ||
            manifestBytes < PackFormat.HeaderBytes)
            throw Damaged("its header gives sizes that do not fit");
        _manifestBytes = (int)manifestBytes;

        uint crc = Crc32C.Compute(pack.AsSpan(0, 12));
        crc = Crc32C.Compute(stackalloc byte[4], crc);
        if (Crc32C.Compute(pack.AsSpan(16, _manifestBytes - 16), crc) != U32(12))
            throw Damaged("the checksum of its manifest does not match");
    }

    /// <summary>The model of a pack.</summary>
    /// <exception cref="ModelException">The bytes are not a sound pack.</exception>
    public static PackModel Read(byte[] pack) => new PackReader(pack).Model();

    private static ModelException Damaged(string what) => new($"The pack is damaged: {what}. Convert the model again.");

    private ushort U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_pack.AsSpan(offset));

    private uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_pack.AsSpan(offset));

    private int I32(int offset) => BinaryPrimitives.ReadInt32LittleEndian(_pack.AsSpan(offset));

    private PackModel Model()
    {
        var model = new PackModel { ArenaBytes = Size(20, "arena") };
        model.Shards = ReadShards();
        int tensors = Table(44, PackFormat.TensorBytes * U16(28), "tensor");
        for (int i = 0; i < U16(28); i++)
            model.Tensors.Add(ReadTensor(model, tensors + (PackFormat.TensorBytes * i), i));
        ReadPorts(model);
        ReadProgram(model);
        ReadMetadata(model);
        return model;
    }

    private int Size(int field, string what) => U32(field) <= int.MaxValue
        ? (int)U32(field)
        : throw Damaged($"its {what} of {U32(field)} bytes is too large");

    private int Table(int field, long bytes, string what)
    {
        uint offset = U32(field);
        if (offset % 4 != 0 || offset < PackFormat.HeaderBytes || offset + bytes > _manifestBytes)
            throw Damaged($"its {what} table lies outside the manifest");
        return (int)offset;
    }

    private List<PackShard> ReadShards()
    {
        int count = U16(36);
        int table = Table(56, PackFormat.ShardBytes * count, "shard");
        var shards = new List<PackShard>(count);
        for (int i = 0; i < count; i++)
        {
            int record = table + (PackFormat.ShardBytes * i);
            uint offset = U32(record);
            uint bytes = U32(record + 4);
            uint previousEnd = i == 0 ? (uint)_manifestBytes : (uint)(shards[^1].Offset + shards[^1].Bytes);
            if (offset % PackFormat.ShardAlignment != 0 || offset < previousEnd || (ulong)offset + bytes > U32(16))
                throw Damaged($"shard {i} overlaps its neighbour or lies outside the file");
            ReadOnlySpan<byte> data = _pack.AsSpan((int)offset, (int)bytes);
            if (Crc32C.Compute(data) != U32(record + 8) ||
                !SHA256.HashData(data).AsSpan().SequenceEqual(_pack.AsSpan(record + 16, 32)))
                throw Damaged($"the checksum of shard {i} does not match");
            shards.Add(new PackShard((int)offset, (int)bytes, U32(record + 8), _pack[(record + 16)..(record + 48)]));
        }

        return shards;
    }

    private PackTensor ReadTensor(PackModel model, int record, int number)
    {
        DataType type = PackFormat.Type(_pack[record]);
        int rank = _pack[record + 1];
        var place = (TensorPlace)_pack[record + 2];
        int view = U16(record + 30);
        if (rank > 4 || place > TensorPlace.State || (view != PackFormat.None && view >= number))
            throw Damaged($"tensor {number} has a wrong rank or place");
        long elements = 1;
        for (int i = 0; i < 4; i++)
        {
            int dimension = I32(record + 4 + (4 * i));
            if (dimension <= 0 || (i < 4 - rank && dimension != 1) || (elements *= dimension) > 1 << 30)
                throw Damaged($"tensor {number} has an impossible shape");
        }

        int[] shape = [.. Enumerable.Range(4 - rank, rank).Select(i => I32(record + 4 + (4 * i)))];
        uint offset = U32(record + 20);
        uint bytes = U32(record + 24);
        uint limit = U32(20);
        if (place == TensorPlace.Shard)
            limit = U16(record + 28) < model.Shards.Count ? (uint)model.Shards[U16(record + 28)].Bytes : 0;
        if (place == TensorPlace.Shard ? bytes < ((elements * type.Bits()) + 7) / 8
            : type is DataType.Int4 or DataType.Int2 || elements * type.Bits() / 8 != bytes)
            throw Damaged($"tensor {number} has {bytes} bytes, which does not fit its shape");
        if ((ulong)offset + bytes > limit || offset % (place == TensorPlace.Shard ? 16 : 4) != 0)
            throw Damaged($"tensor {number} lies outside its {(place == TensorPlace.Shard ? "shard" : "arena")}");
        if (place == TensorPlace.Shard && (_constantBytes += bytes) > _pack.Length)
            throw Damaged("its constants overlap");

        PackTensor? viewed = view == PackFormat.None ? null : Viewed(model.Tensors[view], number, place, offset, bytes);
        return new PackTensor($"tensor {number}", type, shape, place)
        {
            Scale = BitConverter.UInt32BitsToSingle(U32(record + 32)),
            ZeroPoint = I32(record + 36),
            ViewOf = viewed,
            ViewOffset = viewed is null || place == TensorPlace.Shard ? 0 : (int)offset - viewed.Offset,
            Offset = (int)offset,
            Shard = U16(record + 28),
            Blob = place == TensorPlace.Shard
                ? _pack.AsSpan(model.Shards[U16(record + 28)].Offset + (int)offset, (int)bytes).ToArray()
                : null,
        };
    }

    /// <summary>The tensor that a view is part of. Views of constants have bytes of their own.</summary>
    private static PackTensor Viewed(PackTensor tensor, int number, TensorPlace place, uint offset, uint bytes)
    {
        tensor = tensor.ViewOf ?? tensor;
        bool inside = place == TensorPlace.Shard ||
            (offset >= tensor.Offset && offset + (long)bytes <= (long)tensor.Offset + tensor.Bytes);
        return place == tensor.Place && inside
            ? tensor
            : throw Damaged($"tensor {number} lies outside the tensor that it is a view of");
    }

    private PackTensor TensorAt(PackModel model, int offset) => U16(offset) < model.Tensors.Count
        ? model.Tensors[U16(offset)]
        : throw Damaged($"it refers to tensor {U16(offset)} of {model.Tensors.Count}");

    private void ReadPorts(PackModel model)
    {
        int inputs = U16(32);
        int outputs = U16(34);
        int table = Table(40, 2L * (inputs + outputs), "input");
        for (int i = 0; i < inputs + outputs; i++)
        {
            PackTensor tensor = TensorAt(model, table + (2 * i));
            if (tensor.Place != TensorPlace.Arena)
                throw Damaged("an input or output is not in the arena");
            (i < inputs ? model.Inputs : model.Outputs).Add(tensor);
        }
    }

    private void ReadProgram(PackModel model)
    {
        int position = Table(48, U32(52), "operator");
        int end = position + (int)U32(52);
        for (int i = 0; i < U16(30); i++)
        {
            if (end - position < PackFormat.OperatorBytes)
                throw Damaged($"operator {i} is not whole");
            int record = position;
            int inputs = _pack[record + 3];
            int outputs = _pack[record + 4];
            int parameters = _pack[record + 5];
            position += PackFormat.OperatorBytes + PackFormat.Align(2 * (inputs + outputs), 4) + (4 * parameters);
            if (position > end || outputs == 0)
                throw Damaged($"operator {i} is not whole");
            int list = record + PackFormat.OperatorBytes;
            int[] values = [.. Enumerable.Range(0, parameters).Select(k => I32(position - (4 * parameters) + (4 * k)))];
            var node = new PackOperator((Opcode)U16(record),
                [.. Enumerable.Range(0, inputs).Select(k => U16(list + (2 * k)) == PackFormat.None
                    ? null
                    : TensorAt(model, list + (2 * k)))],
                [.. Enumerable.Range(inputs, outputs).Select(k => TensorAt(model, list + (2 * k)))],
                values)
            {
                OnDemand = OnDemand(model, (Opcode)U16(record), values),
                Layout = (WeightLayout)_pack[record + 2],
                ScratchOffset = Size(record + 8, "scratch area"),
                ScratchBytes = Size(record + 12, "scratch area"),
            };
            if ((long)node.ScratchOffset + node.ScratchBytes > model.ArenaBytes || !Enum.IsDefined(node.Opcode) ||
                !Enum.IsDefined(node.Layout))
                throw Damaged($"operator {i} is unknown or has its scratch outside the arena");
            if (WritesScratch(node))
                throw Damaged($"operator {i} has an output or a state in its scratch");
            ProgramCheck.Require(node, i);
            model.Operators.Add(node);
        }
    }

    /// <summary>Whether an output or a state overlaps the scratch.</summary>
    private static bool WritesScratch(PackOperator node) => node.ScratchBytes > 0 &&
        node.Outputs.Concat(node.Inputs.OfType<PackTensor>().Where(input => input.Place == TensorPlace.State)).Any(tensor =>
            tensor.Offset < node.ScratchOffset + node.ScratchBytes && node.ScratchOffset < tensor.Offset + tensor.Bytes);

    /// <summary>The matrices of all experts, or the pieces of an embedding.</summary>
    private static List<PackTensor> OnDemand(PackModel model, Opcode opcode, int[] parameters)
    {
        if (PackFormat.Demands(opcode, parameters) is not { } demands)
            return [];
        int first = parameters[demands.First];
        if (demands.Groups < 1 || first < 0 || first + ((long)demands.Size * demands.Groups) > model.Tensors.Count)
            throw Damaged($"it has {demands.Groups} experts or pieces from tensor {first} on, of {model.Tensors.Count}");
        List<PackTensor> matrices = model.Tensors.GetRange(first, demands.Size * demands.Groups);
        return matrices.TrueForAll(matrix => matrix.Blob is not null)
            ? matrices
            : throw Damaged("an expert, or a piece of the embedding, is no constant");
    }

    private void ReadMetadata(PackModel model)
    {
        int position = Table(60, U32(64), "metadata");
        int end = position + (int)U32(64);
        while (position < end)
        {
            if (end - position < 8)
                throw Damaged("its metadata is not whole");
            int keyBytes = U16(position);
            uint valueBytes = U32(position + 4);
            if (valueBytes > end - position || position + 8 + keyBytes + valueBytes > end)
                throw Damaged("its metadata is not whole");
            string key = Encoding.ASCII.GetString(_pack, position + 8, keyBytes).TrimEnd('\0');
            if (key == FrontEndTables.Key)
                model.FrontEnd = _pack.AsSpan(position + 8 + keyBytes, (int)valueBytes).ToArray();
            else if (key == Anomaly.DetectorTables.Key)
                model.Detector = _pack.AsSpan(position + 8 + keyBytes, (int)valueBytes).ToArray();
            else if (key == SpotterSettings.Key)
                model.Spotter = _pack.AsSpan(position + 8 + keyBytes, (int)valueBytes).ToArray();
            else if (key == Language.TokenizerTables.Key)
                model.Tokenizer = _pack.AsSpan(position + 8 + keyBytes, (int)valueBytes).ToArray();
            else
                model.Metadata[key] = Encoding.UTF8.GetString(_pack, position + 8 + keyBytes, (int)valueBytes);
            position += PackFormat.Align(8 + keyBytes + (int)valueBytes, 4);
        }
    }
}
