namespace McuAi.HostTools.Profiling;

/// <summary>An estimate of processor cycles: the documented least and most, and the value assumed between.</summary>
public readonly record struct CycleRange(double Low, double Typical, double High)
{
    /// <summary>The same number of cycles in every case.</summary>
    public static CycleRange Exactly(double cycles) => new(cycles, cycles, cycles);

    public static CycleRange operator +(CycleRange a, CycleRange b) =>
        new(a.Low + b.Low, a.Typical + b.Typical, a.High + b.High);

    public static CycleRange operator -(CycleRange a, CycleRange b) =>
        new(a.Low - b.Low, a.Typical - b.Typical, a.High - b.High);

    public static CycleRange operator *(CycleRange a, double factor) =>
        new(a.Low * factor, a.Typical * factor, a.High * factor);
}
