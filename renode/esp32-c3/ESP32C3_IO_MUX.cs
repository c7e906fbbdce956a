// Functions of the pads: ESP32-C3 Technical Reference Manual, "IO MUX and GPIO Matrix".
using System;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure.Registers;
using Antmicro.Renode.Peripherals.Bus;

namespace Antmicro.Renode.Peripherals.GPIOPort
{
    public class ESP32C3_IO_MUX : BasicDoubleWordPeripheral, IKnownSize
    {
        public ESP32C3_IO_MUX(IMachine machine) : base(machine)
        {
            Registers.PinControl.Define(this, 0x7FF).WithValueField(0, 32, name: "PIN_CTRL");
            Registers.Pad0.DefineMany(this, Pads, resetValue: 0xB00, setup: (register, i) => register
                .WithValueField(0, 9)
                .WithFlag(9, out inputEnabled[i], name: "FUN_IE")
                .WithValueField(10, 2, name: "FUN_DRV")
                .WithValueField(12, 3, out function[i], name: "MCU_SEL")
                .WithFlag(15, name: "FILTER_EN")
                .WithReservedBits(16, 16)
                .WithWriteCallback((_, __) => Changed?.Invoke()));
        }

        /// <summary>Whether the pad is connected to the GPIO matrix and to the registers of GPIO.</summary>
        public bool IsGpio(int pad) => function[pad].Value == 1;

        public bool HasInput(int pad) => inputEnabled[pad].Value;

        public event Action Changed;

        public long Size => 0x1000;

        public const int Pads = 22;

        private readonly IFlagRegisterField[] inputEnabled = new IFlagRegisterField[Pads];
        private readonly IValueRegisterField[] function = new IValueRegisterField[Pads];

        private enum Registers
        {
            PinControl = 0x0,
            Pad0 = 0x4,
        }
    }
}
