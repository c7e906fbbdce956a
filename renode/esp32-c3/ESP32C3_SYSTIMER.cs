// The system timer: ESP32-C3 Technical Reference Manual, "System Timer".
using System.Collections.Generic;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure.Registers;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Peripherals.Timers
{
    /// <summary>Two counters of 52 bits at 16 MHz, and three comparators with a line each.</summary>
    public class ESP32C3_SYSTIMER : BasicDoubleWordPeripheral, IKnownSize, INumberedGPIOOutput
    {
        public ESP32C3_SYSTIMER(IMachine machine) : base(machine)
        {
            var lines = new Dictionary<int, IGPIO>();
            Registers.Config.Define(this, 0x46000000)
                .WithValueField(0, 22)
                .WithFlag(22, out targetEnabled[2])
                .WithFlag(23, out targetEnabled[1])
                .WithFlag(24, out targetEnabled[0])
                .WithValueField(25, 4)
                .WithFlag(29, out unitEnabled[1])
                .WithFlag(30, out unitEnabled[0])
                .WithFlag(31)
                .WithWriteCallback((_, __) => Update());
            for(int i = 0; i < units.Length; i++)
            {
                DefineUnit(i);
            }
            for(int i = 0; i < targets.Length; i++)
            {
                lines[i] = new GPIO();
                DefineTarget(i);
            }
            Connections = lines;
            DefineInterrupts();
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            foreach(var unit in units)
            {
                unit.Reset();
            }
            raised = 0;
            Update();
            UpdateInterrupts();
        }

        public IReadOnlyDictionary<int, IGPIO> Connections { get; }

        public long Size => 0x1000;

        private void DefineUnit(int i)
        {
            units[i] = new LimitTimer(machine.ClockSource, Hz, this, $"UNIT{i}", limit: Limit,
                direction: Direction.Ascending);
            ((Registers)((long)Registers.Operation0 + (4 * i))).Define(this)
                .WithReservedBits(0, 29)
                .WithFlag(29, FieldMode.Read, valueProviderCallback: _ => true, name: "VALUE_VALID")
                .WithFlag(30, FieldMode.Write, name: "UPDATE", writeCallback: (_, value) =>
                {
                    if(value)
                    {
                        latched[i] = Now(i);
                    }
                })
                .WithReservedBits(31, 1);
            ((Registers)((long)Registers.LoadHigh0 + (8 * i))).Define(this).WithValueField(0, 20, out loadHigh[i]);
            ((Registers)((long)Registers.LoadLow0 + (8 * i))).Define(this).WithValueField(0, 32, out loadLow[i]);
            ((Registers)((long)Registers.ValueHigh0 + (8 * i))).Define(this)
                .WithValueField(0, 20, FieldMode.Read, valueProviderCallback: _ => latched[i] >> 32);
            ((Registers)((long)Registers.ValueLow0 + (8 * i))).Define(this)
                .WithValueField(0, 32, FieldMode.Read, valueProviderCallback: _ => (uint)latched[i]);
            ((Registers)((long)Registers.Load0 + (4 * i))).Define(this)
                .WithFlag(0, FieldMode.Write, writeCallback: (_, __) =>
                {
                    units[i].Value = (loadHigh[i].Value << 32) | loadLow[i].Value;
                    Update();
                });
        }

        private void DefineTarget(int i)
        {
            targets[i] = new LimitTimer(machine.ClockSource, Hz, this, $"TARGET{i}", limit: Limit,
                direction: Direction.Ascending, eventEnabled: true);
            targets[i].LimitReached += () =>
            {
                raised |= 1u << i;
                UpdateInterrupts();
            };
            ((Registers)((long)Registers.TargetHigh0 + (8 * i))).Define(this).WithValueField(0, 20, out targetHigh[i]);
            ((Registers)((long)Registers.TargetLow0 + (8 * i))).Define(this).WithValueField(0, 32, out targetLow[i]);
            ((Registers)((long)Registers.TargetConfig0 + (4 * i))).Define(this)
                .WithValueField(0, 26, out period[i], name: "PERIOD")
                .WithReservedBits(26, 4)
                .WithFlag(30, out periodic[i], name: "PERIOD_MODE")
                .WithValueField(31, 1, out unitOf[i], name: "TIMER_UNIT_SEL");
            ((Registers)((long)Registers.CompareLoad0 + (4 * i))).Define(this)
                .WithFlag(0, FieldMode.Write, writeCallback: (_, __) => Arm(i));
        }

        private void DefineInterrupts()
        {
            Registers.InterruptEnable.Define(this).WithValueField(0, 3, out interruptEnabled)
                .WithWriteCallback((_, __) => UpdateInterrupts());
            Registers.InterruptRaw.Define(this).WithValueField(0, 3, FieldMode.Read, valueProviderCallback: _ => raised);
            Registers.InterruptClear.Define(this).WithValueField(0, 3, FieldMode.Write, writeCallback: (_, value) =>
            {
                raised &= ~(uint)value;
                UpdateInterrupts();
            });
            Registers.InterruptStatus.Define(this)
                .WithValueField(0, 3, FieldMode.Read, valueProviderCallback: _ => raised & interruptEnabled.Value);
        }

        private ulong Now(int unit)
        {
            if(sysbus.TryGetCurrentCPU(out var cpu))
            {
                cpu.SyncTime();
            }
            return units[unit].Value;
        }

        private void Update()
        {
            for(int i = 0; i < units.Length; i++)
            {
                units[i].Enabled = unitEnabled[i].Value;
            }
            for(int i = 0; i < targets.Length; i++)
            {
                Arm(i);
            }
        }

        private void Arm(int i)
        {
            targets[i].Enabled = false;
            int unit = (int)unitOf[i].Value;
            if(!targetEnabled[i].Value || !unitEnabled[unit].Value)
            {
                return;
            }
            ulong distance = ((targetHigh[i].Value << 32) | targetLow[i].Value) - Now(unit);
            // A target that the counter has passed is met at once.
            ulong wait = periodic[i].Value ? period[i].Value : distance >= Limit ? 1 : distance;
            targets[i].Mode = periodic[i].Value ? WorkMode.Periodic : WorkMode.OneShot;
            targets[i].Limit = wait == 0 ? 1 : wait;
            targets[i].Value = 0;
            targets[i].Enabled = true;
        }

        private void UpdateInterrupts()
        {
            for(int i = 0; i < targets.Length; i++)
            {
                Connections[i].Set((raised & interruptEnabled.Value & (1u << i)) != 0);
            }
        }

        private uint raised;
        private IValueRegisterField interruptEnabled;

        private readonly ulong[] latched = new ulong[2];
        private readonly LimitTimer[] units = new LimitTimer[2];
        private readonly LimitTimer[] targets = new LimitTimer[3];
        private readonly IFlagRegisterField[] unitEnabled = new IFlagRegisterField[2];
        private readonly IFlagRegisterField[] targetEnabled = new IFlagRegisterField[3];
        private readonly IFlagRegisterField[] periodic = new IFlagRegisterField[3];
        private readonly IValueRegisterField[] loadHigh = new IValueRegisterField[2];
        private readonly IValueRegisterField[] loadLow = new IValueRegisterField[2];
        private readonly IValueRegisterField[] targetHigh = new IValueRegisterField[3];
        private readonly IValueRegisterField[] targetLow = new IValueRegisterField[3];
        private readonly IValueRegisterField[] period = new IValueRegisterField[3];
        private readonly IValueRegisterField[] unitOf = new IValueRegisterField[3];

        private const ulong Hz = 16000000, Limit = 1ul << 52;

        private enum Registers : long
        {
            Config = 0x0,
            Operation0 = 0x4,
            LoadHigh0 = 0xC,
            LoadLow0 = 0x10,
            TargetHigh0 = 0x1C,
            TargetLow0 = 0x20,
            TargetConfig0 = 0x34,
            ValueHigh0 = 0x40,
            ValueLow0 = 0x44,
            CompareLoad0 = 0x50,
            Load0 = 0x5C,
            InterruptEnable = 0x64,
            InterruptRaw = 0x68,
            InterruptClear = 0x6C,
            InterruptStatus = 0x70,
        }
    }
}
