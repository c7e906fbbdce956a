// RTC watchdog, super watchdog and power options: ESP32-C3 Technical Reference Manual, "Low-power Management" and
// "Watchdog Timers".
using System.Linq;

using Antmicro.Renode.Core;
using Antmicro.Renode.Core.Structure.Registers;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Peripherals.Bus;
using Antmicro.Renode.Peripherals.Timers;

namespace Antmicro.Renode.Peripherals.Miscellaneous
{
    /// <summary>Both watchdogs run from reset, and reset the machine where firmware leaves them.</summary>
    public class ESP32C3_RTC_CNTL : BasicDoubleWordPeripheral, IKnownSize
    {
        public ESP32C3_RTC_CNTL(IMachine machine) : base(machine)
        {
            watchdog = new ESP32C3_Watchdog(machine, this, "RWDT", SlowClockHz);
            super = new ESP32C3_Watchdog(machine, this, "SWD", SlowClockHz);
            DefineWatchdog();
            DefineSuperWatchdog();
            Registers.Options.Define(this, 0x1C00A000)
                .WithValueField(0, 31, name: "OPTIONS0")
                .WithFlag(31, FieldMode.Write, name: "SW_SYS_RST", writeCallback: (_, value) =>
                {
                    if(value)
                    {
                        machine.RequestReset();
                    }
                });
            // Words that firmware keeps over a reset.
            Registers.Store0.DefineMany(this, 4, (register, _) => register.WithValueField(0, 32));
            Registers.Store4.DefineMany(this, 4, (register, _) => register.WithValueField(0, 32));
            Reset();
        }

        public override void Reset()
        {
            base.Reset();
            ConfigureWatchdog();
            ConfigureSuperWatchdog();
        }

        public override void WriteDoubleWord(long offset, uint value)
        {
            bool isWatchdogs = offset >= (long)Registers.WatchdogConfig && offset <= (long)Registers.WatchdogFeed;
            bool locked = (isWatchdogs && key.Value != Key)
                || (offset == (long)Registers.SuperConfig && superKey.Value != SuperKey);
            if(locked)
            {
                this.Log(LogLevel.Warning, "Write to the locked register at 0x{0:X} is ignored", offset);
                return;
            }
            base.WriteDoubleWord(offset, value);
        }

        public long Size => 0x400;

        private void DefineWatchdog()
        {
            Registers.WatchdogConfig.Define(this, 0x00013214)
                .WithValueField(0, 12, name: "WDT_RESETS")
                .WithFlag(12, out flashBoot, name: "WDT_FLASHBOOT_MOD_EN")
                .WithValueField(13, 6, name: "WDT_RESET_LENGTHS")
                .WithValueField(19, 3, out actions[3], name: "WDT_STG3")
                .WithValueField(22, 3, out actions[2], name: "WDT_STG2")
                .WithValueField(25, 3, out actions[1], name: "WDT_STG1")
                .WithValueField(28, 3, out actions[0], name: "WDT_STG0")
                .WithFlag(31, out enabled, name: "WDT_EN")
                .WithWriteCallback((_, __) => ConfigureWatchdog());
            for(int i = 0; i < holds.Length; i++)
            {
                ((Registers)((long)Registers.WatchdogHold0 + (4 * i))).Define(this, HoldsAtReset[i])
                    .WithValueField(0, 32, out holds[i], name: "WDT_STG_HOLD")
                    .WithWriteCallback((_, __) => ConfigureWatchdog());
            }
            Registers.WatchdogFeed.Define(this)
                .WithReservedBits(0, 31)
                .WithFlag(31, FieldMode.Write, name: "WDT_FEED", writeCallback: (_, value) =>
                {
                    if(value)
                    {
                        watchdog.Feed();
                    }
                });
            Registers.WatchdogKey.Define(this).WithValueField(0, 32, out key, name: "WDT_WKEY");
        }

        private void DefineSuperWatchdog()
        {
            Registers.SuperConfig.Define(this, 0x04B00000)
                .WithReservedBits(0, 17)
                .WithValueField(17, 11, name: "SWD_SIGNAL")
                .WithFlag(28, FieldMode.Write, name: "SWD_RST_FLAG_CLR")
                .WithFlag(29, FieldMode.Write, name: "SWD_FEED")
                .WithFlag(30, out superDisabled, name: "SWD_DISABLE")
                .WithFlag(31, out superFed, name: "SWD_AUTO_FEED_EN")
                .WithWriteCallback((_, __) => ConfigureSuperWatchdog());
            Registers.SuperKey.Define(this).WithValueField(0, 32, out superKey, name: "SWD_WKEY");
        }

        private void ConfigureWatchdog() => watchdog.Configure(enabled.Value, flashBoot.Value,
            actions.Select(action => action.Value).ToArray(),
            // The first is doubled or more, as fuses say (EFUSE_WDT_DELAY_SEL).
            holds.Select((hold, i) => i == 0 ? hold.Value << 1 : hold.Value).ToArray());

        // A little less than a second; any write to the register that feeds it comes here too.
        private void ConfigureSuperWatchdog() => super.Configure(!superDisabled.Value && !superFed.Value, false,
            new ulong[] { 4, 4, 4, 4 }, new[] { SlowClockHz * 9 / 10, 1ul, 1ul, 1ul });

        private IFlagRegisterField enabled;
        private IFlagRegisterField flashBoot;
        private IFlagRegisterField superDisabled;
        private IFlagRegisterField superFed;
        private IValueRegisterField key;
        private IValueRegisterField superKey;

        private readonly IValueRegisterField[] actions = new IValueRegisterField[4];
        private readonly IValueRegisterField[] holds = new IValueRegisterField[4];
        private readonly ESP32C3_Watchdog watchdog;
        private readonly ESP32C3_Watchdog super;

        private const ulong SlowClockHz = 136000, Key = 0x50D83AA1, SuperKey = 0x8F1D312A;

        private static readonly uint[] HoldsAtReset = { 0x30D40, 0x13880, 0xFFF, 0xFFF };

        private enum Registers : long
        {
            Options = 0x0,
            Store0 = 0x50,
            WatchdogConfig = 0x90,
            WatchdogHold0 = 0x94,
            WatchdogFeed = 0xA4,
            WatchdogKey = 0xA8,
            SuperConfig = 0xAC,
            SuperKey = 0xB0,
            Store4 = 0xB8,
        }
    }
}
