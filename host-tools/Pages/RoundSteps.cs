namespace McuAi.HostTools.Pages;

/// <summary>Distances of an axis' ticks that are easy to read.</summary>
internal static class RoundSteps
{
    /// <summary>The least of 1, 2 and 5 times a power of ten that is at least so much.</summary>
    public static double AtLeast(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return ((double[])[1, 2, 5, 10]).Select(factor => factor * power).First(step => step >= least * 0.999);
    }

    /// <summary>The multiples of a step in a range, its ends included.</summary>
    public static IEnumerable<double> Between(double low, double high, double step)
    {
        for (double multiple = Math.Ceiling(low / step); multiple * step <= high; multiple++)
            yield return multiple * step;
    }
}
