namespace McuAi.NanoFramework
{
    /// <summary>Bytes become characters as they come, also where a character is cut in two. What is no UTF-8 becomes U+FFFD, one
    /// for each maximal subpart: The Unicode Standard, section 3.9. So does U+0000, at which the runtime's strings end.</summary>
    internal sealed class Utf8Decoder
    {
        private const char Replacement = (char)0xFFFD;

        private int _value;
        private int _missing;
        private int _least;
        private int _most;

        /// <summary>Writes the characters that are complete from <paramref name="index"/> on, and returns how many. There is room
        /// for a character more than there are bytes.</summary>
        internal int Decode(byte[] bytes, int count, char[] characters, int index)
        {
            int first = index;
            for (int i = 0; i < count; i++)
            {
                int value = bytes[i];
                if (_missing > 0 && (value < _least || value > _most))
                {
                    _missing = 0;
                    characters[index++] = Replacement;
                }

                if (_missing > 0)
                {
                    _value = (_value << 6) | (value & 0x3F);
                    _missing--;
                    SetBounds(0x80, 0xBF);
                    index = _missing == 0 ? Write(characters, index) : index;
                }
                else if (value < 0x80)
                {
                    characters[index++] = value == 0 ? Replacement : (char)value;
                }
                else if (!Begin(value))
                {
                    characters[index++] = Replacement;
                }
            }

            return index - first;
        }

        /// <summary>The text is at its end: a character that is cut off is no character.</summary>
        internal int End(char[] characters, int index)
        {
            int cut = _missing > 0 ? 1 : 0;
            if (cut > 0)
            {
                characters[index] = Replacement;
            }

            _missing = 0;
            return cut;
        }

        private bool Begin(int value)
        {
            if (value >= 0xC2 && value <= 0xDF)
            {
                _missing = 1;
                _value = value & 0x1F;
                SetBounds(0x80, 0xBF);
            }
            else if (value >= 0xE0 && value <= 0xEF)
            {
                _missing = 2;
                _value = value & 0x0F;
                SetBounds(value == 0xE0 ? 0xA0 : 0x80, value == 0xED ? 0x9F : 0xBF);
            }
            else if (value >= 0xF0 && value <= 0xF4)
            {
                _missing = 3;
                _value = value & 0x07;
                SetBounds(value == 0xF0 ? 0x90 : 0x80, value == 0xF4 ? 0x8F : 0xBF);
            }

            return _missing > 0;
        }

        private void SetBounds(int least, int most)
        {
            _least = least;
            _most = most;
        }

        private int Write(char[] characters, int index)
        {
            if (_value < 0x10000)
            {
                characters[index++] = (char)_value;
                return index;
            }

            int above = _value - 0x10000;
            characters[index++] = (char)(0xD800 + (above >> 10));
            characters[index++] = (char)(0xDC00 + (above & 0x3FF));
            return index;
        }
    }
}
