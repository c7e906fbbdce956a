using System.Runtime.InteropServices;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>How the weights of a matrix are stored (docs/transformer-arithmetic.md, Numbers).</summary>
/// <param name="Bits">8, 4 or 2 of a weight.</param>
/// <param name="Group">Weights of a row that share a multiplier, a multiple of 8 in 8..256; 0: there are no
/// multipliers.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MatrixFormat(int Bits, int Group)
{
    private const int MostGroup = 256;

    public static MatrixFormat Int8 { get; } = new(8, 0);

    public static MatrixFormat Int4 { get; } = new(4, 32);

    public static MatrixFormat Int2 { get; } = new(2, 16);

    /// <summary>The least weight.</summary>
    public int Low => Bits switch { 8 => -127, 4 => -8, _ => -3 };

    /// <summary>The greatest weight.</summary>
    public int High => Bits switch { 8 => 127, 4 => 7, _ => 3 };

    /// <summary>Distance of neighbouring weights: those of 2 bits are the odd numbers.</summary>
    public int Step => Bits == 2 ? 2 : 1;

    /// <summary>Whether packs can hold such matrices.</summary>
    public bool IsValid => Bits is 8 or 4 or 2 && (Group == 0 || (Group is >= 8 and <= MostGroup && Group % 8 == 0));

    /// <summary>Multipliers of a row; 0 where it has none.</summary>
    public int Groups(int columns) => Group == 0 ? 0 : (columns + Group - 1) / Group;

    /// <summary>Bytes of a matrix in the layout <c>rows</c> (docs/pack-format.md).</summary>
    public long Bytes(int rows, int columns) =>
        (8L * rows) + ((((long)rows * Groups(columns)) + 3) / 4 * 4) + (rows * RowBytes(columns));

    /// <summary>Bytes of a row's weights in that layout.</summary>
    internal long RowBytes(int columns) => (((long)columns * Bits) + 7) / 8;

    /// <summary>The weight nearest to a number.</summary>
    internal int Nearest(double value)
    {
        double near = Math.Clamp(value, Low, High);
        return Bits == 2 ? (2 * (int)Math.Floor(near / 2)) + 1 : (int)Math.Round(near);
    }
}
