// The CPU of the ESP32-C3 beyond RV32IMC: ESP32-C3 Technical Reference Manual, "ESP-RISC-V CPU".
using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.Timers;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Peripherals.CPU
{
    /// <summary>One counter of events in CSRs of its own instead of mcycle and minstret, traps that are always vectored, and
    /// no mie. It starts where the boot ROM jumps to in a direct boot.</summary>
    public class ESP32C3_CPU : RiscV32
    {
        public ESP32C3_CPU(IMachine machine, uint hartId = 0)
            : base(machine, "rv32imc_zicsr", hartId: hartId, privilegedArchitecture: PrivilegedArchitecture.Priv1_10,
                privilegeLevels: PrivilegeLevels.MachineUser)
        {
            cycles = new LimitTimer(machine.ClockSource, ClockHzAtReset, this, "mpccr", limit: 1UL << 32,
                direction: Direction.Ascending);
            RegisterCSR(EventSelect, () => eventSelect, SelectEvent, "mpcer");
            RegisterCSR(CounterMode, () => counterMode, SetMode, "mpcmr");
            RegisterCSR(Counter, ReadCounter, value => cycles.Value = (uint)value, "mpccr");
            RegisterCSR(TrapVector, () => MTVEC, value => MTVEC = ((uint)value & ~0xFFu) | Vectored, "mtvec");
            foreach(var csr in AbsentCounters)
            {
                RegisterCSR(csr, () => Refuse(csr), _ => Refuse(csr), "absent counter");
            }
            MIE = EveryInterrupt;
            ResetVector = DirectBootEntry;
        }

        public override void Reset()
        {
            base.Reset();
            cycles.Reset();
            eventSelect = 0;
            counterMode = 0;
            MIE = EveryInterrupt;
        }

        /// <summary>In Hz, as the system registers choose it.</summary>
        public ulong ClockHz
        {
            get => cycles.Frequency;
            set => cycles.Frequency = value;
        }

        private void SelectEvent(ulong value)
        {
            eventSelect = (uint)value;
            if((value & ~EventCycle) != 0)
            {
                this.Log(LogLevel.Warning, "mpcer asks for events 0x{0:X}; only cycles (bit 0) are counted here", value);
            }
            Update();
        }

        private void SetMode(ulong value)
        {
            counterMode = (uint)value & 3;
            // Saturated, it stops at its greatest value.
            cycles.Mode = (value & 2) != 0 ? WorkMode.OneShot : WorkMode.Periodic;
            Update();
        }

        private void Update() => cycles.Enabled = (counterMode & 1) != 0 && (eventSelect & EventCycle) != 0;

        private ulong ReadCounter()
        {
            SyncTime();
            return (uint)cycles.Value;
        }

        private ulong Refuse(ushort csr)
        {
            this.Log(LogLevel.Error, "An ESP32-C3 has no CSR 0x{0:X}: there this is an illegal instruction", csr);
            RaiseException(IllegalInstruction);
            return 0;
        }

        private uint eventSelect;
        private uint counterMode;

        private readonly LimitTimer cycles;

        private const ushort EventSelect = 0x7E0, CounterMode = 0x7E1, Counter = 0x7E2, TrapVector = 0x305;

        private const ulong EventCycle = 1, DirectBootEntry = 0x42000008, ClockHzAtReset = 20000000;

        // The controller in front of it enables each, by registers.
        private const uint EveryInterrupt = 0xFFFFFFFF;

        private const uint Vectored = 1, IllegalInstruction = 2;

        // mcycle, minstret, cycle, time, instret and their upper halves
        private static readonly ushort[] AbsentCounters =
            { 0xB00, 0xB02, 0xB80, 0xB82, 0xC00, 0xC01, 0xC02, 0xC80, 0xC81, 0xC82 };
    }
}
