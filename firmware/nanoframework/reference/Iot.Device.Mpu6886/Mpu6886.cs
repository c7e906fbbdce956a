using System;
using System.Device.I2c;
using System.Numerics;

[assembly: System.Reflection.AssemblyVersion("1.2.0.0")]

namespace Iot.Device.Mpu6886
{
    public enum AccelerometerScale { Scale2G = 0, Scale4G = 8, Scale8G = 16, Scale16G = 24 }

    public enum GyroscopeScale { Scale250dps = 0, Scale500dps = 8, Scale1000dps = 16, Scale2000dps = 24 }

    public class Mpu6886AccelerometerGyroscope : IDisposable
    {
        public const int DefaultI2cAddress = 0x68;
        public const int SecondaryI2cAddress = 0x69;
        public Mpu6886AccelerometerGyroscope(I2cDevice i2cDevice) => throw null;
        public AccelerometerScale AccelerometerScale { get => throw null; set => throw null; }
        public GyroscopeScale GyroscopeScale { get => throw null; set => throw null; }
        public Vector3 GyroscopeOffset { get => throw null; set => throw null; }
        public byte SampleRateDivider { get => throw null; set => throw null; }
        public Vector3 Calibrate(int iterations) => throw null;
        public Vector3 GetAccelerometer() => throw null;
        public Vector3 GetGyroscope() => throw null;
        public void Reset() => throw null;
        public void Sleep() => throw null;
        public void WakeUp() => throw null;
        public void Dispose() => throw null;
    }
}
