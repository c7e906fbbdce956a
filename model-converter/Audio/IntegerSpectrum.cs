using System.Numerics;

namespace McuAi.ModelConverter.Audio;

/// <summary>Plain version of the spectrum: docs/arithmetic.md to the bit.</summary>
internal static class IntegerSpectrum
{
    /// <summary>Powers of the bins 0..N/2, times 2^(2 * exponent) but for a constant.</summary>
    public static (uint[] Powers, int Exponent) Compute(FrontEndReader tables, ReadOnlySpan<short> samples)
    {
        int half = tables.FftSize / 2;
        int[] re = new int[half + 1], im = new int[half + 1];
        int digits = int.Log2(half);
        for (int i = 0; i < tables.Window / 2; i++)
        {
            re[Reverse(i, digits)] = High(samples[2 * i] << 16, tables.WindowAt(2 * i));
            im[Reverse(i, digits)] = High(samples[(2 * i) + 1] << 16, tables.WindowAt((2 * i) + 1));
        }

        int up = Headroom(re, im);
        Transform(re, im, half, up, tables);
        int s = Headroom(re, im);
        return (Powers(re, im, half, s, tables), up + s);
    }

    private static int Reverse(int value, int digits)
    {
        int reversed = 0;
        for (int i = 0; i < digits; i++)
            reversed |= ((value >> i) & 1) << (digits - 1 - i);
        return reversed;
    }

    private static int Headroom(int[] re, int[] im)
    {
        uint bits = 1;
        foreach (int x in re.Concat(im))
            bits |= (uint)(x < 0 ? ~x : x);
        return BitOperations.LeadingZeroCount(bits) - 2;
    }

    private static int High(int a, int b) => (int)(((long)a * b) >> 32);

    private static (int Re, int Im) Turn(int re, int im, (int Cosine, int Sine) twiddle) =>
        (High(re, twiddle.Cosine) + High(im, twiddle.Sine), High(im, twiddle.Cosine) - High(re, twiddle.Sine));

    /// <summary>The transform in place.</summary>
    private static void Transform(int[] re, int[] im, int half, int up, FrontEndReader tables)
    {
        bool odd = int.Log2(half) % 2 == 1;
        for (int i = 0; i < half; i++)
            (re[i], im[i]) = ((re[i] << up) >> (odd ? 2 : 3), (im[i] << up) >> (odd ? 2 : 3));
        for (int i = 0; i < half; i += odd ? 2 : 4)
        {
            if (odd)
            {
                (re[i], re[i + 1]) = (re[i] + re[i + 1], re[i] - re[i + 1]);
                (im[i], im[i + 1]) = (im[i] + im[i + 1], im[i] - im[i + 1]);
            }
            else
                Combine(re, im, i, 1);
        }

        for (int quarter = odd ? 2 : 4; quarter < half; quarter *= 4)
            for (int k = 0; k < quarter; k++)
                for (int i = k; i < half; i += 4 * quarter)
                {
                    (re[i], im[i]) = (re[i] >> 2, im[i] >> 2);
                    for (int j = 1; j <= 3; j++)
                    {
                        int at = i + (j * quarter), turns = j == 3 ? 3 : 3 - j;
                        (re[at], im[at]) = Turn(re[at], im[at], tables.Twiddle(turns * k * half / 2 / quarter));
                    }

                    Combine(re, im, i, quarter);
                }
    }

    private static void Combine(int[] re, int[] im, int i, int step)
    {
        (int b, int c, int d) = (i + step, i + (2 * step), i + (3 * step));
        (int pRe, int pIm, int qRe, int qIm) = (re[i] + re[b], im[i] + im[b], re[i] - re[b], im[i] - im[b]);
        (int uRe, int uIm, int vRe, int vIm) = (re[c] + re[d], im[c] + im[d], re[c] - re[d], im[c] - im[d]);
        (re[i], im[i], re[c], im[c]) = (pRe + uRe, pIm + uIm, pRe - uRe, pIm - uIm);
        (re[b], im[b], re[d], im[d]) = (qRe + vIm, qIm - vRe, qRe - vIm, qIm + vRe);
    }

    private static uint[] Powers(int[] re, int[] im, int half, int s, FrontEndReader tables)
    {
        uint[] powers = new uint[half + 1];
        (re[half], im[half]) = (re[0], im[0]);
        for (int k = 0; k <= half / 2; k++)
        {
            int m = half - k;
            int evenRe = ((re[k] + re[m]) << s) >> 2, evenIm = ((im[k] - im[m]) << s) >> 2;
            (int oddRe, int oddIm) = Turn((im[k] + im[m]) << s, (re[m] - re[k]) << s, tables.Twiddle(k));
            powers[m] = Power(evenRe - oddRe, evenIm - oddIm);
            powers[k] = Power(evenRe + oddRe, evenIm + oddIm);
        }

        return powers;
    }

    private static uint Power(int re, int im) => (uint)((((long)re * re) + ((long)im * im) + (1 << 28)) >> 29);
}
