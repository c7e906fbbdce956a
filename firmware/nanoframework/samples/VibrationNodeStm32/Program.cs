using System.Device.Gpio;
using System.Device.I2c;
using System.Numerics;
using Iot.Device.Mpu6886;
using McuAi.NanoFramework;

namespace McuAi.NanoFramework.Samples
{
    /// <summary>An STM32F769I-DISCO with an MPU6886 at its Arduino header watches a machine. An image without a pack records what to
    /// train one with.</summary>
    public static class Program
    {
        private const int AlarmPin = (16 * ('J' - 'A')) + 13; // PJ13, the red LED LD1

        public static void Main()
        {
            I2cDevice bus = I2cDevice.Create(
                new I2cConnectionSettings(1, Mpu6886AccelerometerGyroscope.DefaultI2cAddress, I2cBusSpeed.FastMode));
            Mpu6886AccelerometerGyroscope sensor = new Mpu6886AccelerometerGyroscope(bus);
            GpioPin light = new GpioController().OpenPin(AlarmPin, PinMode.Output);
            light.Write(PinValue.Low);

            VibrationNode node = new VibrationNode(
                acceleration =>
                {
                    Vector3 g = sensor.GetAccelerometer();
                    acceleration[0] = g.X;
                    acceleration[1] = g.Y;
                    acceleration[2] = g.Z;
                },
                isAlarm => light.Write(isAlarm ? PinValue.High : PinValue.Low));
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

        /// <summary>The pack that is linked into the image as "model"; null where there is none.</summary>
        private static PackSource OpenPack()
        {
            try
            {
                return new MappedPack("model");
            }
            catch (McuAiException error) when (error.Code == ErrorCode.Read)
            {
                return null;
            }
        }
    }
}
