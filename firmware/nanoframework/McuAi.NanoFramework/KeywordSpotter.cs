using System;

namespace McuAi.NanoFramework
{
    /// <summary>Finds words in continuous sound. Samples go in as they come from the microphone; <see cref="KeywordHeard"/> is raised
    /// once for each word. Between words nothing is allocated.</summary>
    public sealed class KeywordSpotter
    {
        // As native/managed.h has them.
        private const int Ready = 0;
        private const int Label = 1;
        private const int Score = 2;
        private const int Time = 3;

        private readonly Model _model;
        private readonly byte[] _state;
        private readonly int[] _results = new int[4];
        private readonly string[] _labels;
        private readonly int _sampleRate;

        /// <param name="source">A pack with a front end and labels.</param>
        /// <param name="cacheBytes">Of a pack that is streamed: see <see cref="Model"/>.</param>
        /// <exception cref="McuAiException">The pack is no keyword spotter, or cannot be run; the code tells why.</exception>
        public KeywordSpotter(PackSource source, int cacheBytes = 0)
        {
            _model = new Model(source, cacheBytes);
            _state = Model.NewArray(
                "the keyword spotter", McuAiException.Check(Kernels.SpotterBytes(_model.Manifest, _model.Mapping, _model.Arena)));
            McuAiException.Check(Kernels.SpotterOpen(_model.Manifest, _model.Mapping, _model.Arena, _state));
            _sampleRate = McuAiException.Check(Kernels.SpotterRate(_model.Manifest, _model.Mapping, _model.Arena, _state));
            _labels = _model.Pack.GetLines("labels");
            if (_labels.Length != _model.GetOutputInfo(0).Bytes)
            {
                throw new McuAiException(ErrorCode.Spotter, "the pack's labels are not as many as its classes");
            }
        }

        /// <summary>A word was heard.</summary>
        public event KeywordHeardEventHandler KeywordHeard;

        /// <summary>Samples a second that <see cref="Push(short[])"/> takes.</summary>
        public int SampleRate
        {
            get { return _sampleRate; }
        }

        /// <summary>The model that runs.</summary>
        public Model Model
        {
            get { return _model; }
        }

        /// <summary>Names of all classes, also of those that are no word; a copy.</summary>
        public string[] GetLabels()
        {
            string[] labels = new string[_labels.Length];
            Array.Copy(_labels, labels, labels.Length);
            return labels;
        }

        /// <summary>Takes the next samples. However a recording is cut into calls, the words are the same.</summary>
        /// <exception cref="McuAiException">A shard of a streamed pack could not be read, or is damaged.</exception>
        public void Push(short[] samples)
        {
            Push(samples, 0, samples == null ? 0 : samples.Length);
        }

        /// <summary>The same of a part of an array.</summary>
        public void Push(short[] samples, int index, int count)
        {
            Range.Check(samples, index, count);
            while (count > 0)
            {
                int taken = McuAiException.Check(Kernels.SpotterTake(
                    _model.Manifest, _model.Mapping, _model.Arena, _state, samples, index, count, _results));
                index += taken;
                count -= taken;
                if (_results[Ready] != 0)
                {
                    _model.Invoke();
                    McuAiException.Check(
                        Kernels.SpotterJudge(_model.Manifest, _model.Mapping, _model.Arena, _state, _results));
                }

                if (_results[Label] >= 0)
                {
                    KeywordHeard?.Invoke(
                        this,
                        new KeywordHeardEventArgs(
                            _results[Label], _labels[_results[Label]], _results[Score], _results[Time]));
                }
            }
        }

        /// <summary>Forgets all samples, the noise and the last word.</summary>
        public void Reset()
        {
            McuAiException.Check(Kernels.SpotterReset(_model.Manifest, _model.Mapping, _model.Arena, _state));
        }
    }
}
