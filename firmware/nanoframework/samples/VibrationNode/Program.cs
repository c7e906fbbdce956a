using System;
using System.Device.Gpio;
using System.Device.I2c;
using System.Numerics;
using System.Threading;
using Iot.Device.Mpu6886;
using McuAi.NanoFramework;
using nanoFramework.Hardware.Esp32;

namespace McuAi.Samples
{
    /// <summary>An M5StickC tells when a machine vibrates unlike it used to. Without a pack it writes the log to train one with.
    /// </summary>
    public static class Program
    {
        private const int ClockPin = 22;
        private const int DataPin = 21;
        private const int AlarmPin = 10; // the red LED, on when low

        /// <summary>Of the log. The sensor makes 500 samples a second; a pack may ask for up to these.</summary>
        private const int LogMillihertz = 200_000;
        private const int MostMillihertz = 500_000;
        private const int LogSeconds = 30;

        // Sleeping is exact to 1 ms or 2: the rest is waited for.
        private const long Exact = 2 * TimeSpan.TicksPerMillisecond;

        private static readonly double[] Acceleration = new double[3];

        public static void Main()
        {
            Configuration.SetPinFunction(ClockPin, DeviceFunction.I2C1_CLOCK);
            Configuration.SetPinFunction(DataPin, DeviceFunction.I2C1_DATA);
            using I2cDevice bus = I2cDevice.Create(
                new I2cConnectionSettings(1, Mpu6886AccelerometerGyroscope.DefaultI2cAddress, I2cBusSpeed.FastMode));
            using Mpu6886AccelerometerGyroscope sensor = new Mpu6886AccelerometerGyroscope(bus);

            PackSource pack = OpenPack();
            if (pack == null)
            {
                Record(sensor);
            }
            else
            {
                Watch(sensor, new VibrationMonitor(pack));
            }
        }

        /// <summary>The partition named "model", or a file; null where there is neither.</summary>
        private static PackSource OpenPack()
        {
            try
            {
                return new MappedPack("model");
            }
            catch (McuAiException error) when (error.Code == ErrorCode.Read)
            {
            }

            try
            {
                return new FilePack("I:\\model.tsk");
            }
            catch (McuAiException error) when (error.Code == ErrorCode.Read)
            {
                return null;
            }
        }

        private static void Watch(Mpu6886AccelerometerGyroscope sensor, VibrationMonitor monitor)
        {
            int millihertz = monitor.Detector.SampleRateMillihertz;
            if (millihertz > MostMillihertz || monitor.Detector.Channels > Acceleration.Length)
            {
                Console.WriteLine("the pack wants " + monitor.Detector.Channels.ToString() + " channels at "
                    + millihertz.ToString() + " mHz, which this sensor does not give");
                return;
            }

            GpioPin light = new GpioController().OpenPin(AlarmPin, PinMode.Output);
            light.Write(PinValue.High);
            monitor.AlarmChanged += isAlarm => light.Write(isAlarm ? PinValue.Low : PinValue.High);
            monitor.Detector.AnomalyScored += (sender, e) =>
            {
                if (e.IsEvent)
                {
                    Console.WriteLine("unlike what is normal: score " + (e.Score / 65536).ToString());
                }
            };

            Console.WriteLine("watching at " + millihertz.ToString() + " mHz");
            SamplePace pace = new SamplePace(millihertz, DateTime.UtcNow.Ticks);
            int missed = 0;
            while (true)
            {
                Read(sensor, pace);
                monitor.Push(Acceleration);
                if (pace.Missed != missed)
                {
                    missed = pace.Missed;
                    Console.WriteLine(missed.ToString() + " samples were missed so far");
                }
            }
        }

        private static void Record(Mpu6886AccelerometerGyroscope sensor)
        {
            LogRecorder log = new LogRecorder(LogMillihertz / 1000 * LogSeconds);
            Console.WriteLine("no pack; recording " + LogSeconds.ToString() + " s");
            SamplePace pace = new SamplePace(LogMillihertz, DateTime.UtcNow.Ticks);
            while (!log.IsFull)
            {
                Read(sensor, pace);
                log.Add(Acceleration);
            }

            Console.WriteLine(pace.Missed.ToString() + " samples were missed");
            log.Write(Console.WriteLine);
        }

        /// <summary>Waits until a sample is due, and takes it.</summary>
        private static void Read(Mpu6886AccelerometerGyroscope sensor, SamplePace pace)
        {
            long remaining;
            while ((remaining = pace.Remaining(DateTime.UtcNow.Ticks)) > 0)
            {
                if (remaining > Exact)
                {
                    Thread.Sleep((int)((remaining - Exact) / TimeSpan.TicksPerMillisecond) + 1);
                }
            }

            Vector3 g = sensor.GetAccelerometer();
            Acceleration[0] = g.X;
            Acceleration[1] = g.Y;
            Acceleration[2] = g.Z;
            pace.Taken(DateTime.UtcNow.Ticks);
        }
    }
}
