using System.Device.Gpio;
using System.Device.I2c;
using System.Numerics;
using Iot.Device.Mpu6886;
using McuAi.NanoFramework;
using nanoFramework.Hardware.Esp32;

namespace McuAi.NanoFramework.Samples
{
    /// <summary>An M5StickC watches a machine. Without a pack it records what to train one with.</summary>
    public static class Program
    {
        private const int ClockPin = 22;
        private const int DataPin = 21;
        private const int AlarmPin = 10; // the red LED, on when low

        public static void Main()
        {
            Configuration.SetPinFunction(ClockPin, DeviceFunction.I2C1_CLOCK);
            Configuration.SetPinFunction(DataPin, DeviceFunction.I2C1_DATA);
            I2cDevice bus = I2cDevice.Create(
                new I2cConnectionSettings(1, Mpu6886AccelerometerGyroscope.DefaultI2cAddress, I2cBusSpeed.FastMode));
            Mpu6886AccelerometerGyroscope sensor = new Mpu6886AccelerometerGyroscope(bus);
            GpioPin light = new GpioController().OpenPin(AlarmPin, PinMode.Output);
            light.Write(PinValue.High);

            VibrationNode node = new VibrationNode(
                acceleration =>
                {
                    Vector3 g = sensor.GetAccelerometer();
                    acceleration[0] = g.X;
                    acceleration[1] = g.Y;
                    acceleration[2] = g.Z;
                },
                isAlarm => light.Write(isAlarm ? PinValue.Low : PinValue.High));
            PackSource pack = OpenPack();
            if (pack == null)
            {
                node.Record();
            }
            else
            {
                node.Watch(pack);
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
    }
}
