using McuAi.ModelConverter.Pack;
using static McuAi.ModelConverter.Reference.Transformer.TransformerArithmetic;

namespace McuAi.ModelConverter.Reference.Transformer;

/// <summary>Rotary positions.</summary>
internal static class RotationReference
{
    /// <summary>[rows, 2 * frequencies]: cosine and sine, Q30, of each.</summary>
    public static int[] Angles(int position, int[] frequencies, int rows)
    {
        var angles = new int[rows * 2 * frequencies.Length];
        for (int i = 0; i < angles.Length; i += 2)
        {
            int row = i / 2 / frequencies.Length;
            (angles[i], angles[i + 1]) =
                Turn(unchecked((uint)(position + row) * (uint)frequencies[i / 2 % frequencies.Length]));
        }

        return angles;
    }

    public static int[] Rotate(PackOperator node, int[] x, int[] angles, int rows)
    {
        int heads = node.Parameters[0];
        int[] y = [.. x];
        int width = x.Length / rows / heads, pairs = angles.Length / rows / 2;
        for (int head = 0; head < rows * heads; head++)
            for (int pair = 0; pair < pairs; pair++)
            {
                int at = (head * width) + (2 * pair), angle = ((head / heads * pairs) + pair) * 2;
                (long a, long b, long c, long s) = (x[at], x[at + 1], angles[angle], angles[angle + 1]);
                y[at] = Saturate(((a * c) - (b * s) + (1 << 29)) >> 30);
                y[at + 1] = Saturate(((a * s) + (b * c) + (1 << 29)) >> 30);
            }

        return y;
    }
}
