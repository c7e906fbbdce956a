// Clock source of the CPU and clock gates: ESP32-C3 Technical Reference Manual, "System Registers" and "Reset and Clock".
using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure.Registers;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.CPU;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    /// <summary>Tells the CPU its clock. Gates and resets of peripherals are kept, and have no effect here.</summary>
    public class ESP32C3_SYSTEM : BasicDoubleWordPeripheral, IKnownSize
    {
        public ESP32C3_SYSTEM(IMachine machine, ESP32C3_CPU cpu) : base(machine)
        {
            this.cpu = cpu;
            Keep(Registers.CpuPeripheralClockEnable, 0);
            Keep(Registers.CpuPeripheralResetEnable, 0xC0);
            Keep(Registers.PeripheralClockEnable0, 0xF9C1E06F);
            Keep(Registers.PeripheralClockEnable1, 0x200);
            Keep(Registers.PeripheralResetEnable0, 0);
            Keep(Registers.PeripheralResetEnable1, 0x1FE);
            Registers.CpuPeriod.Define(this, 0xC)
                .WithValueField(0, 2, out period, name: "CPUPERIOD_SEL")
                .WithFlag(2, name: "PLL_FREQ_SEL")
                .WithFlag(3, name: "CPU_WAIT_MODE_FORCE_ON")
                .WithValueField(4, 4, name: "CPU_WAITI_DELAY_NUM")
                .WithReservedBits(8, 24)
                .WithWriteCallback((_, __) => Update());
            Registers.SystemClock.Define(this, 0x1)
                .WithValueField(0, 10, out divider, name: "PRE_DIV_CNT")
                .WithValueField(10, 2, out source, name: "SOC_CLK_SEL")
                .WithValueField(12, 7, FieldMode.Read, name: "CLK_XTAL_FREQ", valueProviderCallback: _ => CrystalHz / 1000000)
                .WithFlag(19, FieldMode.Read, name: "CLK_DIV_EN")
                .WithReservedBits(20, 12)
                .WithWriteCallback((_, __) => Update());
        }

        public override void Reset()
        {
            base.Reset();
            Update();
        }

        public long Size => 0x1000;

        private void Keep(Registers register, uint resetValue) =>
            register.Define(this, resetValue).WithValueField(0, 32, name: register.ToString());

        private void Update()
        {
            switch(source.Value)
            {
                case Pll:
                    cpu.ClockHz = period.Value == 1 ? 160000000u : 80000000u;
                    break;
                case Rc:
                    cpu.ClockHz = RcHz / (divider.Value + 1);
                    break;
                default:
                    cpu.ClockHz = CrystalHz / (divider.Value + 1);
                    break;
            }
        }

        private readonly ESP32C3_CPU cpu;
        private readonly IValueRegisterField period;
        private readonly IValueRegisterField divider;
        private readonly IValueRegisterField source;

        private const ulong Pll = 1, Rc = 2, CrystalHz = 40000000, RcHz = 17500000;

        private enum Registers
        {
            CpuPeripheralClockEnable = 0x0,
            CpuPeripheralResetEnable = 0x4,
            CpuPeriod = 0x8,
            PeripheralClockEnable0 = 0x10,
            PeripheralClockEnable1 = 0x14,
            PeripheralResetEnable0 = 0x18,
            PeripheralResetEnable1 = 0x1C,
            SystemClock = 0x58,
        }
    }
}
