namespace McuAi.NanoFramework
{
    /// <summary>Type of a tensor's elements.</summary>
    public enum ElementType
    {
        /// <summary>8 bits, signed.</summary>
        Int8 = 1,

        /// <summary>16 bits, signed, little-endian.</summary>
        Int16 = 2,

        /// <summary>32 bits, signed, little-endian.</summary>
        Int32 = 3,

        /// <summary>8 bits, unsigned.</summary>
        UInt8 = 6,
    }
}
