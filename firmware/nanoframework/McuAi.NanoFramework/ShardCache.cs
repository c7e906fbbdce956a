using System;

namespace McuAi.NanoFramework
{
    /// <summary>Shards of a streamed pack that are in memory, one behind the other. When there is no room for another one, that
    /// goes which will be wanted last: shards lie in the order of execution, so it is the one behind which most of the others come
    /// first.</summary>
    internal sealed class ShardCache
    {
        // As native/managed.h has them.
        private const int Clock = 0;
        private const int Demands = 1;
        private const int Resume = 2;
        private const int Shards = 3;
        private const int Fields = 2;
        private const int Alignment = 16;
        private const int Absent = -1;

        private readonly Pack _pack;
        private readonly byte[] _cache;
        private readonly int[] _residency;
        private readonly int[] _order; // resident shards, as they lie in the cache
        private int _count;
        private int _used;

        /// <exception cref="McuAiException">There is no memory for it.</exception>
        internal ShardCache(Pack pack, int bytes)
        {
            _pack = pack;
            try
            {
                _cache = new byte[bytes];
                _residency = new int[Shards + (Fields * pack.ShardCount)];
                _order = new int[pack.ShardCount];
            }
            catch (OutOfMemoryException)
            {
                throw McuAiException.TooLarge("the cache", bytes);
            }

            for (int i = 0; i < pack.ShardCount; i++)
            {
                _residency[Place(i)] = Absent;
            }
        }

        internal byte[] Bytes
        {
            get { return _cache; }
        }

        internal int[] Residency
        {
            get { return _residency; }
        }

        /// <summary>Read so far.</summary>
        internal long BytesRead { get; private set; }

        /// <summary>What a shard of so many bytes takes.</summary>
        internal static int RoomOf(int bytes)
        {
            return bytes > int.MaxValue - Alignment ? int.MaxValue : (bytes + Alignment - 1) / Alignment * Alignment;
        }

        /// <summary>The next operator begins: shards of the one before are not held any more.</summary>
        internal void BeginOperator()
        {
            _residency[Clock] = Next(_residency[Clock]);
            _residency[Demands] = Next(_residency[Demands]);
            _residency[Resume] = 0;
        }

        /// <summary>Brings a shard that the present operator wants.</summary>
        /// <exception cref="McuAiException">There is no room beside what the operator holds, the shard cannot be read, or it is
        /// damaged.</exception>
        internal void Bring(int shard)
        {
            int bytes = Room(shard);
            while (bytes > _cache.Length - _used)
            {
                Remove(Victim(shard));
            }

            int place = _used;
            Read(shard, place);
            _residency[Place(shard)] = place;
            _residency[Place(shard) + 1] = _residency[Clock];
            _order[_count++] = shard;
            _used += bytes;
        }

        private static int Next(int clock)
        {
            return clock == int.MaxValue ? 1 : clock + 1;
        }

        private static int Place(int shard)
        {
            return Shards + (Fields * shard);
        }

        private int Room(int shard)
        {
            return RoomOf(_pack.ShardBytes(shard));
        }

        private void Read(int shard, int place)
        {
            int bytes = _pack.ShardBytes(shard);
            int crc = _pack.ShardCrc(shard);
            for (int attempt = 0; attempt < 2; attempt++)
            {
                _pack.Source.Read(_pack.ShardOffset(shard), _cache, place, bytes);
                BytesRead += bytes;
                if (Kernels.Crc32C(_cache, place, bytes, 0) == crc)
                {
                    return;
                }
            }

            throw new McuAiException(
                ErrorCode.Shard,
                "shard " + shard.ToString() + " of the pack is damaged: its checksum does not match; write the pack again");
        }

        /// <summary>The place in the order of the shard that is wanted last.</summary>
        private int Victim(int wanted)
        {
            int victim = -1;
            int farthest = 0;
            for (int i = 0; i < _count; i++)
            {
                int used = _residency[Place(_order[i]) + 1];
                bool isHeld = used == _residency[Clock] || used == -_residency[Demands];
                int distance = (_order[i] - wanted + _order.Length) % _order.Length;
                if (!isHeld && distance > farthest)
                {
                    farthest = distance;
                    victim = i;
                }
            }

            return victim >= 0 ? victim : throw new McuAiException(
                ErrorCode.Cache,
                "the cache of " + _cache.Length.ToString() + " bytes is smaller than the shards that one operator needs at once; "
                    + "make it larger");
        }

        private void Remove(int index)
        {
            int shard = _order[index];
            int place = _residency[Place(shard)];
            int bytes = Room(shard);
            _residency[Place(shard)] = Absent;
            _residency[Place(shard) + 1] = 0;
            Array.Copy(_cache, place + bytes, _cache, place, _used - place - bytes);
            _used -= bytes;
            _count--;
            for (int i = index; i < _count; i++)
            {
                _order[i] = _order[i + 1];
                _residency[Place(_order[i])] -= bytes;
            }
        }
    }
}
