// What MWDT and RWDT share: ESP32-C3 Technical Reference Manual, "Watchdog Timers".
using Antmicro.Renode.Core;
using Antmicro.Renode.Logging;
using Antmicro.Renode.Time;

namespace Antmicro.Renode.Peripherals.Timers
{
    /// <summary>Four stages, one after another until it is fed. In flash boot mode the end of the first resets the system,
    /// whatever is asked for.</summary>
    public class ESP32C3_Watchdog
    {
        public ESP32C3_Watchdog(IMachine machine, IPeripheral owner, string name, ulong frequency)
        {
            this.machine = machine;
            this.owner = owner;
            this.name = name;
            timer = new LimitTimer(machine.ClockSource, frequency, owner, name, direction: Direction.Ascending,
                workMode: WorkMode.OneShot, eventEnabled: true);
            timer.LimitReached += OnStageEnd;
        }

        /// <summary>Its stages begin anew.</summary>
        /// <param name="actions">0 none, 1 interrupt, 2 reset of the CPU, above: of more.</param>
        /// <param name="holds">Length of each stage, in ticks of its clock.</param>
        public void Configure(bool isEnabled, bool isFlashBoot, ulong[] actions, ulong[] holds)
        {
            this.actions = actions;
            this.holds = holds;
            flashBoot = isFlashBoot;
            runs = isEnabled || isFlashBoot;
            Begin(0);
        }

        public void Feed() => Begin(0);

        public ulong Frequency
        {
            get => timer.Frequency;
            set => timer.Frequency = value;
        }

        private void Begin(int next)
        {
            stage = next;
            timer.Enabled = false;
            timer.Limit = holds[stage] == 0 ? 1 : holds[stage];
            timer.Value = 0;
            timer.Enabled = runs;
        }

        private void OnStageEnd()
        {
            if(!flashBoot && actions[stage] < 2)
            {
                Begin((stage + 1) % actions.Length);
                return;
            }
            owner.Log(LogLevel.Error, "The watchdog {0} was not stopped or fed in time and resets the machine", name);
            timer.Enabled = false;
            machine.RequestReset();
        }

        private bool runs;
        private bool flashBoot;
        private int stage;
        private ulong[] actions = new ulong[4];
        private ulong[] holds = new ulong[4];

        private readonly IMachine machine;
        private readonly IPeripheral owner;
        private readonly string name;
        private readonly LimitTimer timer;
    }
}
