using System.Globalization;

namespace McuAi.HostTools.Compressing;

/// <summary>What a model takes on a board.</summary>
/// <param name="FlashBytes">The pack in the board's weight layout: program, weights, the front end's tables.</param>
/// <param name="WeightBytes">Those of them that are weights; the rest is the same for all models of one kind, nearly.</param>
/// <param name="RamBytes">The arena, and the front end's memory.</param>
/// <param name="Instructions">Of one inference, as measured on the emulated board.</param>
/// <param name="Milliseconds">Estimated from them for the real board; NaN where its CPU has no model of cycles.</param>
public sealed record ModelCost(long FlashBytes, long WeightBytes, long RamBytes, long Instructions, double Milliseconds,
    long Macs);

/// <summary>What a model may take at most; what is not limited is infinite.</summary>
public sealed record Budget(double FlashBytes, double RamBytes, double Milliseconds)
{
    public bool Holds(ModelCost cost) => Excess(cost) <= 1;

    /// <summary>How many times the scarcest of the three a model takes; at most 1 fits.</summary>
    public double Excess(ModelCost cost)
    {
        ArgumentNullException.ThrowIfNull(cost);
        return Math.Max(Math.Max(cost.FlashBytes / FlashBytes, cost.RamBytes / RamBytes),
            double.IsFinite(Milliseconds) ? cost.Milliseconds / Milliseconds : 0);
    }

    public override string ToString() => string.Join(", ", new[]
    {
        Text(FlashBytes, "N0", "bytes of flash"), Text(RamBytes, "N0", "bytes of RAM"), Text(Milliseconds, "0.##", "ms"),
    }.Where(text => text.Length > 0).DefaultIfEmpty("no limit"));

    private static string Text(double most, string format, string unit) => double.IsFinite(most)
        ? string.Create(CultureInfo.InvariantCulture, $"{most.ToString(format, CultureInfo.InvariantCulture)} {unit}")
        : "";
}
