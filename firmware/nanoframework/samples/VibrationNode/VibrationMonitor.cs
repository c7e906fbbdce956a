using System;
using McuAi.NanoFramework;

namespace McuAi.NanoFramework.Samples
{
    /// <summary>Is called when an alarm begins or ends.</summary>
    public delegate void AlarmChangedEventHandler(bool isAlarm);

    /// <summary>Takes accelerations as a sensor gives them to a detector that was trained on a log of the same numbers.</summary>
    public sealed class VibrationMonitor
    {
        private readonly AnomalyDetector _detector;
        private readonly ChannelScale[] _scales;
        private readonly short[] _samples;
        private bool _isAlarm;

        /// <param name="source">A detector's pack.</param>
        /// <exception cref="McuAiException">It is none, or does not tell the scales of its channels.</exception>
        public VibrationMonitor(PackSource source)
        {
            // The cache holds the whole pack, if it is streamed: it runs several times a second.
            _detector = new AnomalyDetector(source, source.Length);
            string[] lines = _detector.GetChannels();
            if (lines.Length != _detector.Channels)
            {
                throw new McuAiException(ErrorCode.Detector, "the pack does not tell the scales of its channels");
            }

            _scales = new ChannelScale[lines.Length];
            for (int i = 0; i < lines.Length; i++)
            {
                _scales[i] = new ChannelScale(lines[i]);
            }

            _samples = new short[lines.Length];
            _detector.AnomalyScored += OnScored;
        }

        /// <summary>An alarm begins or ends.</summary>
        public event AlarmChangedEventHandler AlarmChanged;

        /// <summary>Tells the scores.</summary>
        public AnomalyDetector Detector
        {
            get { return _detector; }
        }

        /// <summary>Takes the values of one instant.</summary>
        /// <param name="values">Those of the pack's channels first, in the unit of the log, here g; others are not looked at.
        /// </param>
        public void Push(double[] values)
        {
            for (int i = 0; i < _samples.Length; i++)
            {
                _samples[i] = _scales[i].ToSample(values[i]);
            }

            _detector.Push(_samples);
        }

        private void OnScored(object sender, AnomalyScoredEventArgs e)
        {
            if (e.IsAlarm != _isAlarm)
            {
                _isAlarm = e.IsAlarm;
                AlarmChanged?.Invoke(_isAlarm);
            }
        }
    }
}
