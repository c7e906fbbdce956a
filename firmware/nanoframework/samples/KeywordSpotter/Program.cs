using System;
using System.Device.Gpio;
using System.Device.I2s;
using McuAi.NanoFramework;
using nanoFramework.Hardware.Esp32;

namespace McuAi.NanoFramework.Samples
{
    /// <summary>An ESP32-S3-DevKitC-1 with an INMP441 listens for ten words, and lights an LED for each.</summary>
    public static class Program
    {
        private const int DataPin = 10;
        private const int WordSelectPin = 11;
        private const int ClockPin = 12;

        /// <summary>Frames wait here while a block is looked at: 2048 frames, 256 ms.</summary>
        private const int DriverBytes = 2048 * StereoFrames.FrameBytes;

        // In the order of the pack's words.
        private static readonly int[] LightPins = { 4, 5, 6, 7, 15, 16, 17, 18, 8, 9 };

        public static void Main()
        {
            GpioController gpio = new GpioController();
            GpioPin[] pins = new GpioPin[LightPins.Length];
            for (int i = 0; i < pins.Length; i++)
            {
                pins[i] = gpio.OpenPin(LightPins[i], PinMode.Output);
                pins[i].Write(PinValue.Low);
            }

            WordLights lights = new WordLights(OpenPack(), pins.Length);
            lights.LightSwitched += (light, isOn) => pins[light].Write(isOn ? PinValue.High : PinValue.Low);
            lights.Spotter.KeywordHeard += (sender, e) =>
                Console.WriteLine(e.TimeMs.ToString() + " ms: " + e.Word + ", " + (e.Score * 100 / 256).ToString() + " %");
            Listen(lights);
        }

        /// <summary>The partition named "model", or a file where there is none.</summary>
        private static PackSource OpenPack()
        {
            try
            {
                return new MappedPack("model");
            }
            catch (McuAiException error) when (error.Code == ErrorCode.Read)
            {
                return new FilePack("I:\\model.tsk");
            }
        }

        private static void Listen(WordLights lights)
        {
            Configuration.SetPinFunction(DataPin, DeviceFunction.I2S1_MDATA_IN);
            Configuration.SetPinFunction(WordSelectPin, DeviceFunction.I2S1_WS);
            Configuration.SetPinFunction(ClockPin, DeviceFunction.I2S1_BCK);

            // Both slots are read: the driver takes 8 bytes for a frame, also where it was told of one slot with 4.
            using I2sDevice microphone = I2sDevice.Create(new I2sConnectionSettings(1)
            {
                Mode = I2sMode.Master | I2sMode.Rx,
                CommunicationFormat = I2sCommunicationFormat.I2S,
                BitsPerSample = I2sBitsPerSample.Bit32,
                ChannelFormat = I2sChannelFormat.RightLeft,
                SampleRate = lights.Spotter.SampleRate,
                BufferSize = DriverBytes,
            });

            // DMA fills the driver's buffers while a block is looked at. A thread that only reads would gain nothing: a call of the
            // driver holds up all threads until its block is there.
            byte[] frames = new byte[lights.BlockBytes];
            Console.WriteLine("listening at " + lights.Spotter.SampleRate.ToString() + " Hz");
            while (true)
            {
                microphone.Read(frames);
                lights.Push(frames);
            }
        }
    }
}
