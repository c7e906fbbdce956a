using System.Numerics;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;

namespace McuAi.Tests.Core;

/// <summary>Random rows whose outputs are mostly in range, with the extremes of weights, biases, multipliers and
/// shifts among them.</summary>
internal sealed class KernelWeights(Random random)
{
    private const int MostLeft = 30, MostRight = 31;

    public RowWeights Make(int rows, int depth, DataType type, int outputZeroPoint)
    {
        var weights = new RowWeights(rows, depth, type, new sbyte[rows * depth], new int[rows], new int[rows],
            new int[rows], outputZeroPoint);
        int least = -(1 << (type.Bits() - 1));
        bool rightOnly = random.Next(4) == 0, extremes = random.Next(3) == 0;
        for (int row = 0; row < rows; row++)
        {
            // Zeros, ones and two sizes more.
            int most = Math.Min(-least, random.Next(4) switch { 0 => 0, 1 => 1, 2 => 4, _ => 128 });
            for (int k = 0; k < depth; k++)
                weights.Values[(row * depth) + k] = (sbyte)random.Next(-most, Math.Max(1, most));
            if (extremes && random.Next(2) == 0)
                weights.Values[(row * depth) + random.Next(depth)] = (sbyte)least;
            weights.Bias[row] = Bias(most);
            weights.Multiplier[row] = Multiplier();
            weights.Shift[row] = weights.Multiplier[row] == 0
                ? random.Next(-MostRight, rightOnly ? 0 : MostLeft + 1)
                : Shift(weights, row, rightOnly);
        }

        return weights;
    }

    private int Bias(int most) => random.Next(6) switch
    {
        0 => 0,
        1 => most == 0 ? -1 : 1 << 18,
        2 when random.Next(4) == 0 => random.Next(int.MinValue, int.MaxValue),
        _ => random.Next(-1000, 1000),
    };

    private int Multiplier() => random.Next(8) switch
    {
        0 => 1 << 30, // makes halves
        1 => int.MaxValue,
        2 => random.Next(3) == 0 ? 0 : 3 << 29,
        _ => random.Next(1 << 30, int.MaxValue),
    };

    /// <summary>Around the one that makes full use of the output's range, or the greatest without overflow, or any.</summary>
    private int Shift(RowWeights weights, int row, bool rightOnly)
    {
        long most = Math.Abs((long)weights.Bias[row]);
        foreach (sbyte w in weights.Row(row))
            most += 128 * Math.Abs((int)w);
        int bits = 64 - BitOperations.LeadingZeroCount((ulong)most);
        int shift = random.Next(8) switch
        {
            0 => 30 - bits - (random.Next(4) == 0 ? 0 : 1),
            1 => random.Next(-MostRight, 1),
            2 => 0,
            _ => 8 - bits + random.Next(-2, 3),
        };
        return Math.Clamp(shift, -MostRight, rightOnly ? -1 : MostLeft);
    }
}
