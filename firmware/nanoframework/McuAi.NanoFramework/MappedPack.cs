using System;

namespace McuAi.NanoFramework
{
    /// <summary>A pack that the CPU reads in place: a data partition of an ESP32's flash, a pack that is linked into the image of
    /// an STM32, a file on a PC. It takes no memory but for the model's arena. Dispose of it after the models that use it.</summary>
    public sealed class MappedPack : PackSource, IDisposable
    {
        private readonly int _length;
        private int _mapping;

        /// <param name="name">Label of the partition, name of the linked pack, or path of the file.</param>
        /// <exception cref="McuAiException">There is none of this name (<see cref="ErrorCode.Read"/>); packs of four other names are
        /// mapped already, or no name has this length (<see cref="ErrorCode.Argument"/>).</exception>
        public MappedPack(string name)
        {
            if (name == null)
            {
                throw new ArgumentNullException(nameof(name));
            }

            _mapping = Kernels.Map(Utf8.GetBytes(name));
            if (_mapping == (int)ErrorCode.Read)
            {
                throw new McuAiException(
                    ErrorCode.Read, "there is no pack named '" + name + "' to map; write it to a partition of that name, or link it");
            }

            if (_mapping == (int)ErrorCode.Argument)
            {
                throw new McuAiException(
                    ErrorCode.Argument,
                    "the pack cannot be mapped: a name has 1 to 255 bytes, and packs of four names may be mapped at a time; "
                        + "dispose of one that is not used any more");
            }

            McuAiException.Check(_mapping);
            _length = McuAiException.Check(Kernels.MappedBytes(_mapping));
        }

        /// <inheritdoc/>
        public override int Length
        {
            get { return _length; }
        }

        internal override int Mapping
        {
            get { return _mapping; }
        }

        /// <inheritdoc/>
        public override void Read(int offset, byte[] buffer, int index, int count)
        {
            Range.Check(buffer, index, count);
            if (offset < 0 || offset > _length || count > _length - offset)
            {
                throw new ArgumentOutOfRangeException(nameof(offset));
            }

            McuAiException.Check(Kernels.ReadMapped(_mapping, offset, buffer, index, count));
        }

        /// <summary>The pack is used no more. Models that still use it fail with <see cref="ErrorCode.Argument"/>, unless another
        /// <see cref="MappedPack"/> has the same name.</summary>
        public void Dispose()
        {
            if (_mapping >= 0)
            {
                Kernels.Unmap(_mapping);
                _mapping = -1;
            }
        }
    }
}
