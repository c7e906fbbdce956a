using System;

namespace McuAi.NanoFramework
{
    /// <summary>Goes on from a prompt, token by token: stories, sentences, commands.</summary>
    public sealed class TextGenerator
    {
        private const int One = 65536; // of temperatures and shares
        private const int LongestPiece = 512;
        private const int Rows = 0;
        private const int VocabularySize = 1;
        private const int ContextSize = 2;

        private readonly Model _model;
        private readonly Tokenizer _tokenizer;
        private readonly int[] _sizes = new int[3];
        private readonly int[] _sampler = new int[5];
        private readonly int[] _one = new int[1];
        private readonly byte[] _piece = new byte[LongestPiece];
        private readonly char[] _characters = new char[LongestPiece + 1];
        private int[] _scratch;
        private Utf8Decoder _decoder = new Utf8Decoder();
        private int _used;
        private int _row;
        private int _last;

        /// <param name="source">The pack of a language model.</param>
        /// <param name="cacheBytes">Of a pack that is streamed: see <see cref="Model"/>.</param>
        /// <exception cref="McuAiException">The pack is no language model, or cannot be run; the code tells why.</exception>
        public TextGenerator(PackSource source, int cacheBytes = 0)
        {
            _model = new Model(source, cacheBytes);
            McuAiException.Check(Kernels.LanguageOpen(_model.Manifest, _model.Mapping, _model.Arena, _sizes));
            _tokenizer = new Tokenizer(_model);
            SetSampling(0, 0, 1, 0);
        }

        /// <summary>A piece of text was chosen. It may be empty, where a character takes several tokens.</summary>
        public event TextGeneratedEventHandler TextGenerated;

        /// <summary>Tokens that the model can look back on.</summary>
        public int Context
        {
            get { return _sizes[ContextSize]; }
        }

        /// <summary>Whether the context is full, so that no other token can be chosen.</summary>
        public bool IsFull
        {
            get { return _row < 0 && _used == Context; }
        }

        /// <summary>The model that runs.</summary>
        public Model Model
        {
            get { return _model; }
        }

        /// <summary>How tokens are chosen.</summary>
        /// <param name="temperature">0: always the likeliest one; up to 255.</param>
        /// <param name="topK">Only the so many likeliest ones; 0: all.</param>
        /// <param name="topP">Only the likeliest ones that have this share together, above 0; 1: all.</param>
        /// <param name="seed">Of the random numbers; not 0 unless the temperature is.</param>
        /// <exception cref="McuAiException">One of them is out of range: <see cref="ErrorCode.Argument"/>.</exception>
        public void SetSampling(double temperature, int topK, double topP, int seed)
        {
            if (!(temperature >= 0 && temperature < 256 && topP > 0 && topP <= 1) || topK < 0)
            {
                throw new McuAiException(
                    ErrorCode.Argument, "the temperature is not in 0..255, top-k is negative, or top-p is not above 0 and at most 1");
            }

            McuAiException.Check(Kernels.SamplerOpen(
                _sampler, Q16(temperature), topK, Q16(topP), seed));
            bool isSorted = topK > 0 || topP < 1;
            int count = isSorted ? 2 * _sizes[VocabularySize] : 1;
            if (_scratch == null || _scratch.Length != count)
            {
                _scratch = NewScratch(count);
            }
        }

        /// <summary>Forgets all text and takes a prompt. <see cref="Next"/> goes on from it.</summary>
        /// <exception cref="McuAiException">It has more tokens than the context (<see cref="ErrorCode.Context"/>).</exception>
        public void Begin(string prompt)
        {
            if (prompt == null)
            {
                throw new ArgumentNullException(nameof(prompt));
            }

            int[] tokens = _tokenizer.Encode(prompt);
            if (tokens.Length == 0)
            {
                throw new McuAiException(
                    ErrorCode.Argument, "an empty prompt has no token, as this model has none for the beginning of a text");
            }

            _model.Reset();
            _used = 0;
            _decoder = new Utf8Decoder();
            bool isTaken = false;
            try
            {
                Feed(tokens);
                isTaken = true;
            }
            finally
            {
                _used = isTaken ? _used : 0; // half a prompt is none
            }
        }

        /// <summary>Chooses the next token, raises <see cref="TextGenerated"/> with its text, and returns its number; negative at the
        /// end of the text, which raises nothing.</summary>
        /// <exception cref="McuAiException">The context is full (<see cref="ErrorCode.Context"/>), or there was no
        /// <see cref="Begin"/> (<see cref="ErrorCode.Argument"/>).</exception>
        public int Next()
        {
            if (_used == 0)
            {
                throw new McuAiException(ErrorCode.Argument, "there is no prompt; call Begin first");
            }

            if (_row < 0)
            {
                _one[0] = _last;
                Feed(_one);
            }

            int token = McuAiException.Check(
                Kernels.Sample(_model.Manifest, _model.Mapping, _model.Arena, _sampler, _row, _scratch));
            if (token == _tokenizer.End || token == _tokenizer.Begin)
            {
                return -1;
            }

            int bytes = _tokenizer.Decode(token, _last, _piece);
            _last = token;
            _row = -1;
            int count = _decoder.Decode(_piece, bytes, _characters, 0);
            TextGenerated?.Invoke(this, new string(_characters, 0, count));
            return token;
        }

        /// <summary>A text that begins with the prompt: up to so many tokens more, fewer where it ends or the context is full.
        /// </summary>
        public string Generate(string prompt, int tokens)
        {
            string text = prompt;
            TextGeneratedEventHandler collect = (sender, piece) => text += piece;
            TextGenerated += collect;
            try
            {
                Begin(prompt);
                for (int i = 0; i < tokens && !IsFull; i++)
                {
                    if (Next() < 0)
                    {
                        break;
                    }
                }
            }
            finally
            {
                TextGenerated -= collect;
            }

            int cut = _decoder.End(_characters, 0);
            return text + new string(_characters, 0, cut);
        }

        private static int[] NewScratch(int count)
        {
            try
            {
                return new int[count];
            }
            catch (OutOfMemoryException)
            {
                throw McuAiException.TooLarge("sorting the vocabulary", 4 * count);
            }
        }

        /// <summary>Only 0 is 0.</summary>
        private static int Q16(double value)
        {
            int rounded = (int)((value * One) + 0.5);
            return rounded == 0 && value > 0 ? 1 : rounded;
        }

        private void Feed(int[] tokens)
        {
            if (tokens.Length > Context - _used)
            {
                throw new McuAiException(ErrorCode.Context, CoreText.Of((int)ErrorCode.Context));
            }

            for (int i = 0; i < tokens.Length; i++)
            {
                if (tokens[i] < 0 || tokens[i] >= _sizes[VocabularySize])
                {
                    throw new McuAiException(ErrorCode.Tokenizer, "the tokenizer has more tokens than the model");
                }
            }

            for (int i = 0, count; i < tokens.Length; i += count)
            {
                count = tokens.Length - i < _sizes[Rows] ? tokens.Length - i : _sizes[Rows];
                McuAiException.Check(
                    Kernels.LanguageFeed(_model.Manifest, _model.Mapping, _model.Arena, tokens, i, count, _used));
                _model.Invoke(count);
                _used += count;
                _row = count - 1;
            }

            _last = tokens[tokens.Length - 1];
        }
    }

    /// <summary>Is called with a piece of text.</summary>
    public delegate void TextGeneratedEventHandler(object sender, string text);
}
