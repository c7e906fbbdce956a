using System;

namespace McuAi.NanoFramework
{
    /// <summary>Tells when the stream of a sensor is not what it was when nothing was wrong: vibration, current, sound. It allocates
    /// nothing once it is made.</summary>
    public sealed class AnomalyDetector
    {
        // As native/managed.h has them.
        private const int Ready = 0;
        private const int Scored = 2;
        private const int Score = 3;
        private const int Alarm = 4;
        private const int Event = 5;

        private readonly Model _model;
        private readonly byte[] _state;
        private readonly int[] _results = new int[6];
        private readonly AnomalyScoredEventArgs _scored = new AnomalyScoredEventArgs();
        private readonly int _channels;
        private readonly int _millihertz;

        /// <param name="source">A pack with the tables of a detector.</param>
        /// <param name="cacheBytes">Of a pack that is streamed: see <see cref="Model"/>.</param>
        /// <exception cref="McuAiException">The pack is no detector, or cannot be run; the code tells why.</exception>
        public AnomalyDetector(PackSource source, int cacheBytes = 0)
        {
            _model = new Model(source, cacheBytes);
            _state = Model.NewArray(
                "the detector", McuAiException.Check(Kernels.DetectorBytes(_model.Manifest, _model.Mapping, _model.Arena)));
            McuAiException.Check(Kernels.DetectorOpen(_model.Manifest, _model.Mapping, _model.Arena, _state));
            _channels = McuAiException.Check(Kernels.DetectorChannels(_model.Manifest, _model.Mapping, _model.Arena));
            _millihertz = McuAiException.Check(Kernels.DetectorRate(_model.Manifest, _model.Mapping, _model.Arena));
        }

        /// <summary>A frame got a score. Its arguments are one object, used again and again.</summary>
        public event AnomalyScoredEventHandler AnomalyScored;

        /// <summary>Channels of the sensor.</summary>
        public int Channels
        {
            get { return _channels; }
        }

        /// <summary>Instants in 1000 seconds.</summary>
        public int SampleRateMillihertz
        {
            get { return _millihertz; }
        }

        /// <summary>The model that runs.</summary>
        public Model Model
        {
            get { return _model; }
        }

        /// <summary>A line for each channel: name, offset and step of its samples, with tabs between them.</summary>
        public string[] GetChannels()
        {
            return _model.Pack.GetLines("channels");
        }

        /// <summary>Takes the samples of one instant or of several, each with one of every channel.</summary>
        /// <exception cref="McuAiException">A shard of a streamed pack could not be read, or is damaged.</exception>
        public void Push(short[] samples)
        {
            Push(samples, 0, samples == null ? 0 : samples.Length);
        }

        /// <summary>The same of a part of an array.</summary>
        public void Push(short[] samples, int index, int count)
        {
            Range.Check(samples, index, count);
            if (count % _channels != 0)
            {
                throw new ArgumentException("there is not one sample of each of the " + _channels.ToString() + " channels");
            }

            int instants = count / _channels;
            while (instants > 0)
            {
                int taken = McuAiException.Check(Kernels.DetectorTake(
                    _model.Manifest, _model.Mapping, _model.Arena, _state, samples, index, instants, _results));
                index += taken * _channels;
                instants -= taken;
                if (_results[Ready] != 0)
                {
                    _model.Invoke();
                    McuAiException.Check(
                        Kernels.DetectorJudge(_model.Manifest, _model.Mapping, _model.Arena, _state, _results));
                }

                if (_results[Scored] != 0)
                {
                    _scored.Score = _results[Score];
                    _scored.IsAlarm = _results[Alarm] != 0;
                    _scored.IsEvent = _results[Event] != 0;
                    AnomalyScored?.Invoke(this, _scored);
                }
            }
        }

        /// <summary>Forgets all samples, and what was learned since it was made.</summary>
        public void Reset()
        {
            McuAiException.Check(Kernels.DetectorReset(_model.Manifest, _model.Mapping, _model.Arena, _state));
        }
    }
}
