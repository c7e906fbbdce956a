using System;
using McuAi.NanoFramework;

namespace McuAi.NanoFramework.Samples
{
    /// <summary>Is called when a light has to be switched.</summary>
    public delegate void LightSwitchedEventHandler(int light, bool isOn);

    /// <summary>Turns sound into lights: the light of a word is on for a second after the word was heard.</summary>
    public sealed class WordLights
    {
        private const int BlocksPerSecond = 25;

        /// <summary>What an INMP441 needs after power-up: 2^18 clocks, 64 a frame, is half a second at 8 kHz (data sheet,
        /// "Startup").</summary>
        private const int SettlingBlocks = BlocksPerSecond;

        private readonly KeywordSpotter _spotter;
        private readonly short[] _samples;
        private readonly int[] _left;
        private int _settling = SettlingBlocks;
        private int _slot;

        /// <param name="source">A keyword spotter's pack. Its first classes are the words that have lights.</param>
        /// <param name="lights">How many there are.</param>
        public WordLights(PackSource source, int lights)
        {
            // The cache holds the whole pack, if it is streamed: it runs 25 times a second.
            _spotter = new KeywordSpotter(source, source.Length);
            _samples = new short[_spotter.SampleRate / BlocksPerSecond];
            _left = new int[lights];
            _spotter.KeywordHeard += OnKeywordHeard;
        }

        /// <summary>A light has to be switched.</summary>
        public event LightSwitchedEventHandler LightSwitched;

        /// <summary>Tells the words.</summary>
        public KeywordSpotter Spotter
        {
            get { return _spotter; }
        }

        /// <summary>Bytes of one block of frames.</summary>
        public int BlockBytes
        {
            get { return _samples.Length * StereoFrames.FrameBytes; }
        }

        /// <summary>Takes the next block of frames, <see cref="BlockBytes"/>.</summary>
        public void Push(byte[] frames)
        {
            if (frames.Length != BlockBytes)
            {
                throw new ArgumentException("a block has " + BlockBytes.ToString() + " bytes");
            }

            if (_settling > 0)
            {
                _settling--;
                _slot = StereoFrames.FindSlot(frames);
                return;
            }

            StereoFrames.ToSamples(frames, _slot, _samples);
            TurnOff();
            _spotter.Push(_samples);
        }

        private void OnKeywordHeard(object sender, KeywordHeardEventArgs e)
        {
            if (e.Label < _left.Length)
            {
                _left[e.Label] = BlocksPerSecond;
                LightSwitched?.Invoke(e.Label, true);
            }
        }

        private void TurnOff()
        {
            for (int i = 0; i < _left.Length; i++)
            {
                if (_left[i] > 0 && --_left[i] == 0)
                {
                    LightSwitched?.Invoke(i, false);
                }
            }
        }
    }
}
