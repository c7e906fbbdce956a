using System;

namespace McuAi.NanoFramework
{
    /// <summary>The manifest of a pack: what is in it and what it needs, before memory is spent on it. docs/pack-format.md
    /// specifies the bytes.</summary>
    public sealed class Pack
    {
        private const int HeaderBytes = 72;
        private const int OperatorBytes = 16;
        private const int EntryBytes = 8;
        private const int MagicNumber = 0x314B5354; // TSK1
        private const int NewestVersion = 1;

        private readonly byte[] _manifest;
        private readonly byte[] _word = new byte[4];
        private readonly int[] _operators;

        /// <summary>Reads and checks the manifest.</summary>
        /// <exception cref="McuAiException">It is not one that this runtime can run; the code tells why.</exception>
        public Pack(PackSource source)
        {
            Source = source ?? throw new ArgumentNullException(nameof(source));
            int manifestBytes = ReadHeader(source);
            _manifest = source.Mapping < 0 ? ReadManifest(source, manifestBytes) : null;
            McuAiException.Check(Kernels.CheckManifest(_manifest, source.Mapping));
            try
            {
                _operators = FindOperators(UInt16(30));
                Inputs = ReadPorts(UInt16(32), Int32(40));
                Outputs = ReadPorts(UInt16(34), Int32(40) + (2 * UInt16(32)));
            }
            catch (OutOfMemoryException)
            {
                throw McuAiException.TooLarge("the tables of operators and ports", manifestBytes);
            }
        }

        /// <summary>Where it is.</summary>
        public PackSource Source { get; }

        /// <summary>Bytes of RAM that a model of this pack takes for activations, states and scratch.</summary>
        public int ArenaBytes
        {
            get { return Int32(20); }
        }

        /// <summary>Bytes of a cache that is large enough to stream it: what the pack says, at least its largest shard and at most
        /// all of them.</summary>
        public int CacheBytes
        {
            get
            {
                int all = 0;
                int largest = 0;
                for (int i = 0; i < ShardCount; i++)
                {
                    int room = ShardCache.RoomOf(ShardBytes(i));
                    largest = room > largest ? room : largest;
                    all = room > int.MaxValue - all ? int.MaxValue : all + room;
                }

                int stated = Int32(24);
                return stated < 0 || stated > all ? all : stated < largest ? largest : stated;
            }
        }

        /// <summary>Operators of the program.</summary>
        public int OperatorCount
        {
            get { return _operators.Length; }
        }

        /// <summary>Shards of weights.</summary>
        public int ShardCount
        {
            get { return UInt16(36); }
        }

        /// <summary>The model's inputs.</summary>
        internal TensorInfo[] Inputs { get; }

        /// <summary>The model's outputs.</summary>
        internal TensorInfo[] Outputs { get; }

        /// <summary>A copy of the manifest, which nobody else can change; null where it is mapped.</summary>
        internal byte[] Manifest
        {
            get { return _manifest; }
        }

        /// <summary>A metadata entry as text: <c>name</c>, <c>source</c>, <c>labels</c>, ...; null where there is none.</summary>
        public string GetText(string key)
        {
            if (key == null)
            {
                throw new ArgumentNullException(nameof(key));
            }

            byte[] wanted = Utf8.GetBytes(key);
            int entry = Int32(60);
            int left = Int32(64);
            while (left >= EntryBytes)
            {
                int keyBytes = UInt16(entry);
                int valueBytes = Int32(entry + 4);
                left -= EntryBytes;
                if (keyBytes > left || valueBytes < 0 || valueBytes > left - keyBytes)
                {
                    return null;
                }

                if (Matches(entry + EntryBytes, keyBytes, wanted))
                {
                    return ReadText(entry + EntryBytes + keyBytes, valueBytes);
                }

                int step = (keyBytes + valueBytes + 3) / 4 * 4;
                entry += EntryBytes + step;
                left -= step;
            }

            return null;
        }

        /// <summary>The names of the classes, or of the channels: lines of a metadata entry. Empty where there is none.</summary>
        public string[] GetLines(string key)
        {
            string text = GetText(key);
            return text == null ? new string[0] : text.Length == 0 ? new string[] { "" } : text.Split('\n');
        }

        /// <summary>Offset in the program of an operator's record.</summary>
        internal int OperatorOffset(int index)
        {
            return _operators[index];
        }

        /// <summary>Offset in the pack of a shard, its bytes, and their CRC-32C.</summary>
        internal int ShardOffset(int shard)
        {
            return Int32(ShardRecord(shard));
        }

        internal int ShardBytes(int shard)
        {
            return Int32(ShardRecord(shard) + 4);
        }

        internal int ShardCrc(int shard)
        {
            return Int32(ShardRecord(shard) + 8);
        }

        private static int ReadHeader(PackSource source)
        {
            if (source.Length < HeaderBytes)
            {
                throw new McuAiException(ErrorCode.Truncated, CoreText.Of((int)ErrorCode.Truncated));
            }

            byte[] header = new byte[HeaderBytes];
            source.Read(0, header, 0, HeaderBytes);
            int manifestBytes = BitConverter.ToInt32(header, 8);
            int packBytes = BitConverter.ToInt32(header, 16);
            ErrorCode code =
                BitConverter.ToInt32(header, 0) != MagicNumber ? ErrorCode.NotAPack
                : BitConverter.ToUInt16(header, 4) > NewestVersion ? ErrorCode.Version
                : manifestBytes < HeaderBytes || packBytes < manifestBytes ? ErrorCode.Manifest
                : packBytes > source.Length ? ErrorCode.Truncated
                : 0;
            if (code != 0)
            {
                throw new McuAiException(code, CoreText.Of((int)code));
            }

            return manifestBytes;
        }

        private static byte[] ReadManifest(PackSource source, int bytes)
        {
            try
            {
                byte[] manifest = new byte[bytes];
                source.Read(0, manifest, 0, bytes);
                return manifest;
            }
            catch (OutOfMemoryException)
            {
                throw McuAiException.TooLarge("the manifest", bytes);
            }
        }

        private int[] FindOperators(int count)
        {
            int[] offsets = new int[count];
            int program = Int32(48);
            int offset = 0;
            for (int i = 0; i < count; i++)
            {
                offsets[i] = offset;
                int tensors = Byte(program + offset + 3) + Byte(program + offset + 4);
                offset += OperatorBytes + ((tensors + 1) / 2 * 4) + (4 * Byte(program + offset + 5));
            }

            return offsets;
        }

        private TensorInfo[] ReadPorts(int count, int offset)
        {
            TensorInfo[] ports = new TensorInfo[count];
            byte[] record = new byte[TensorInfo.RecordBytes];
            int tensors = Int32(44);
            for (int i = 0; i < count; i++)
            {
                Load(tensors + (TensorInfo.RecordBytes * UInt16(offset + (2 * i))), record, TensorInfo.RecordBytes);
                ports[i] = new TensorInfo(record);
            }

            return ports;
        }

        private int ShardRecord(int shard)
        {
            return Int32(56) + (48 * shard);
        }

        /// <summary>Whether the bytes are this key, which zeros may follow.</summary>
        private bool Matches(int offset, int bytes, byte[] key)
        {
            if (key.Length > bytes)
            {
                return false;
            }

            for (int i = 0; i < bytes; i++)
            {
                if (Byte(offset + i) != (i < key.Length ? key[i] : 0))
                {
                    return false;
                }
            }

            return true;
        }

        private string ReadText(int offset, int bytes)
        {
            try
            {
                byte[] value = new byte[bytes];
                char[] characters = new char[bytes + 1];
                Load(offset, value, bytes);
                Utf8Decoder decoder = new Utf8Decoder();
                int count = decoder.Decode(value, bytes, characters, 0);
                count += decoder.End(characters, count);
                return new string(characters, 0, count);
            }
            catch (OutOfMemoryException)
            {
                throw McuAiException.TooLarge("a text of the pack", bytes);
            }
        }

        private void Load(int offset, byte[] buffer, int count)
        {
            if (_manifest != null)
            {
                Array.Copy(_manifest, offset, buffer, 0, count);
            }
            else
            {
                McuAiException.Check(Kernels.ReadMapped(Source.Mapping, offset, buffer, 0, count));
            }
        }

        private int Byte(int offset)
        {
            Load(offset, _word, 1);
            return _word[0];
        }

        private int UInt16(int offset)
        {
            Load(offset, _word, 2);
            return BitConverter.ToUInt16(_word, 0);
        }

        private int Int32(int offset)
        {
            Load(offset, _word, 4);
            return BitConverter.ToInt32(_word, 0);
        }
    }
}
