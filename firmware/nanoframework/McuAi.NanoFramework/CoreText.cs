namespace McuAi.NanoFramework
{
    /// <summary>Sentences of the C core.</summary>
    internal static class CoreText
    {
        private const int LongestSentence = 256;

        /// <summary>What a status means.</summary>
        internal static string Of(int status)
        {
            byte[] text = new byte[LongestSentence];
            char[] characters = new char[LongestSentence];
            int bytes = Kernels.StatusText(status, text);
            int count = new Utf8Decoder().Decode(text, bytes, characters, 0);
            return new string(characters, 0, count);
        }
    }
}
