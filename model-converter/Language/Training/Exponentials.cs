using System.Numerics;
using System.Runtime.CompilerServices;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>e^x of vectors, of which attention needs more than of anything but products.</summary>
internal static class Exponentials
{
    private const float Least = -87, Greatest = 88; // e^x of smaller and greater x is no normal number

    /// <summary>e^x, exact to 3e-7; x outside of -87..88 counts as these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Exp<T>(Vector<T> x) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return OfFloats(x.As<T, float>()).As<float, T>();
        return Vector.Exp(x.As<T, double>()).As<double, T>();
    }

    /// <summary>Replaces each x by e^x.</summary>
    public static void Exp<T>(Span<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i + Vector<T>.Count <= x.Length; i += Vector<T>.Count)
            Exp(new Vector<T>(x[i..])).CopyTo(x[i..]);
        for (; i < x.Length; i++)
            x[i] = T.Exp(x[i]);
    }

    /// <summary>2^n e^r with |r| at most log(2) / 2, and six terms of its series.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> OfFloats(Vector<float> x)
    {
        x = Vector.Min(Vector.Max(x, new Vector<float>(Least)), new Vector<float>(Greatest));
        var rounding = new Vector<float>(12_582_912); // 1.5 * 2^23: a sum with it is rounded to an integer in its low bits
        Vector<float> shifted = Vector.FusedMultiplyAdd(x, new Vector<float>(1.44269504f), rounding);
        Vector<float> n = shifted - rounding;
        Vector<float> r = Vector.FusedMultiplyAdd(n, new Vector<float>(-0.693145752f), x);
        r = Vector.FusedMultiplyAdd(n, new Vector<float>(-1.42860677e-6f), r);
        var y = new Vector<float>(1 / 720f);
        y = Vector.FusedMultiplyAdd(y, r, new Vector<float>(1 / 120f));
        y = Vector.FusedMultiplyAdd(y, r, new Vector<float>(1 / 24f));
        y = Vector.FusedMultiplyAdd(y, r, new Vector<float>(1 / 6f));
        y = Vector.FusedMultiplyAdd(y, r, new Vector<float>(0.5f));
        y = Vector.FusedMultiplyAdd(y, r, Vector<float>.One);
        y = Vector.FusedMultiplyAdd(y, r, Vector<float>.One);
        Vector<int> exponent = shifted.As<float, int>() << 23;
        return (y.As<float, int>() + exponent).As<int, float>();
    }
}
