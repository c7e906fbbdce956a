using System;

namespace McuAi.NanoFramework.Samples
{
    /// <summary>Says when the next sample is due, so that so many are taken each second however long the work between them takes.
    /// A detector counts on equal distances: instants that were missed are told of.</summary>
    public sealed class SamplePace
    {
        private const long TicksPer1000Seconds = 1000 * TimeSpan.TicksPerSecond;

        private readonly int _millihertz;
        private long _start;
        private long _taken;

        /// <param name="millihertz">Samples in 1000 seconds.</param>
        /// <param name="now">Time in ticks of 100 ns, when the first sample is due.</param>
        public SamplePace(int millihertz, long now)
        {
            _millihertz = millihertz;
            _start = now;
        }

        /// <summary>Instants for which there was no time.</summary>
        public int Missed { get; private set; }

        /// <summary>Ticks until the next sample is due; 0 or less: take it now, and call <see cref="Taken"/>.</summary>
        public long Remaining(long now)
        {
            return _start + (_taken * TicksPer1000Seconds / _millihertz) - now;
        }

        /// <summary>A sample was taken. Where a whole period was lost, the count goes on from now.</summary>
        public void Taken(long now)
        {
            _taken++;
            long period = TicksPer1000Seconds / _millihertz;
            long late = -Remaining(now);
            if (late >= period)
            {
                int lost = (int)(late / period);
                Missed += lost;
                _taken += lost;
            }

            // Keeps the product above far from its end, whatever the days.
            if (_taken >= _millihertz)
            {
                _taken -= _millihertz;
                _start += TicksPer1000Seconds;
            }
        }
    }
}
