namespace McuAi.NanoFramework
{
    /// <summary>Strings as UTF-8: mscorlib has no encodings.</summary>
    internal static class Utf8
    {
        /// <summary>The bytes of a text; an unpaired surrogate becomes U+FFFD.</summary>
        internal static byte[] GetBytes(string text)
        {
            char[] characters = text.ToCharArray();
            byte[] bytes = new byte[3 * characters.Length];
            int count = 0;
            for (int i = 0; i < characters.Length; i++)
            {
                int value = characters[i];
                if ((value & 0xFC00) == 0xD800 && i + 1 < characters.Length && (characters[i + 1] & 0xFC00) == 0xDC00)
                {
                    value = 0x10000 + ((value & 0x3FF) << 10) + (characters[++i] & 0x3FF);
                }
                else if ((value & 0xF800) == 0xD800)
                {
                    value = 0xFFFD;
                }

                count = Write(value, bytes, count);
            }

            byte[] exact = new byte[count];
            System.Array.Copy(bytes, exact, count);
            return exact;
        }

        private static int Write(int value, byte[] bytes, int count)
        {
            if (value < 0x80)
            {
                bytes[count++] = (byte)value;
                return count;
            }

            if (value < 0x800)
            {
                bytes[count++] = (byte)(0xC0 | (value >> 6));
            }
            else
            {
                if (value < 0x10000)
                {
                    bytes[count++] = (byte)(0xE0 | (value >> 12));
                }
                else
                {
                    bytes[count++] = (byte)(0xF0 | (value >> 18));
                    bytes[count++] = (byte)(0x80 | ((value >> 12) & 0x3F));
                }

                bytes[count++] = (byte)(0x80 | ((value >> 6) & 0x3F));
            }

            bytes[count++] = (byte)(0x80 | (value & 0x3F));
            return count;
        }
    }
}
