using System;

namespace McuAi.NanoFramework
{
    /// <summary>An opened pack with its arena. It walks the operator program and calls one native kernel for each operator, so that
    /// other threads get their turn between two of them. An inference allocates nothing. Use a model from one thread at a time.
    /// </summary>
    public sealed class Model
    {
        private const int AllRows = int.MaxValue;

        private readonly Pack _pack;
        private readonly byte[] _manifest;
        private readonly int _mapping;
        private readonly byte[] _arena;
        private readonly byte[] _weights;
        private readonly int[] _residency;
        private readonly ShardCache _cache;

        /// <summary>Checks every operator and clears the states. Reads each shard once if it is streamed.</summary>
        /// <param name="source">An <see cref="ArrayPack"/> or <see cref="MappedPack"/> is used where it is; any other is streamed
        /// through a cache.</param>
        /// <param name="cacheBytes">Size of the cache; 0: as small as every pack allows, <see cref="Pack.CacheBytes"/>.</param>
        /// <exception cref="McuAiException">The pack cannot be run; the code tells why.</exception>
        public Model(PackSource source, int cacheBytes = 0)
        {
            if (cacheBytes < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(cacheBytes));
            }

            _pack = new Pack(source);
            _manifest = _pack.Manifest;
            _mapping = source.Mapping;
            _arena = NewArray("the arena", _pack.ArenaBytes);
            _weights = source.Array;
            if (_mapping < 0 && _weights == null)
            {
                _cache = new ShardCache(_pack, cacheBytes > 0 ? cacheBytes : _pack.CacheBytes);
                _weights = _cache.Bytes;
                _residency = _cache.Residency;
            }

            for (int i = 0; i < _pack.OperatorCount; i++)
            {
                CheckOperator(i);
            }

            Reset();
        }

        /// <summary>What the pack says of itself.</summary>
        public Pack Pack
        {
            get { return _pack; }
        }

        /// <summary>Number of inputs.</summary>
        public int InputCount
        {
            get { return _pack.Inputs.Length; }
        }

        /// <summary>Number of outputs.</summary>
        public int OutputCount
        {
            get { return _pack.Outputs.Length; }
        }

        /// <summary>Bytes of weights that were read; 0 where the pack is not streamed.</summary>
        public long BytesRead
        {
            get { return _cache == null ? 0 : _cache.BytesRead; }
        }

        /// <summary>Where the manifest is, with <see cref="Mapping"/>, for kernels.</summary>
        internal byte[] Manifest
        {
            get { return _manifest; }
        }

        internal int Mapping
        {
            get { return _mapping; }
        }

        internal byte[] Arena
        {
            get { return _arena; }
        }

        /// <summary>Shape, type and quantization of an input.</summary>
        public TensorInfo GetInputInfo(int index)
        {
            return Port(_pack.Inputs, index);
        }

        /// <summary>Shape, type and quantization of an output.</summary>
        public TensorInfo GetOutputInfo(int index)
        {
            return Port(_pack.Outputs, index);
        }

        /// <summary>Writes a whole input. Inputs have to be written before each inference: an operator may reuse their memory.
        /// </summary>
        /// <param name="index">Number of the input.</param>
        /// <param name="bytes">As many as <see cref="TensorInfo.Bytes"/> tells.</param>
        public void SetInput(int index, byte[] bytes)
        {
            TensorInfo input = Port(_pack.Inputs, index);
            Array.Copy(bytes, 0, _arena, input.Offset, Sized(bytes == null ? -1 : bytes.Length, input.Bytes));
        }

        /// <summary>The same with signed elements.</summary>
        public void SetInput(int index, sbyte[] elements)
        {
            TensorInfo input = Port(_pack.Inputs, index);
            Kernels.WriteElements(_arena, input.Offset, elements, Sized(elements == null ? -1 : elements.Length, input.Bytes));
        }

        /// <summary>Reads a whole output, after an inference and before inputs are written.</summary>
        /// <param name="index">Number of the output.</param>
        /// <param name="bytes">As many as <see cref="TensorInfo.Bytes"/> tells.</param>
        public void GetOutput(int index, byte[] bytes)
        {
            TensorInfo output = Port(_pack.Outputs, index);
            Array.Copy(_arena, output.Offset, bytes, 0, Sized(bytes == null ? -1 : bytes.Length, output.Bytes));
        }

        /// <summary>The same with signed elements.</summary>
        public void GetOutput(int index, sbyte[] elements)
        {
            TensorInfo output = Port(_pack.Outputs, index);
            Kernels.ReadElements(_arena, output.Offset, elements, Sized(elements == null ? -1 : elements.Length, output.Bytes));
        }

        /// <summary>One inference.</summary>
        /// <exception cref="McuAiException">A shard of a streamed pack could not be read, or is damaged.</exception>
        public void Invoke()
        {
            Invoke(AllRows);
        }

        /// <summary>Sets the states back to those of a model that has just been opened.</summary>
        public void Reset()
        {
            McuAiException.Check(Kernels.Reset(_manifest, _mapping, _arena));
        }

        /// <summary>Compares every shard with its checksum: as long as reading the whole pack once.</summary>
        /// <exception cref="McuAiException">One is damaged: <see cref="ErrorCode.Shard"/>.</exception>
        public void Verify()
        {
            byte[] piece = NewArray("a piece of a shard", 4096);
            for (int i = 0; i < _pack.ShardCount; i++)
            {
                if (Crc(i, piece) != _pack.ShardCrc(i))
                {
                    throw new McuAiException(
                        ErrorCode.Shard,
                        "shard " + i.ToString() + " of the pack is damaged: its checksum does not match; write the pack again");
                }
            }
        }

        /// <summary>One inference on the first <paramref name="rows"/> tokens of a language model.</summary>
        internal void Invoke(int rows)
        {
            for (int i = 0; i < _pack.OperatorCount; i++)
            {
                int offset = _pack.OperatorOffset(i);
                _cache?.BeginOperator();
                int wanted;
                while ((wanted = McuAiException.Check(
                    Kernels.RunOperator(_manifest, _mapping, _arena, _weights, _residency, i, offset, rows))) > 0)
                {
                    _cache.Bring(wanted - 1);
                }
            }
        }

        internal static byte[] NewArray(string what, int bytes)
        {
            if (bytes < 0)
            {
                throw McuAiException.TooLarge(what, bytes);
            }

            try
            {
                return new byte[bytes > 0 ? bytes : 1];
            }
            catch (OutOfMemoryException)
            {
                throw McuAiException.TooLarge(what, bytes);
            }
        }

        private static TensorInfo Port(TensorInfo[] ports, int index)
        {
            return index >= 0 && index < ports.Length ? ports[index] : throw new ArgumentOutOfRangeException(nameof(index));
        }

        private static int Sized(int count, int bytes)
        {
            return count == bytes ? count : throw new ArgumentException("the tensor has " + bytes.ToString() + " bytes");
        }

        private void CheckOperator(int index)
        {
            int offset = _pack.OperatorOffset(index);
            _cache?.BeginOperator();
            int wanted;
            while ((wanted = McuAiException.Check(
                Kernels.CheckOperator(_manifest, _mapping, _arena, _weights, _residency, index, offset))) > 0)
            {
                _cache.Bring(wanted - 1);
            }
        }

        private int Crc(int shard, byte[] piece)
        {
            int crc = 0;
            int offset = _pack.ShardOffset(shard);
            int left = _pack.ShardBytes(shard);
            while (left > 0)
            {
                int count = left < piece.Length ? left : piece.Length;
                _pack.Source.Read(offset, piece, 0, count);
                crc = Kernels.Crc32C(piece, 0, count, crc);
                offset += count;
                left -= count;
            }

            return crc;
        }
    }
}
