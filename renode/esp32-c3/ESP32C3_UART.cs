// A UART: ESP32-C3 Technical Reference Manual, "UART Controller".
using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure.Registers;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.UART
{
    /// <summary>Characters leave at once. What is written to registers of the UART's own clock counts from REG_UPDATE on, or
    /// at once where UPDATE_CTRL is set.</summary>
    public class ESP32C3_UART : UARTBase, IDoubleWordPeripheral, IKnownSize,
        IProvidesRegisterCollection<DoubleWordRegisterCollection>
    {
        public ESP32C3_UART(IMachine machine) : base(machine)
        {
            IRQ = new GPIO();
            RegistersCollection = new DoubleWordRegisterCollection(this);
            DefineData();
            DefineFormat();
            DefineInterrupts();
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            RegistersCollection.Reset();
            raised = TransmitterEmpty;
            TakeFormat();
            UpdateInterrupt();
        }

        public uint ReadDoubleWord(long offset) => RegistersCollection.Read(offset);

        public void WriteDoubleWord(long offset, uint value) => RegistersCollection.Write(offset, value);

        public DoubleWordRegisterCollection RegistersCollection { get; }

        public GPIO IRQ { get; }

        public long Size => 0x1000;

        /// <summary>Of the clock and the divider that are in force.</summary>
        public override uint BaudRate
        {
            get
            {
                ulong hz = source.Value == 1 ? ApbHz : source.Value == 2 ? RcHz : CrystalHz;
                ulong sixteenths = (divider << 4) + fraction;
                return sixteenths == 0 ? 0 : (uint)((hz / (clockDivider.Value + 1) * 16) / sixteenths);
            }
        }

        public override Bits StopBits => stopBits == 3 ? Bits.Two : stopBits == 2 ? Bits.OneAndAHalf : Bits.One;

        public override Parity ParityBit => !parityEnabled ? Parity.None : oddParity ? Parity.Odd : Parity.Even;

        protected override void CharWritten()
        {
            if(Count > (int)fullThreshold.Value)
            {
                raised |= ReceiverFull;
            }
            UpdateInterrupt();
        }

        protected override void QueueEmptied()
        {
        }

        private void DefineData()
        {
            Registers.Fifo.Define(this)
                .WithValueField(0, 8, name: "RXFIFO_RD_BYTE", valueProviderCallback: _ =>
                    TryGetCharacter(out var character) ? character : 0u,
                    writeCallback: (_, value) => Transmit((byte)value))
                .WithReservedBits(8, 24);
            // DTRN, RTSN, TXD, CTSN and RXD are high; what was written has left.
            Registers.Status.Define(this)
                .WithValueField(0, 10, FieldMode.Read, valueProviderCallback: _ => (ulong)Count, name: "RXFIFO_CNT")
                .WithValueField(10, 22, FieldMode.Read, valueProviderCallback: _ => 0xE000C000u >> 10);
            Registers.StateMachines.Define(this).WithValueField(0, 8, FieldMode.Read, valueProviderCallback: _ => 0);
        }

        private void DefineFormat()
        {
            Registers.ClockDivider.Define(this, 0x2B6)
                .WithValueField(0, 12, out dividerWritten, name: "CLKDIV")
                .WithReservedBits(12, 8)
                .WithValueField(20, 4, out fractionWritten, name: "FRAG")
                .WithReservedBits(24, 8)
                .WithWriteCallback((_, __) => TakeFormatAtOnce());
            Registers.Config0.Define(this, 0x1000001C)
                .WithFlag(0, out oddParityWritten, name: "PARITY")
                .WithFlag(1, out parityWritten, name: "PARITY_EN")
                .WithValueField(2, 2, name: "BIT_NUM")
                .WithValueField(4, 2, out stopBitsWritten, name: "STOP_BIT_NUM")
                .WithValueField(6, 11)
                .WithFlag(17, name: "RXFIFO_RST", writeCallback: (_, value) =>
                {
                    if(value)
                    {
                        ClearBuffer();
                    }
                })
                .WithValueField(18, 14)
                .WithWriteCallback((_, __) => TakeFormatAtOnce());
            Registers.Config1.Define(this, 0xC060)
                .WithValueField(0, 9, out fullThreshold, name: "RXFIFO_FULL_THRHD")
                .WithValueField(9, 9, name: "TXFIFO_EMPTY_THRHD")
                .WithValueField(18, 14);
            Registers.ClockConfig.Define(this, 0x03701000)
                .WithValueField(0, 12, name: "SCLK_DIV_B_A")
                .WithValueField(12, 8, out clockDivider, name: "SCLK_DIV_NUM")
                .WithValueField(20, 2, out source, name: "SCLK_SEL")
                .WithFlag(22, out clockEnabled, name: "SCLK_EN")
                .WithFlag(23, name: "RST_CORE")
                .WithFlag(24, out transmitterClock, name: "TX_SCLK_EN")
                .WithFlag(25, name: "RX_SCLK_EN")
                .WithValueField(26, 6);
            Registers.Id.Define(this, 0x40000500)
                .WithValueField(0, 30, name: "ID")
                .WithFlag(30, out takesAtOnce, name: "UPDATE_CTRL")
                .WithFlag(31, FieldMode.Read | FieldMode.Set, valueProviderCallback: _ => false, name: "REG_UPDATE",
                    writeCallback: (_, value) =>
                    {
                        if(value)
                        {
                            TakeFormat();
                        }
                    });
        }

        private void DefineInterrupts()
        {
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
        }

        private void Transmit(byte character)
        {
            if(!clockEnabled.Value || !transmitterClock.Value)
            {
                this.Log(LogLevel.Error, "The transmitter has no clock: the character 0x{0:X} does not leave", character);
                return;
            }
            TransmitCharacter(character);
            raised |= TransmitterEmpty | TransmitterDone;
            UpdateInterrupt();
        }

        private void TakeFormatAtOnce()
        {
            if(takesAtOnce.Value)
            {
                TakeFormat();
            }
        }

        private void TakeFormat()
        {
            divider = dividerWritten.Value;
            fraction = fractionWritten.Value;
            stopBits = stopBitsWritten.Value;
            parityEnabled = parityWritten.Value;
            oddParity = oddParityWritten.Value;
        }

        private void UpdateInterrupt() => IRQ.Set((raised & enabled.Value) != 0);

        private uint raised;
        private ulong divider;
        private ulong fraction;
        private ulong stopBits;
        private bool parityEnabled;
        private bool oddParity;
        private IValueRegisterField dividerWritten;
        private IValueRegisterField fractionWritten;
        private IValueRegisterField stopBitsWritten;
        private IFlagRegisterField parityWritten;
        private IFlagRegisterField oddParityWritten;
        private IValueRegisterField fullThreshold;
        private IValueRegisterField clockDivider;
        private IValueRegisterField source;
        private IValueRegisterField enabled;
        private IFlagRegisterField clockEnabled;
        private IFlagRegisterField transmitterClock;
        private IFlagRegisterField takesAtOnce;

        private const uint ReceiverFull = 1, TransmitterEmpty = 1 << 1, TransmitterDone = 1 << 14;

        private const ulong ApbHz = 80000000, RcHz = 17500000, CrystalHz = 40000000;

        private enum Registers : long
        {
            Fifo = 0x0,
            InterruptRaw = 0x4,
            InterruptStatus = 0x8,
            InterruptEnable = 0xC,
            InterruptClear = 0x10,
            ClockDivider = 0x14,
            Status = 0x1C,
            Config0 = 0x20,
            Config1 = 0x24,
            StateMachines = 0x6C,
            ClockConfig = 0x78,
            Id = 0x80,
        }
    }
}
