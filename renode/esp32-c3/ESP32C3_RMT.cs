// The transmitters of the remote control peripheral: ESP32-C3 Technical Reference Manual, "Remote Control Peripheral".
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure.Registers;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.GPIOPort;
using Antmicro.Renode.Peripherals.Timers;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    /// <summary>Takes pulses of the CPU's making.</summary>
    public interface IPulseReceiver
    {
        /// <param name="pulses">Levels with their lengths, one after another.</param>
        void Receive(IReadOnlyList<Pulse> pulses);
    }

    public struct Pulse
    {
        public bool Level;
        public double Nanoseconds;
    }

    /// <summary>Channels 0 and 1 send what lies in their memory once, without carrier, to the receivers of the pins that
    /// carry their signals. No reception, loops or wrapping.</summary>
    public class ESP32C3_RMT : BasicDoubleWordPeripheral, IKnownSize
    {
        public ESP32C3_RMT(IMachine machine, ESP32C3_GPIO gpio) : base(machine)
        {
            this.gpio = gpio;
            IRQ = new GPIO();
            for(int i = 0; i < Channels; i++)
            {
                DefineChannel(i);
            }
            Registers.InterruptRaw.Define(this).WithValueField(0, 32, FieldMode.Read, valueProviderCallback: _ => raised);
            Registers.InterruptStatus.Define(this)
                .WithValueField(0, 32, FieldMode.Read, valueProviderCallback: _ => raised & enabled.Value);
            Registers.InterruptEnable.Define(this).WithValueField(0, 32, out enabled)
                .WithWriteCallback((_, __) => UpdateInterrupt());
            Registers.InterruptClear.Define(this).WithValueField(0, 32, FieldMode.Write, writeCallback: (_, value) =>
            {
                raised &= ~(uint)value;
                UpdateInterrupt();
            });
            Registers.System.Define(this, 0x05000010)
                .WithFlag(0, out direct, name: "APB_FIFO_MASK")
                .WithValueField(1, 3)
                .WithValueField(4, 8, out divider, name: "SCLK_DIV_NUM")
                .WithValueField(12, 12, name: "SCLK_DIV_A_B")
                .WithValueField(24, 2, out source, name: "SCLK_SEL")
                .WithFlag(26, out active, name: "SCLK_ACTIVE")
                .WithValueField(27, 5);
        }

        /// <summary>Connects a device to a pin.</summary>
        public void Attach(int pin, IPulseReceiver receiver) => receivers[pin] = receiver;

        public override void Reset()
        {
            base.Reset();
            raised = 0;
            foreach(var timer in ends)
            {
                timer.Reset();
            }
            UpdateInterrupt();
        }

        public override uint ReadDoubleWord(long offset) =>
            offset >= MemoryOffset && offset < Size ? memory[(offset - MemoryOffset) / 4] : base.ReadDoubleWord(offset);

        public override void WriteDoubleWord(long offset, uint value)
        {
            if(offset < MemoryOffset)
            {
                base.WriteDoubleWord(offset, value);
            }
            else if(direct.Value)
            {
                memory[(offset - MemoryOffset) / 4] = value;
            }
            else
            {
                this.Log(LogLevel.Error, "The memory is written while APB_FIFO_MASK gives it to the FIFO");
            }
        }

        public GPIO IRQ { get; }

        public long Size => MemoryOffset + (4 * BlockWords * Blocks);

        private void DefineChannel(int i)
        {
            ends[i] = new LimitTimer(machine.ClockSource, 1000000000, this, $"CH{i} TX_END", direction: Direction.Ascending,
                workMode: WorkMode.OneShot, eventEnabled: true);
            ends[i].LimitReached += () =>
            {
                raised |= 1u << i;
                UpdateInterrupt();
            };
            ((Registers)((long)Registers.Config0 + (4 * i))).Define(this, 0x00710200)
                .WithFlag(0, FieldMode.Write, name: "TX_START", writeCallback: (_, value) => starts = value)
                .WithValueField(1, 2, FieldMode.Write, name: "MEM_RST")
                .WithValueField(3, 5)
                .WithValueField(8, 8, out channelDivider[i], name: "DIV_CNT")
                .WithValueField(16, 3, out blocks[i], name: "MEM_SIZE")
                .WithValueField(19, 2)
                .WithFlag(21, out carrier[i], name: "CARRIER_EN")
                .WithFlag(22, name: "CARRIER_OUT_LV")
                .WithValueField(23, 2, FieldMode.Write, name: "AFIFO_RST")
                .WithReservedBits(25, 7)
                .WithWriteCallback((_, __) =>
                {
                    if(starts)
                    {
                        Send(i);
                    }
                });
        }

        private void Send(int channel)
        {
            if(!active.Value || source.Value == 0 || carrier[channel].Value)
            {
                this.Log(LogLevel.Error, "Channel {0} starts without a clock or with a carrier: nothing is sent", channel);
                return;
            }
            var pulses = Pulses(channel);
            double length = 0;
            foreach(var pulse in pulses)
            {
                length += pulse.Nanoseconds;
            }
            foreach(int pin in gpio.PinsOf(FirstSignal + channel))
            {
                if(receivers.TryGetValue(pin, out var receiver))
                {
                    receiver.Receive(pulses);
                }
            }
            ends[channel].Enabled = false;
            ends[channel].Limit = length < 1 ? 1 : (ulong)length;
            ends[channel].Value = 0;
            ends[channel].Enabled = true;
        }

        /// <summary>Two in a word, each a period in bits 0 to 14 and a level in bit 15; a period of 0 ends them.</summary>
        private List<Pulse> Pulses(int channel)
        {
            ulong hz = source.Value == 1 ? ApbHz : source.Value == 2 ? RcHz : CrystalHz;
            ulong divided = (divider.Value + 1) * (channelDivider[channel].Value == 0 ? 256 : channelDivider[channel].Value);
            double period = 1e9 * divided / hz;
            var pulses = new List<Pulse>();
            int first = 2 * BlockWords * channel, most = 2 * BlockWords * (int)blocks[channel].Value;
            for(int i = first; i < first + most && i < 2 * memory.Length; i++)
            {
                uint half = memory[i / 2] >> (16 * (i % 2)) & 0xFFFF;
                if((half & 0x7FFF) == 0)
                {
                    return pulses;
                }
                pulses.Add(new Pulse { Level = (half & 0x8000) != 0, Nanoseconds = (half & 0x7FFF) * period });
            }
            this.Log(LogLevel.Error, "The pulses of channel {0} have no end in its memory", channel);
            return new List<Pulse>();
        }

        private void UpdateInterrupt() => IRQ.Set((raised & enabled.Value) != 0);

        private bool starts;
        private uint raised;
        private readonly IFlagRegisterField direct;
        private readonly IFlagRegisterField active;
        private readonly IValueRegisterField divider;
        private readonly IValueRegisterField source;
        private readonly IValueRegisterField enabled;

        private readonly ESP32C3_GPIO gpio;
        private readonly uint[] memory = new uint[BlockWords * Blocks];
        private readonly LimitTimer[] ends = new LimitTimer[Channels];
        private readonly IFlagRegisterField[] carrier = new IFlagRegisterField[Channels];
        private readonly IValueRegisterField[] channelDivider = new IValueRegisterField[Channels];
        private readonly IValueRegisterField[] blocks = new IValueRegisterField[Channels];
        private readonly Dictionary<int, IPulseReceiver> receivers = new Dictionary<int, IPulseReceiver>();

        private const int Channels = 2, Blocks = 4, BlockWords = 48, MemoryOffset = 0x400, FirstSignal = 51;

        private const ulong ApbHz = 80000000, RcHz = 17500000, CrystalHz = 40000000;

        private enum Registers : long
        {
            Config0 = 0x10,
            InterruptRaw = 0x38,
            InterruptStatus = 0x3C,
            InterruptEnable = 0x40,
            InterruptClear = 0x44,
            System = 0x68,
        }
    }
}
