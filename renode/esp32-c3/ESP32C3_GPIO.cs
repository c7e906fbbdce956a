// GPIO registers and the output half of the GPIO matrix: ESP32-C3 Technical Reference Manual, "IO MUX and GPIO Matrix".
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure.Registers;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.GPIOPort
{
    /// <summary>A pin follows the output register, or the signal of a peripheral that the matrix brings to it. An edge or a
    /// level of a pin interrupts until its status is cleared.</summary>
    public class ESP32C3_GPIO : BaseGPIOPort, IDoubleWordPeripheral, IKnownSize,
        IProvidesRegisterCollection<DoubleWordRegisterCollection>
    {
        public ESP32C3_GPIO(IMachine machine, ESP32C3_IO_MUX ioMux) : base(machine, ESP32C3_IO_MUX.Pads)
        {
            this.ioMux = ioMux;
            ioMux.Changed += Update;
            IRQ = new GPIO();
            RegistersCollection = new DoubleWordRegisterCollection(this);
            DefineSetAndClear(Registers.Output, () => output, value => output = value);
            DefineSetAndClear(Registers.Enable, () => enable, value => enable = value);
            DefineSetAndClear(Registers.Status, () => status, value => status = value);
            Registers.Input.Define(this).WithValueField(0, 32, FieldMode.Read, valueProviderCallback: _ => Inputs());
            Registers.Interrupting.Define(this)
                .WithValueField(0, 32, FieldMode.Read, valueProviderCallback: _ => Interrupting());
            Registers.Pin0.DefineMany(this, ESP32C3_IO_MUX.Pads, (register, i) => register
                .WithValueField(0, 7)
                .WithValueField(7, 3, out interruptType[i], name: "INT_TYPE")
                .WithValueField(10, 3)
                .WithFlag(13, out interruptEnabled[i], name: "INT_ENA")
                .WithValueField(14, 18)
                .WithWriteCallback((_, __) => Update()));
            Registers.OutputSelect0.DefineMany(this, ESP32C3_IO_MUX.Pads, resetValue: PlainOutput,
                setup: (register, i) => register
                .WithValueField(0, 8, out selected[i], name: "OUT_SEL")
                .WithFlag(8, name: "INV_SEL")
                .WithFlag(9, name: "OEN_SEL")
                .WithFlag(10, name: "OEN_INV_SEL")
                .WithReservedBits(11, 21)
                .WithWriteCallback((_, __) => Update()));
        }

        public override void Reset()
        {
            // Levels that come from outside stay.
            RegistersCollection.Reset();
            output = 0;
            enable = 0;
            status = 0;
            Update();
        }

        public override void OnGPIO(int number, bool value)
        {
            if(!CheckPinNumber(number))
            {
                return;
            }
            bool rises = value && !State[number], falls = !value && State[number];
            State[number] = value;
            ulong type = interruptType[number].Value;
            if(ioMux.HasInput(number) && ((rises && (type & 5) == 1) || (falls && (type & 6) == 2)))
            {
                status |= 1u << number;
            }
            Update();
        }

        public uint ReadDoubleWord(long offset) => RegistersCollection.Read(offset);

        public void WriteDoubleWord(long offset, uint value) => RegistersCollection.Write(offset, value);

        /// <summary>Pins that carry a peripheral's signal.</summary>
        /// <param name="signal">Its number in the manual's table of peripheral signals.</param>
        public IEnumerable<int> PinsOf(int signal)
        {
            for(int pin = 0; pin < NumberOfConnections; pin++)
            {
                if((int)selected[pin].Value == signal && Drives(pin))
                {
                    yield return pin;
                }
            }
        }

        public DoubleWordRegisterCollection RegistersCollection { get; }

        public GPIO IRQ { get; }

        public long Size => 0x1000;

        private void DefineSetAndClear(Registers register, System.Func<uint> get, System.Action<uint> set)
        {
            register.Define(this)
                .WithValueField(0, 26, valueProviderCallback: _ => get(), writeCallback: (_, value) => Change(value));
            (register + 4).Define(this)
                .WithValueField(0, 26, FieldMode.Write, writeCallback: (_, value) => Change(get() | value));
            (register + 8).Define(this)
                .WithValueField(0, 26, FieldMode.Write, writeCallback: (_, value) => Change(get() & ~value));

            void Change(ulong value)
            {
                set((uint)value);
                Update();
            }
        }

        private bool Drives(int pin) => ioMux.IsGpio(pin) && (enable & (1u << pin)) != 0;

        private uint Inputs()
        {
            uint bits = 0;
            for(int pin = 0; pin < NumberOfConnections; pin++)
            {
                bool level = Drives(pin) ? Connections[pin].IsSet : State[pin];
                bits |= level && ioMux.HasInput(pin) ? 1u << pin : 0;
            }
            return bits;
        }

        private uint Interrupting()
        {
            uint bits = 0;
            for(int pin = 0; pin < NumberOfConnections; pin++)
            {
                bits |= interruptEnabled[pin].Value ? status & (1u << pin) : 0;
            }
            return bits;
        }

        private void Update()
        {
            uint inputs = Inputs();
            for(int pin = 0; pin < NumberOfConnections; pin++)
            {
                // Types 4 and 5 are levels, low and high.
                ulong type = interruptType[pin].Value;
                bool level = (inputs & (1u << pin)) != 0;
                status |= (type == 4 && !level) || (type == 5 && level) ? 1u << pin : 0;
            }
            IRQ.Set(Interrupting() != 0);
            for(int pin = 0; pin < NumberOfConnections; pin++)
            {
                Connections[pin].Set(Drives(pin) && selected[pin].Value == PlainOutput && (output & (1u << pin)) != 0);
            }
        }

        private uint output;
        private uint enable;
        private uint status;

        private readonly ESP32C3_IO_MUX ioMux;
        private readonly IFlagRegisterField[] interruptEnabled = new IFlagRegisterField[ESP32C3_IO_MUX.Pads];
        private readonly IValueRegisterField[] interruptType = new IValueRegisterField[ESP32C3_IO_MUX.Pads];
        private readonly IValueRegisterField[] selected = new IValueRegisterField[ESP32C3_IO_MUX.Pads];

        private const uint PlainOutput = 128;

        private enum Registers : long
        {
            Output = 0x4,
            Enable = 0x20,
            Input = 0x3C,
            Status = 0x44,
            Interrupting = 0x5C,
            Pin0 = 0x74,
            OutputSelect0 = 0x554,
        }
    }
}
