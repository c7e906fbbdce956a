// A timer group, timer T0 and the main watchdog: ESP32-C3 Technical Reference Manual, "Timer Group" and "Watchdog Timers".
using System;
using System.Linq;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure.Registers;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Peripherals.Timers
{
    /// <summary>Counts the crystal's or APB's clock, divided; the watchdog of group 0 runs from reset.</summary>
    public class ESP32C3_TIMG : BasicDoubleWordPeripheral, IKnownSize
    {
        /// <param name="flashBoot">Whether the ROM has this watchdog guard the boot from flash: that of group 0.</param>
        public ESP32C3_TIMG(IMachine machine, bool flashBoot = false) : base(machine)
        {
            IRQ = new GPIO();
            timer = new LimitTimer(machine.ClockSource, ApbHz, this, "T0", limit: Limit, direction: Direction.Ascending,
                eventEnabled: true);
            alarm = new LimitTimer(machine.ClockSource, ApbHz, this, "T0 alarm", limit: Limit,
                direction: Direction.Ascending, workMode: WorkMode.OneShot, eventEnabled: true);
            alarm.LimitReached += OnAlarm;
            watchdog = new ESP32C3_Watchdog(machine, this, "MWDT", ApbHz);
            DefineTimer();
            DefineWatchdog(flashBoot);
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            timer.Reset();
            alarm.Reset();
            latched = 0;
            raised = false;
            UpdateTimer();
            ConfigureWatchdog();
        }

        public override void WriteDoubleWord(long offset, uint value)
        {
            if(offset >= (long)Registers.WatchdogConfig && offset <= (long)Registers.WatchdogFeed && key.Value != Key)
            {
                this.Log(LogLevel.Warning, "Write to the locked register at 0x{0:X} is ignored", offset);
                return;
            }
            base.WriteDoubleWord(offset, value);
        }

        public GPIO IRQ { get; }

        public long Size => 0x1000;

        private void DefineTimer()
        {
            Registers.Config.Define(this, 0x60002000)
                .WithReservedBits(0, 9)
                .WithFlag(9, out usesCrystal, name: "USE_XTAL")
                .WithFlag(10, out alarmEnabled, name: "ALARM_EN")
                .WithReservedBits(11, 1)
                .WithFlag(12, FieldMode.Write, name: "DIVCNT_RST")
                .WithValueField(13, 16, out divider, name: "DIVIDER")
                .WithFlag(29, out reloads, name: "AUTORELOAD")
                .WithFlag(30, out increases, name: "INCREASE")
                .WithFlag(31, out enabled, name: "EN")
                .WithWriteCallback((_, __) => UpdateTimer());
            Registers.Low.Define(this).WithValueField(0, 32, FieldMode.Read, valueProviderCallback: _ => (uint)latched);
            Registers.High.Define(this).WithValueField(0, 22, FieldMode.Read, valueProviderCallback: _ => latched >> 32);
            Registers.Update.Define(this).WithValueField(0, 32, FieldMode.Write, writeCallback: (_, __) => latched = Now());
            Registers.AlarmLow.Define(this).WithValueField(0, 32, out alarmLow).WithWriteCallback((_, __) => UpdateTimer());
            Registers.AlarmHigh.Define(this).WithValueField(0, 22, out alarmHigh)
                .WithWriteCallback((_, __) => UpdateTimer());
            Registers.LoadLow.Define(this).WithValueField(0, 32, out loadLow);
            Registers.LoadHigh.Define(this).WithValueField(0, 22, out loadHigh);
            Registers.Load.Define(this).WithValueField(0, 32, FieldMode.Write, writeCallback: (_, __) => Load());
            Registers.InterruptEnable.Define(this).WithFlag(0, out interruptEnabled)
                .WithWriteCallback((_, __) => UpdateInterrupt());
            Registers.InterruptRaw.Define(this).WithFlag(0, FieldMode.Read, valueProviderCallback: _ => raised);
            Registers.InterruptStatus.Define(this)
                .WithFlag(0, FieldMode.Read, valueProviderCallback: _ => raised && interruptEnabled.Value);
            Registers.InterruptClear.Define(this).WithFlag(0, FieldMode.Write, writeCallback: (_, value) =>
            {
                raised &= !value;
                UpdateInterrupt();
            });
        }

        private void DefineWatchdog(bool flashBootAtReset)
        {
            Registers.WatchdogConfig.Define(this, flashBootAtReset ? 0x0004C000u : 0x00048000u)
                .WithReservedBits(0, 12)
                .WithValueField(12, 2, name: "WDT_RESETS")
                .WithFlag(14, out flashBoot, name: "WDT_FLASHBOOT_MOD_EN")
                .WithValueField(15, 6, name: "WDT_RESET_LENGTHS")
                .WithFlag(21, name: "WDT_USE_XTAL")
                .WithFlag(22, FieldMode.Write, name: "WDT_CONF_UPDATE_EN")
                .WithValueField(23, 2, out actions[3], name: "WDT_STG3")
                .WithValueField(25, 2, out actions[2], name: "WDT_STG2")
                .WithValueField(27, 2, out actions[1], name: "WDT_STG1")
                .WithValueField(29, 2, out actions[0], name: "WDT_STG0")
                .WithFlag(31, out watchdogEnabled, name: "WDT_EN")
                .WithWriteCallback((_, __) => ConfigureWatchdog());
            Registers.WatchdogPrescale.Define(this, 0x00010000)
                .WithFlag(0, FieldMode.Write, name: "WDT_DIVCNT_RST")
                .WithReservedBits(1, 15)
                .WithValueField(16, 16, out prescale, name: "WDT_CLK_PRESCALE")
                .WithWriteCallback((_, __) => ConfigureWatchdog());
            for(int i = 0; i < holds.Length; i++)
            {
                ((Registers)((long)Registers.WatchdogHold0 + (4 * i))).Define(this, HoldsAtReset[i])
                    .WithValueField(0, 32, out holds[i], name: "WDT_STG_HOLD")
                    .WithWriteCallback((_, __) => ConfigureWatchdog());
            }
            Registers.WatchdogFeed.Define(this)
                .WithValueField(0, 32, FieldMode.Write, name: "WDT_FEED", writeCallback: (_, __) => watchdog.Feed());
            Registers.WatchdogKey.Define(this, (uint)Key).WithValueField(0, 32, out key, name: "WDT_WKEY");
        }

        private void ConfigureWatchdog()
        {
            watchdog.Frequency = ApbHz / Math.Max(1, prescale.Value);
            watchdog.Configure(watchdogEnabled.Value, flashBoot.Value, actions.Select(action => action.Value).ToArray(),
                holds.Select(hold => hold.Value).ToArray());
        }

        private ulong Now()
        {
            if(sysbus.TryGetCurrentCPU(out var cpu))
            {
                cpu.SyncTime();
            }
            return timer.Value;
        }

        private void Load()
        {
            timer.Value = ((loadHigh.Value << 32) | loadLow.Value) % Limit;
            UpdateTimer();
        }

        private void UpdateTimer()
        {
            // 0 stands for 65536, and 1 divides by two.
            ulong divisor = divider.Value == 0 ? 65536 : Math.Max(2, divider.Value);
            timer.Frequency = alarm.Frequency = (usesCrystal.Value ? CrystalHz : ApbHz) / divisor;
            timer.Direction = increases.Value ? Direction.Ascending : Direction.Descending;
            timer.Enabled = enabled.Value;
            ulong target = (alarmHigh.Value << 32) | alarmLow.Value, now = Now();
            ulong distance = increases.Value ? target - now : now - target;
            alarm.Enabled = false;
            if(enabled.Value && alarmEnabled.Value)
            {
                // An alarm that the counter has passed comes at once.
                alarm.Limit = distance == 0 || distance >= Limit ? 1 : distance;
                alarm.Value = 0;
                alarm.Enabled = true;
            }
        }

        private void OnAlarm()
        {
            raised = true;
            alarmEnabled.Value = false; // an alarm that is to come again has to be enabled again
            UpdateInterrupt();
            if(reloads.Value)
            {
                Load();
            }
        }

        private void UpdateInterrupt() => IRQ.Set(raised && interruptEnabled.Value);

        private ulong latched;
        private bool raised;
        private IFlagRegisterField usesCrystal;
        private IFlagRegisterField alarmEnabled;
        private IFlagRegisterField reloads;
        private IFlagRegisterField increases;
        private IFlagRegisterField enabled;
        private IFlagRegisterField interruptEnabled;
        private IFlagRegisterField flashBoot;
        private IFlagRegisterField watchdogEnabled;
        private IValueRegisterField divider;
        private IValueRegisterField alarmLow;
        private IValueRegisterField alarmHigh;
        private IValueRegisterField loadLow;
        private IValueRegisterField loadHigh;
        private IValueRegisterField prescale;
        private IValueRegisterField key;

        private readonly IValueRegisterField[] actions = new IValueRegisterField[4];
        private readonly IValueRegisterField[] holds = new IValueRegisterField[4];
        private readonly LimitTimer timer;
        private readonly LimitTimer alarm;
        private readonly ESP32C3_Watchdog watchdog;

        private const ulong ApbHz = 80000000, CrystalHz = 40000000, Limit = 1ul << 54, Key = 0x50D83AA1;

        private static readonly uint[] HoldsAtReset = { 0x018CBA80, 0x07FFFFFF, 0x000FFFFF, 0x000FFFFF };

        private enum Registers : long
        {
            Config = 0x0,
            Low = 0x4,
            High = 0x8,
            Update = 0xC,
            AlarmLow = 0x10,
            AlarmHigh = 0x14,
            LoadLow = 0x18,
            LoadHigh = 0x1C,
            Load = 0x20,
            WatchdogConfig = 0x48,
            WatchdogPrescale = 0x4C,
            WatchdogHold0 = 0x50,
            WatchdogFeed = 0x60,
            WatchdogKey = 0x64,
            InterruptEnable = 0x70,
            InterruptRaw = 0x74,
            InterruptStatus = 0x78,
            InterruptClear = 0x7C,
        }
    }
}
