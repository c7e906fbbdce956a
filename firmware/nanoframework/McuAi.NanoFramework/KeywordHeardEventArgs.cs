using System;

namespace McuAi.NanoFramework
{
    /// <summary>A word was heard.</summary>
    public sealed class KeywordHeardEventArgs : EventArgs
    {
        internal KeywordHeardEventArgs(int label, string word, int score, int timeMs)
        {
            Label = label;
            Word = word;
            Score = score;
            TimeMs = timeMs;
        }

        /// <summary>Number of the class.</summary>
        public int Label { get; }

        /// <summary>Name of the class.</summary>
        public string Word { get; }

        /// <summary>How likely it is, in 1/256.</summary>
        public int Score { get; }

        /// <summary>Milliseconds from the first sample to the middle of the word; wraps.</summary>
        public int TimeMs { get; }
    }

    /// <summary>Is called when a word was heard.</summary>
    public delegate void KeywordHeardEventHandler(object sender, KeywordHeardEventArgs e);
}
