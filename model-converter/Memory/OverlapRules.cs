using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Memory;

/// <summary>Which buffers may overlap although both are in use. One, the low one, is written from its start on while the
/// high one, complete before, is read from its start on and never needed again: by a single operator, or by the many
/// that run layers in strips of rows.</summary>
internal static class OverlapRules
{
    /// <summary>Distances that are multiples of this and more are never worth their gap.</summary>
    private const long GreatestModulus = 1 << 16;

    /// <param name="buffers">Tensors only, with what the operators of <paramref name="model"/> do to them.</param>
    public static IEnumerable<OverlapRule> Between(PackModel model, IReadOnlyList<ArenaBuffer> buffers)
    {
        int end = model.Operators.Count;
        foreach (ArenaBuffer high in buffers.Where(high => high.LastUse < end && high.Reads.Count > 0))
        {
            int complete = high.Writes.Count > 0 ? high.Writes[^1].Time : -1;
            int[] neededAfter = NeededAfter(high);
            foreach (ArenaBuffer low in buffers.Where(low => low != high && low.FirstUse > complete &&
                low.FirstUse <= high.LastUse && low.Writes.Count > 0))
                if (Rule(model, low, high, neededAfter) is { } rule && rule.Distance < low.Bytes)
                    yield return rule;
        }
    }

    /// <summary>The dense kernel of some families may find its input inside its scratch and destroy it.</summary>
    public static OverlapRule? CoveredInput(ArenaBuffer scratch, ArenaBuffer input, PackOperator node, int number)
    {
        if (node.Opcode != Opcode.FullyConnected || !KernelFamilies.Of(node.Layout).DenseScratchMayCoverInput ||
            input.LastUse != number || node.Output.Elements != node.Output.Dim(3))
            return null;
        PackTensor x = node.Input(0);
        return new OverlapRule(scratch, input, ((x.Dim(3) + 3) / 4 * 4) - x.ViewOffset, 1);
    }

    /// <summary>For each read of the buffer the first byte that it or a later one needs.</summary>
    private static int[] NeededAfter(ArenaBuffer high)
    {
        int[] needed = new int[high.Reads.Count];
        int least = high.Bytes;
        for (int i = needed.Length - 1; i >= 0; i--)
            needed[i] = least = Math.Min(least, high.Reads[i].Start);
        return needed;
    }

    /// <summary>What is written of the low buffer must lie below what is needed of the high one afterwards, and keep the
    /// distance that the operator itself demands where it reads the high one.</summary>
    private static OverlapRule? Rule(PackModel model, ArenaBuffer low, ArenaBuffer high, int[] neededAfter)
    {
        int distance = int.MinValue, modulus = 1, read = 0;
        foreach (ArenaAccess write in low.Writes)
        {
            for (; read < high.Reads.Count && high.Reads[read].Time <= write.Time; read++)
            {
                if (high.Reads[read].Time != write.Time)
                    continue;
                if (Own(model, write, high.Reads[read]) is not { } own ||
                    LeastCommonMultiple(modulus, own.Modulus) is not { } common)
                    return null;
                distance = Math.Max(distance, own.Distance);
                modulus = common;
            }

            int needed = read < neededAfter.Length ? neededAfter[read] : high.Bytes;
            distance = Math.Max(distance, write.End - needed);
        }

        return new OverlapRule(low, high, distance, modulus);
    }

    /// <summary>The distance between the buffers that one operator demands between its input and its output.</summary>
    private static (int Distance, int Modulus)? Own(PackModel model, ArenaAccess write, ArenaAccess read)
    {
        PackOperator node = model.Operators[write.Time];
        if (node.Outputs.Length != 1 || OverlapDistance.Of(node, read.Operand) is not { } rule)
            return null;
        int shift = write.Start - read.Start;
        return shift % rule.Modulus == 0 ? (rule.Distance + shift, rule.Modulus) : null;
    }

    private static int? LeastCommonMultiple(int a, int b)
    {
        long common = a / (long)System.Numerics.BigInteger.GreatestCommonDivisor(a, b) * b;
        return common <= GreatestModulus ? (int)common : null;
    }
}
