[assembly: System.Reflection.AssemblyVersion("1.6.40.0")]

namespace nanoFramework.Hardware.Esp32
{
    public enum DeviceFunction
    {
        SPI1_MOSI = 0x10100, SPI1_MISO = 0x10101, SPI1_CLOCK = 0x10102, SPI2_MOSI = 0x10200, SPI2_MISO = 0x10201,
        SPI2_CLOCK = 0x10202, I2C1_DATA = 0x20100, I2C1_CLOCK = 0x20101, I2C2_DATA = 0x20200, I2C2_CLOCK = 0x20201,
        COM1_TX = 0x30100, COM1_RX = 0x30101, COM1_RTS = 0x30102, COM1_CTS = 0x30103, COM2_TX = 0x30200,
        COM2_RX = 0x30201, COM2_RTS = 0x30202, COM2_CTS = 0x30203, COM3_TX = 0x30300, COM3_RX = 0x30301,
        COM3_RTS = 0x30302, COM3_CTS = 0x30303, COM4_TX = 0x30400, COM4_RX = 0x30401, COM4_RTS = 0x30402,
        COM4_CTS = 0x30403, I2S1_MCK = 0x60100, I2S1_BCK = 0x60101, I2S1_WS = 0x60102, I2S1_DATA_OUT = 0x60103,
        I2S1_MDATA_IN = 0x60104, I2S2_MCK = 0x60200, I2S2_BCK = 0x60201, I2S2_WS = 0x60202, I2S2_DATA_OUT = 0x60203,
        I2S2_MDATA_IN = 0x60204,
    }

    public class Configuration
    {
        public static void SetPinFunction(int pin, DeviceFunction value) => throw null;
        public static int GetFunctionPin(DeviceFunction function) => throw null;
    }

    public class NativeMemory
    {
        public static void GetMemoryInfo(MemoryType memType, out uint totalSize, out uint totalFreeSize,
            out uint largestFreeBlock) => throw null;

        public enum MemoryType { All = 0, Internal = 1, SpiRam = 2 }
    }

    public enum EspNativeError { OK = 0, FAIL = -1 }

    public class Sleep
    {
        public static EspNativeError EnableWakeupByTimer(System.TimeSpan time) => throw null;
        public static EspNativeError StartLightSleep() => throw null;
        public static void StartDeepSleep() => throw null;
    }

    public class HighResTimer : System.IDisposable
    {
        public static ulong GetCurrent() => throw null;
        public void Dispose() => throw null;
    }
}
