using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Training;

/// <summary>The learning rate over the steps of a run.</summary>
/// <param name="Peak">Greatest rate.</param>
/// <param name="Steps">Of the whole run.</param>
/// <param name="WarmUp">Share of the steps in which the rate rises.</param>
/// <param name="Final">Rate at the end, as a share of the peak.</param>
/// <exception cref="ModelException">A value is out of its range.</exception>
public sealed record Schedule(double Peak, int Steps, double WarmUp = 0.15, double Final = 1e-3)
{
    public double Peak { get; } = Within(Peak, double.MaxValue, "The learning rate");

    public int Steps { get; } = (int)Within(Steps, int.MaxValue, "The number of steps");

    public double WarmUp { get; } = Within(WarmUp, 1, "The share of the steps in which the learning rate rises");

    public double Final { get; } = Within(Final, 1, "The learning rate's share at the end");

    /// <summary>Whether the rate falls along a line.</summary>
    public bool FallsEvenly { get; init; }

    /// <summary>The rate of a step from 0 on; after the last one the final rate. Rises and falls along half a cosine each (the one-cycle policy of Smith and Topin, 2018).</summary>
    public double Rate(int step)
    {
        double top = WarmUp * Steps;
        return step < top
            ? Between(0.04, 1, step / top)
            : Fall(Math.Min(1, (step - top) / Math.Max(1, Steps - top)));

        double Fall(double progress) => FallsEvenly ? Peak * (1 + ((Final - 1) * progress)) : Between(1, Final, progress);

        double Between(double from, double to, double progress) =>
            Peak * (to + ((from - to) * 0.5 * (1 + Math.Cos(Math.PI * progress))));
    }

    private static double Within(double value, double most, string name) => value >= 0 && value <= most
        ? value
        : throw new ModelException(most == 1 ? $"{name} is from 0 to 1, not {value}." : $"{name} is not negative, unlike {value}.");
}
