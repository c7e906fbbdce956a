using System;
using System.Threading;
using McuAi.NanoFramework;

namespace McuAi.NanoFramework.Samples
{
    /// <summary>Reads a sensor: acceleration along x, y and z in g.</summary>
    public delegate void AccelerationReader(double[] acceleration);

    /// <summary>Tells when a machine vibrates unlike it used to, or records what a detector is trained on.</summary>
    public sealed class VibrationNode
    {
        /// <summary>Of a log, which is kept in memory: 6 bytes for each of its samples.</summary>
        private const int LogMillihertz = 200_000;
        private const int LogSeconds = 30;

        /// <summary>Samples that were missed are told of seldom: writing takes time, too.</summary>
        private const int ReportSeconds = 60;

        /// <summary>An MPU6886 makes 500 samples a second, as its binding sets it.</summary>
        private const int MostMillihertz = 500_000;

        // Sleeping is exact to a millisecond or two: the rest is waited for.
        private const long Exact = 2 * TimeSpan.TicksPerMillisecond;

        private readonly AccelerationReader _read;
        private readonly AlarmChangedEventHandler _light;
        private readonly double[] _acceleration = new double[3];

        /// <param name="read">Reads the sensor.</param>
        /// <param name="light">Switches the alarm's light.</param>
        public VibrationNode(AccelerationReader read, AlarmChangedEventHandler light)
        {
            _read = read;
            _light = light;
        }

        /// <summary>Watches from now on.</summary>
        /// <param name="pack">Of a detector for one to three channels: x, y, z.</param>
        /// <exception cref="McuAiException">The pack is none, or wants more than the sensor gives (<see cref="ErrorCode.Detector"/>).
        /// </exception>
        public void Watch(PackSource pack)
        {
            VibrationMonitor monitor = new VibrationMonitor(pack);
            int millihertz = monitor.Detector.SampleRateMillihertz;
            if (millihertz > MostMillihertz || monitor.Detector.Channels > _acceleration.Length)
            {
                throw new McuAiException(
                    ErrorCode.Detector,
                    "the pack wants " + monitor.Detector.Channels.ToString() + " channels at " + millihertz.ToString()
                        + " mHz; the sensor has " + _acceleration.Length.ToString() + " at up to " + MostMillihertz.ToString() + " mHz");
            }

            monitor.AlarmChanged += _light;
            monitor.Detector.AnomalyScored += OnScored;
            Console.WriteLine("watching at " + millihertz.ToString() + " mHz");
            SamplePace pace = new SamplePace(millihertz, DateTime.UtcNow.Ticks);
            while (true)
            {
                int missed = pace.Missed;
                for (int i = 0; i <= millihertz * ReportSeconds / 1000; i++)
                {
                    Read(pace);
                    monitor.Push(_acceleration);
                }

                if (pace.Missed != missed)
                {
                    Console.WriteLine((pace.Missed - missed).ToString() + " samples were missed");
                }
            }
        }

        /// <summary>Records, and writes a log of CSV to the console.</summary>
        public void Record()
        {
            LogRecorder log = new LogRecorder(LogMillihertz / 1000 * LogSeconds);
            Console.WriteLine("recording " + LogSeconds.ToString() + " s");
            SamplePace pace = new SamplePace(LogMillihertz, DateTime.UtcNow.Ticks);
            while (!log.IsFull)
            {
                Read(pace);
                log.Add(_acceleration);
            }

            Console.WriteLine(pace.Missed.ToString() + " samples were missed");
            log.Write(Console.WriteLine);
        }

        private static void OnScored(object sender, AnomalyScoredEventArgs e)
        {
            if (e.IsEvent)
            {
                Console.WriteLine("unlike what is normal: score " + (e.Score / 65536).ToString());
            }
        }

        /// <summary>Waits until a sample is due, and takes it.</summary>
        private void Read(SamplePace pace)
        {
            long remaining;
            while ((remaining = pace.Remaining(DateTime.UtcNow.Ticks)) > 0)
            {
                if (remaining > Exact)
                {
                    Thread.Sleep((int)((remaining - Exact) / TimeSpan.TicksPerMillisecond) + 1);
                }
            }

            _read(_acceleration);
            pace.Taken(DateTime.UtcNow.Ticks);
        }
    }
}
