using System;

namespace McuAi.NanoFramework
{
    /// <summary>Text as a language model's tokens and back: the record in its pack.</summary>
    internal sealed class Tokenizer
    {
        private const int BeginToken = 1;
        private const int EndToken = 2;

        private readonly Model _model;
        private readonly int[] _facts = new int[3];

        /// <exception cref="McuAiException">There is none, or it is damaged.</exception>
        internal Tokenizer(Model model)
        {
            _model = model;
            McuAiException.Check(Kernels.TokenizerOpen(model.Manifest, model.Mapping, model.Arena, _facts));
        }

        /// <summary>The token with which a text begins; negative: none.</summary>
        internal int Begin
        {
            get { return _facts[BeginToken]; }
        }

        /// <summary>The token with which it ends; negative: none.</summary>
        internal int End
        {
            get { return _facts[EndToken]; }
        }

        /// <summary>The tokens of a text, that of its beginning among them.</summary>
        /// <exception cref="McuAiException">The text is too long.</exception>
        internal int[] Encode(string text)
        {
            byte[] bytes = Utf8.GetBytes(text);
            int scratch = McuAiException.Check(Kernels.EncodeScratch(bytes));
            int[] tokens = new int[bytes.Length + 1];
            int count = McuAiException.Check(Kernels.Encode(
                _model.Manifest, _model.Mapping, _model.Arena, bytes, tokens, new int[scratch > 0 ? scratch : 1]));
            int before = Begin >= 0 ? 1 : 0;
            int[] all = new int[before + count];
            Array.Copy(tokens, 0, all, before, count);
            if (before > 0)
            {
                all[0] = Begin;
            }

            return all;
        }

        /// <summary>Writes what a token adds to the text after another one, and returns its bytes.</summary>
        /// <exception cref="McuAiException">They are more than the array has: <see cref="ErrorCode.Buffer"/>.</exception>
        internal int Decode(int token, int before, byte[] text)
        {
            return McuAiException.Check(
                Kernels.Decode(_model.Manifest, _model.Mapping, _model.Arena, token, before, text));
        }
    }
}
