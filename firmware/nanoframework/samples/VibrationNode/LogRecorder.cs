namespace McuAi.NanoFramework.Samples
{
    /// <summary>Is called with a line of a log.</summary>
    public delegate void LineEventHandler(string line);

    /// <summary>Keeps accelerations and writes them afterwards as the log that a detector is trained on: writing between the samples
    /// would upset their distances.</summary>
    public sealed class LogRecorder
    {
        private const int Axes = 3;
        private const double StepsPerG = 4096;

        private readonly short[] _samples;
        private int _count;

        /// <param name="instants">How many there is room for, of 6 bytes each.</param>
        public LogRecorder(int instants)
        {
            _samples = new short[Axes * instants];
        }

        /// <summary>Whether there is no room left.</summary>
        public bool IsFull
        {
            get { return _count == _samples.Length; }
        }

        /// <summary>Keeps one instant.</summary>
        /// <param name="acceleration">Of the axes x, y and z in g, at most 8 either way.</param>
        public void Add(double[] acceleration)
        {
            for (int i = 0; i < Axes; i++)
            {
                double steps = acceleration[i] * StepsPerG;
                _samples[_count++] = steps >= short.MaxValue ? short.MaxValue : steps <= short.MinValue ? short.MinValue : (short)steps;
            }
        }

        /// <summary>The log, line by line, in CSV.</summary>
        public void Write(LineEventHandler line)
        {
            line("x,y,z");
            for (int i = 0; i < _count; i += Axes)
            {
                line(Text(_samples[i]) + "," + Text(_samples[i + 1]) + "," + Text(_samples[i + 2]));
            }
        }

        private static string Text(short sample)
        {
            return (sample / StepsPerG).ToString("F4");
        }
    }
}
