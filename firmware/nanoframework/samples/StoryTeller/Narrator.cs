using System;
using McuAi.NanoFramework;

namespace McuAi.NanoFramework.Samples
{
    /// <summary>Tells stories, each another one, piece by piece.</summary>
    public sealed class Narrator
    {
        private const double Temperature = 0.8;
        private const double TopP = 0.9;

        private readonly TextGenerator _generator;

        /// <param name="generator">Of a pack of stories.</param>
        public Narrator(TextGenerator generator)
        {
            _generator = generator;
        }

        /// <summary>Tells a story of at most so many tokens behind the prompt.</summary>
        /// <param name="number">The same number tells the same story; from 1 on.</param>
        /// <param name="prompt">How it begins.</param>
        /// <param name="tokens">The most.</param>
        /// <param name="piece">Gets the prompt, and each piece as soon as it is there.</param>
        /// <returns>Tokens behind the prompt.</returns>
        public int Tell(int number, string prompt, int tokens, TextGeneratedEventHandler piece)
        {
            _generator.SetSampling(Temperature, 0, TopP, number);
            _generator.TextGenerated += piece;
            try
            {
                _generator.Begin(prompt);
                piece(this, prompt);
                int count = 0;
                while (count < tokens && !_generator.IsFull && _generator.Next() >= 0)
                {
                    count++;
                }

                return count;
            }
            finally
            {
                _generator.TextGenerated -= piece;
            }
        }
    }
}
