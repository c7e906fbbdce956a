namespace McuAi.NanoFramework
{
    /// <summary>Where a pack is. Derive from it to read one from elsewhere: an SD card, a radio neighbour.</summary>
    public abstract class PackSource
    {
        /// <summary>Bytes of the pack.</summary>
        public abstract int Length { get; }

        /// <summary>The mapping's handle, where the CPU reads the pack in place; negative: it does not.</summary>
        internal virtual int Mapping
        {
            get { return -1; }
        }

        /// <summary>The array that holds all of the pack, or null.</summary>
        internal virtual byte[] Array
        {
            get { return null; }
        }

        /// <summary>Reads bytes <paramref name="offset"/> .. <paramref name="offset"/> + <paramref name="count"/> - 1 of the pack
        /// to <paramref name="buffer"/> from <paramref name="index"/> on. All of them lie inside of the pack and the buffer.</summary>
        /// <exception cref="McuAiException">They cannot be read: <see cref="ErrorCode.Read"/>.</exception>
        public abstract void Read(int offset, byte[] buffer, int index, int count);
    }
}
