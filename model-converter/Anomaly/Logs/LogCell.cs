using System.Globalization;

namespace McuAi.ModelConverter.Anomaly;

/// <summary>What a cell of a log can be.</summary>
internal static class LogCell
{
    private static readonly string[] Missing = ["", "nan", "na", "n/a", "null", "none", "-", "inf", "+inf", "-inf"];

    public static bool IsMissing(string cell) => Missing.Contains(cell, StringComparer.OrdinalIgnoreCase) ||
        (double.TryParse(cell, CultureInfo.InvariantCulture, out double value) && !double.IsFinite(value));

    public static bool IsNumber(string cell) => TryNumber(cell, out _);

    public static bool TryNumber(string cell, out float value) =>
        float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);

    /// <summary>A date with or without the time of day; a number alone is none.</summary>
    public static bool IsTime(string cell) => TryTime(cell, out _);

    public static bool TryTime(string cell, out DateTime time)
    {
        time = default;
        return !IsNumber(cell) && DateTime.TryParse(cell, CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out time);
    }
}
