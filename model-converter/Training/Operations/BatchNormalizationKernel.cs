using System.Numerics;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Training;

/// <summary>The passes over memory of batch normalization, a vector of channels at a time. y = factor x + term, rectified
/// or not; where a ReLU was 0 is computed again from x, which is cheaper than to read y.</summary>
internal readonly struct BatchNormalizationKernel<T>(T[] x, T[] factor, T[] term, bool relu)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows whose vectors are summed before the next channels.</summary>
    private const int Block = 64;

    private int Channels => factor.Length;

    public void Forward(int first, int last, T[] y)
    {
        int channels = Channels, lanes = Vector<T>.Count;
        for (int row = first; row < last; row++)
        {
            int c = 0, i = row * channels;
            for (; c + lanes <= channels; c += lanes, i += lanes)
            {
                Vector<T> value = Lanes.MultiplyAdd(new Vector<T>(x, i), new Vector<T>(factor, c), new Vector<T>(term, c));
                (relu ? Vector.Max(value, Vector<T>.Zero) : value).CopyTo(y, i);
            }

            for (; c < channels; c++, i++)
            {
                T value = T.FusedMultiplyAdd(x[i], factor[c], term[c]);
                y[i] = relu ? T.Max(value, T.Zero) : value;
            }
        }
    }

    /// <summary>Adds the sums of dy and of dy (x - mean), dy being 0 where the ReLU was.</summary>
    public void AddSums(T[] dy, T[] mean, int first, int last, Span<T> sums, Span<T> products)
    {
        int channels = Channels, lanes = Vector<T>.Count;
        for (int begin = first; begin < last; begin += Block)
        {
            int end = Math.Min(last, begin + Block) * channels, c = 0;
            for (; c + lanes <= channels; c += lanes)
            {
                Vector<T> sum = new(sums[c..]), product = new(products[c..]), center = new(mean, c);
                Vector<T> f = new(factor, c), t = new(term, c);
                for (int i = (begin * channels) + c; i < end; i += channels)
                {
                    var from = new Vector<T>(x, i);
                    Vector<T> d = Rectified(new Vector<T>(dy, i), from, f, t);
                    sum += d;
                    product = Lanes.MultiplyAdd(d, from - center, product);
                }

                sum.CopyTo(sums[c..]);
                product.CopyTo(products[c..]);
            }

            for (; c < channels; c++)
                for (int i = (begin * channels) + c; i < end; i += channels)
                {
                    T d = Rectified(dy[i], x[i], c);
                    sums[c] += d;
                    products[c] += d * (x[i] - mean[c]);
                }
        }
    }

    /// <summary>dx (+)= a dy + b x + c, dy being 0 where the ReLU was.</summary>
    public void Backward(T[] dy, T[] a, T[] b, T[] c, int first, int last, T[] dx, bool assigns)
    {
        int channels = Channels, lanes = Vector<T>.Count;
        for (int row = first; row < last; row++)
        {
            int channel = 0, i = row * channels;
            for (; channel + lanes <= channels; channel += lanes, i += lanes)
            {
                var from = new Vector<T>(x, i);
                Vector<T> d = Rectified(new Vector<T>(dy, i), from, new Vector<T>(factor, channel), new Vector<T>(term, channel));
                Vector<T> before = assigns ? Vector<T>.Zero : new Vector<T>(dx, i);
                Vector<T> value = Lanes.MultiplyAdd(from, new Vector<T>(b, channel), before + new Vector<T>(c, channel));
                Lanes.MultiplyAdd(d, new Vector<T>(a, channel), value).CopyTo(dx, i);
            }

            for (; channel < channels; channel++, i++)
                dx[i] = (Rectified(dy[i], x[i], channel) * a[channel]) + (x[i] * b[channel]) + c[channel] +
                    (assigns ? T.Zero : dx[i]);
        }
    }

    private Vector<T> Rectified(Vector<T> dy, Vector<T> from, Vector<T> f, Vector<T> t) => relu
        ? Vector.ConditionalSelect(Vector.GreaterThan(Lanes.MultiplyAdd(from, f, t), Vector<T>.Zero), dy, Vector<T>.Zero)
        : dy;

    private T Rectified(T dy, T from, int channel) =>
        relu && T.FusedMultiplyAdd(from, factor[channel], term[channel]) <= T.Zero ? T.Zero : dy;
}
