namespace McuAi.HostTools.Emulation;

/// <summary>Where an app that listens gets its samples from.</summary>
public enum FirmwareSound
{
    /// <summary>The app does not listen.</summary>
    None,

    /// <summary>A recording: what an emulator has.</summary>
    Recording,

    /// <summary>The real board's microphone.</summary>
    Microphone,
}
