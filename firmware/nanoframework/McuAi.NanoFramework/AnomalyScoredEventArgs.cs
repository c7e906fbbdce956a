using System;

namespace McuAi.NanoFramework
{
    /// <summary>A frame of sensor samples got a score. The object is used again for the next one: copy what has to last.</summary>
    public sealed class AnomalyScoredEventArgs : EventArgs
    {
        /// <summary>2^16 * log2 of the squared deviation from what is normal.</summary>
        public int Score { get; internal set; }

        /// <summary>Whether the score is above the threshold, for as long as the pack asks.</summary>
        public bool IsAlarm { get; internal set; }

        /// <summary>Whether an alarm has begun, or grown: no other of the hold-off before reaches its score.</summary>
        public bool IsEvent { get; internal set; }
    }

    /// <summary>Is called when a frame got a score.</summary>
    public delegate void AnomalyScoredEventHandler(object sender, AnomalyScoredEventArgs e);
}
