using System;

namespace McuAi.NanoFramework
{
    /// <summary>A pack in an array. Its weights are used where they are; do not change them while a model runs. On a 32-bit target
    /// an array has at most about 786 kB.</summary>
    public sealed class ArrayPack : PackSource
    {
        private readonly byte[] _pack;

        /// <param name="pack">The whole .tsk file.</param>
        public ArrayPack(byte[] pack)
        {
            _pack = pack ?? throw new ArgumentNullException(nameof(pack));
        }

        /// <inheritdoc/>
        public override int Length
        {
            get { return _pack.Length; }
        }

        internal override byte[] Array
        {
            get { return _pack; }
        }

        /// <inheritdoc/>
        public override void Read(int offset, byte[] buffer, int index, int count)
        {
            System.Array.Copy(_pack, offset, buffer, index, count);
        }
    }
}
