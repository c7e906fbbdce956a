// A light with three colours and a controller, as WS2812B and SK68XX have them, by their data sheets.
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    /// <summary>Takes 24 bits, green, red and blue, when its line is low for long enough behind them. Pulses that either of
    /// the two kinds would not understand are refused.</summary>
    public class WS2812 : IGPIOReceiver, IPulseReceiver
    {
        public WS2812(ESP32C3_RMT rmt, int pin)
        {
            rmt.Attach(pin, this);
        }

        public void Reset() => Red = Green = Blue = 0;

        public void OnGPIO(int number, bool value)
        {
            // Without the length of the pulses, levels mean nothing.
        }

        public void Receive(IReadOnlyList<Pulse> pulses)
        {
            uint bits = 0;
            int count = 0;
            for(int i = 0; i + 1 < pulses.Count && pulses[i].Level; i += 2)
            {
                double high = pulses[i].Nanoseconds, low = pulses[i + 1].Nanoseconds;
                bool isZero = high >= 250 && high <= 400, isOne = high >= 650 && high <= 950;
                if(pulses[i + 1].Level || low < 300 || low > 5000 || !(isZero || isOne))
                {
                    this.Log(LogLevel.Error, "Pulse {0}, {1} ns high and {2} ns low, is neither 0 nor 1", count, high, low);
                    return;
                }
                bits = (bits << 1) | (isOne ? 1u : 0);
                count++;
            }
            double end = 0;
            for(int i = 2 * count; i < pulses.Count && !pulses[i].Level; i++)
            {
                end += pulses[i].Nanoseconds;
            }
            if(count != 24 || end < 280000)
            {
                this.Log(LogLevel.Error, "{0} bits and {1} ns of silence are no colour", count, end);
                return;
            }
            Green = (byte)(bits >> 16);
            Red = (byte)(bits >> 8);
            Blue = (byte)bits;
        }

        public byte Red { get; private set; }

        public byte Green { get; private set; }

        public byte Blue { get; private set; }
    }
}
