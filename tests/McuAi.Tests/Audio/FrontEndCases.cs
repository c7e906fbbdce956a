using McuAi.ModelConverter.Audio;

namespace McuAi.Tests.Audio;

/// <summary>Settings that differ in what the code decides by.</summary>
internal static class FrontEndCases
{
    public static FrontEndSettings[] All { get; } =
    [
        new(),
        new() { Normalises = false, Depth = 0, SilencePower = 0, Scale = 0.2, ZeroPoint = 100 },
        new() { Kind = FrontEndKind.Pcan, Scale = 1.0 / 64 },
        new() { Kind = FrontEndKind.Pcan, Normalises = false, Scale = 0.05, ZeroPoint = -128,
            Pcan = new PcanSettings { MinimumRemaining = 1, Strength = 0.5 } },
        new() { Kind = FrontEndKind.Mfcc },
        new() { Kind = FrontEndKind.Mfcc, Coefficients = 40, Depth = 0, Normalises = false, Scale = 0.3 },
        new() { SampleRate = 16000, WindowSamples = 480, HopSamples = 320, FftSize = 512, HighHertz = 7600 },
        new() { SampleRate = 16000, WindowSamples = 400, HopSamples = 160, FftSize = 512, Channels = 80, LowHertz = 20,
            HighHertz = 8000, Frames = 98, Kind = FrontEndKind.Mfcc, Coefficients = 20 },
        new() { WindowSamples = 64, HopSamples = 100, FftSize = 64, Channels = 16, Frames = 30 },
        new() { WindowSamples = 62, HopSamples = 31, FftSize = 128, Channels = 1, Frames = 3, ZeroPoint = 127 },
        new() { WindowSamples = 2000, HopSamples = 1200, FftSize = 2048, Channels = 128, LowHertz = 0, HighHertz = 4000,
            Frames = 5, Kind = FrontEndKind.Mfcc, Coefficients = 128 },
        new() { WindowSamples = 1024, HopSamples = 512, FftSize = 1024, Channels = 128, Frames = 6, Scale = 1.0 / 256 },
        new() { WindowSamples = 2, HopSamples = 65535, FftSize = 64, Channels = 5, Frames = 1, Scale = 256 },
    ];

    public static string Name(FrontEndSettings settings) => $"{settings.Kind} of {settings.FftSize}, {settings.Features} " +
        $"features, window {settings.WindowSamples}, hop {settings.HopSamples}";

    /// <summary>What needs the shared data, or nothing where that is missing.</summary>
    public static IEnumerable<T> Shared<T>(Func<IEnumerable<T>> items)
    {
        try
        {
            return [.. items()];
        }
        catch (AssertInconclusiveException)
        {
            return [];
        }
    }
}
