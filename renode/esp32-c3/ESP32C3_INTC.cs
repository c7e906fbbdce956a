// Interrupt matrix and the CPU's interrupt controller: ESP32-C3 Technical Reference Manual, "Interrupt Matrix" and
// "ESP-RISC-V CPU".
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure.Registers;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.IRQControllers
{
    /// <summary>Brings a peripheral's line, numbered as in the manual's table of sources, to one of the CPU's 31 interrupts.
    /// </summary>
    public class ESP32C3_INTC : BasicDoubleWordPeripheral, IKnownSize, IIRQController, INumberedGPIOOutput
    {
        public ESP32C3_INTC(IMachine machine) : base(machine)
        {
            var lines = new Dictionary<int, IGPIO>();
            for(int i = 0; i < Interrupts; i++)
            {
                lines[i] = new GPIO();
            }
            Connections = lines;
            Registers.Map0.DefineMany(this, Sources, (register, i) => register
                .WithValueField(0, 5, out map[i])
                .WithReservedBits(5, 27)
                .WithWriteCallback((_, __) => Update()));
            Registers.ClockGate.Define(this, 1).WithValueField(0, 32);
            Registers.Enable.Define(this).WithValueField(0, 32, out enabled).WithWriteCallback((_, __) => Update());
            Registers.Type.Define(this).WithValueField(0, 32, out edge).WithWriteCallback((_, __) => Update());
            Registers.Clear.Define(this).WithValueField(0, 32, writeCallback: (_, value) =>
            {
                latched &= ~(uint)value;
                Update();
            });
            Registers.Pending.Define(this).WithValueField(0, 32, FieldMode.Read, valueProviderCallback: _ => Pending());
            Registers.Priority0.DefineMany(this, Interrupts, (register, i) => register
                .WithValueField(0, 4, out priority[i])
                .WithReservedBits(4, 28)
                .WithWriteCallback((_, __) => Update()));
            Registers.Threshold.Define(this).WithValueField(0, 4, out threshold).WithWriteCallback((_, __) => Update());
        }

        public override void Reset()
        {
            base.Reset();
            latched = 0;
            Update();
        }

        public void OnGPIO(int number, bool value)
        {
            if(number < 0 || number >= Sources)
            {
                return;
            }
            if(value && !levels[number])
            {
                latched |= 1u << (int)map[number].Value;
            }
            levels[number] = value;
            Update();
        }

        public IReadOnlyDictionary<int, IGPIO> Connections { get; }

        public long Size => 0x1000;

        /// <summary>By level those whose line is high, by edge those whose line rose since they were cleared.</summary>
        private uint Pending()
        {
            uint high = 0;
            for(int i = 0; i < Sources; i++)
            {
                high |= levels[i] ? 1u << (int)map[i].Value : 0;
            }
            return ((high & ~(uint)edge.Value) | (latched & (uint)edge.Value)) & ~1u;
        }

        private void Update()
        {
            uint pending = Pending() & (uint)enabled.Value;
            for(int i = 1; i < Interrupts; i++)
            {
                bool counts = priority[i].Value != 0 && priority[i].Value >= threshold.Value;
                Connections[i].Set(counts && (pending & (1u << i)) != 0);
            }
        }

        private uint latched;
        private readonly IValueRegisterField enabled;
        private readonly IValueRegisterField edge;
        private readonly IValueRegisterField threshold;

        private readonly bool[] levels = new bool[Sources];
        private readonly IValueRegisterField[] map = new IValueRegisterField[Sources];
        private readonly IValueRegisterField[] priority = new IValueRegisterField[Interrupts];

        private const int Sources = 62, Interrupts = 32;

        private enum Registers : long
        {
            Map0 = 0x0,
            ClockGate = 0x100,
            Enable = 0x104,
            Type = 0x108,
            Clear = 0x10C,
            Pending = 0x110,
            Priority0 = 0x114,
            Threshold = 0x194,
        }
    }
}
