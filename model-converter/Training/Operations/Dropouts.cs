using System.Numerics;
namespace McuAi.ModelConverter.Training;

/// <summary>Dropout (Srivastava et al., 2014).</summary>
public static class Dropouts
{
    /// <summary>In training, each element is 0 with probability <paramref name="rate"/>, and x / (1 - rate) otherwise.
    /// </summary>
    public static Tensor<T> Dropout<T>(this Tape<T> tape, Tensor<T> x, double rate, Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!tape.IsTraining || rate == 0)
            return x;
        T kept = T.CreateChecked(1 / (1 - rate));
        T[] mask = tape.Scratch(x.Count);
        Tensor<T> y = tape.New(x.NeedsGradient, x.Shape);
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = random.NextDouble() < rate ? T.Zero : kept;
            y.Array[i] = x.Array[i] * mask[i];
        }

        tape.Record(y, () =>
        {
            (T[] dx, T[] dy) = (tape.Gradient(x), tape.Gradient(y));
            for (int i = 0; i < dx.Length; i++)
                dx[i] += dy[i] * mask[i];
        });
        return y;
    }
}
