using System;

namespace McuAi.NanoFramework
{
    /// <summary>Checks what is asked of an array before native code is given it.</summary>
    internal static class Range
    {
        /// <exception cref="ArgumentException">The elements are not all in the array.</exception>
        internal static void Check(Array array, int index, int count)
        {
            if (array == null)
            {
                throw new ArgumentNullException(nameof(array));
            }

            if (index < 0 || index > array.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(index));
            }

            if (count < 0 || count > array.Length - index)
            {
                throw new ArgumentOutOfRangeException(nameof(count));
            }
        }
    }
}
