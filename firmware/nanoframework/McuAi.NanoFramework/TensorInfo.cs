using System;

namespace McuAi.NanoFramework
{
    /// <summary>An input or output of a model. Real number = <see cref="Scale"/> * (element - <see cref="ZeroPoint"/>).</summary>
    public sealed class TensorInfo
    {
        /// <summary>Of the record in the manifest: docs/pack-format.md, "Tensor record".</summary>
        internal const int RecordBytes = 44;

        private const int MostDimensions = 4;

        private readonly int[] _shape;

        internal TensorInfo(byte[] record)
        {
            Type = (ElementType)record[0];
            _shape = new int[record[1]];
            for (int i = 0; i < _shape.Length; i++)
            {
                _shape[i] = BitConverter.ToInt32(record, 4 + (4 * (MostDimensions - _shape.Length + i)));
            }

            Offset = BitConverter.ToInt32(record, 20);
            Bytes = BitConverter.ToInt32(record, 24);
            Scale = BitConverter.ToSingle(record, 32);
            ZeroPoint = BitConverter.ToInt32(record, 36);
        }

        /// <summary>Type of the elements.</summary>
        public ElementType Type { get; }

        /// <summary>Size in bytes.</summary>
        public int Bytes { get; }

        /// <summary>Of the affine quantization.</summary>
        public float Scale { get; }

        /// <summary>Of the affine quantization.</summary>
        public int ZeroPoint { get; }

        /// <summary>In the arena.</summary>
        internal int Offset { get; }

        /// <summary>Dimensions, the outermost first; a copy.</summary>
        public int[] GetShape()
        {
            int[] shape = new int[_shape.Length];
            Array.Copy(_shape, shape, shape.Length);
            return shape;
        }
    }
}
