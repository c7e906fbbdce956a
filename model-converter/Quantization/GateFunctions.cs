namespace McuAi.ModelConverter.Quantizing;

/// <summary>Logistic function and hyperbolic tangent of int16, Q3.12 to Q0.15, by interpolation in one table of the
/// logistic function with steps of 1/24: what TensorFlow Lite's integer LSTM uses.</summary>
public static class GateFunctions
{
    /// <summary>Entries that TensorFlow Lite's table has one above the rounded value, a bit each.</summary>
    private static readonly uint[] OneAbove =
        [0xfa7bd110, 0xc0467bae, 0x20440005, 0x00110090, 0x00000080, 0, 0, 0x80000000];

    private static readonly ushort[] Table = MakeTable();

    /// <summary>Entry i is the logistic function of i/24 in Q0.16.</summary>
    public static ReadOnlySpan<ushort> LogisticTable => Table;

    /// <param name="x">Q3.12</param>
    public static short Logistic(short x)
    {
        int input = x * 3;
        uint magnitude = (uint)Math.Abs(input);
        uint index = magnitude >> 9;
        uint result = index >= 255
            ? 0x7FFFu << 10
            : ((uint)Table[index] << 9) + ((magnitude & 0x1FF) * (uint)(Table[index + 1] - Table[index]));
        result = input >= 0 ? result + (1 << 9) : (1u << 25) - result + (1 << 9) - 1;
        return (short)(result >> 10);
    }

    /// <param name="x">Of scale 2^<paramref name="scalePower"/>, -12 for Q3.12.</param>
    public static short Tanh(short x, int scalePower)
    {
        int shift = scalePower + 12;
        int input = shift >= 0 ? x * (3 << shift) : ((x * 3) + (1 << (-shift - 1))) >> -shift;
        uint magnitude = (uint)Math.Abs((long)input);
        uint index = magnitude >> 8;
        int result = index >= 255
            ? 0xFFFF << 8
            : (Table[index] << 8) + ((int)(magnitude & 0xFF) * (Table[index + 1] - Table[index]));
        result = input >= 0 ? result - (1 << 23) + (1 << 7) : -result + (1 << 23) + (1 << 7) - 1;
        return (short)(result >> 8);
    }

    private static ushort[] MakeTable()
    {
        var table = new ushort[256];
        for (int i = 0; i < table.Length; i++)
        {
            double rounded = Math.Floor((65536 / (1 + Math.Exp(-i / 24.0))) + 0.5);
            table[i] = (ushort)(rounded + ((OneAbove[i / 32] >> (i % 32)) & 1));
        }

        return table;
    }
}
