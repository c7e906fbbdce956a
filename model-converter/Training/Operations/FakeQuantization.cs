using System.Numerics;

namespace McuAi.ModelConverter.Training;

/// <summary>Rounding to what integers can represent, while training goes on in real numbers: the gradient passes where
/// nothing was clamped (the straight-through estimator, Bengio et al., 2013).</summary>
public static class FakeQuantization
{
    /// <summary>scale (clamp(round(x / scale) + zeroPoint, low, high) - zeroPoint), ties away from zero as in the
    /// converter.</summary>
    public static Tensor<T> FakeQuantize<T>(this Tape<T> tape, Tensor<T> x, double scale, int zeroPoint, int low, int high)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T step = T.CreateChecked(scale), perStep = T.One / step;
        T least = T.CreateChecked(low - zeroPoint), most = T.CreateChecked(high - zeroPoint);
        Tensor<T> y = tape.New(x.NeedsGradient, x.Shape);
        Chunks.For(y.Count, Elementwise.Grain, 4, (first, last) =>
        {
            for (int i = first; i < last; i++)
                y.Array[i] = step * T.Clamp(Round(x.Array[i] * perStep), least, most);
        });
        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            T half = T.CreateChecked(0.5);
            (T from, T to) = ((least - half) * step, (most + half) * step);
            Chunks.For(y.Count, Elementwise.Grain, 4, (first, last) =>
            {
                for (int i = first; i < last; i++)
                    dx[i] += x.Array[i] >= from && x.Array[i] <= to ? dy[i] : T.Zero;
            });
        });
        return y;
    }

    /// <summary>Symmetric quantization of weights [..., O] with a scale for each output channel that is learned with them:
    /// Learned Step Size Quantization (Esser et al., 2020), equations 1 to 3 with its gradient scale.</summary>
    public static Tensor<T> FakeQuantizeWeights<T>(this Tape<T> tape, Tensor<T> w, Tensor<T> scales, int low, int high)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = w.Channels, depth = w.Rows;
        if (scales.Count != channels)
            throw new ArgumentException($"{scales.Count} scales do not fit weights of {w}.");
        T least = T.CreateChecked(low), most = T.CreateChecked(high);
        Tensor<T> y = tape.New(w.NeedsGradient || scales.NeedsGradient, w.Shape);
        for (int i = 0; i < w.Count; i++)
        {
            T scale = scales.Array[i % channels];
            y.Array[i] = scale * T.Clamp(Round(w.Array[i] / scale), least, most);
        }

        tape.Record(y, () =>
        {
            (T[] dw, T[] ds, T[] dy) = (tape.Gradient(w), tape.Gradient(scales), tape.Gradient(y));
            T factor = T.One / T.Sqrt(T.CreateChecked((double)depth * Math.Max(1, high)));
            for (int i = 0; i < dy.Length; i++)
            {
                T level = w.Array[i] / scales.Array[i % channels];
                bool inside = level >= least && level <= most;
                dw[i] += inside ? dy[i] : T.Zero;
                T slope = inside ? Round(level) - level : T.Clamp(level, least, most);
                ds[i % channels] += factor * dy[i] * slope;
            }
        });
        return y;
    }

    private static T Round<T>(T x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.Round(x, MidpointRounding.AwayFromZero);
}
