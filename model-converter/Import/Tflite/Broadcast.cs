namespace McuAi.ModelConverter.Import.Tflite;

/// <summary>The shape that two shapes broadcast to: aligned at the last axis, an axis of 1 repeats.</summary>
internal static class Broadcast
{
    public static int[] Shapes(OperatorImport op, int[] a, int[] b)
    {
        int[] result = new int[Math.Max(a.Length, b.Length)];
        for (int fromEnd = 1; fromEnd <= result.Length; fromEnd++)
        {
            int left = fromEnd <= a.Length ? a[^fromEnd] : 1;
            int right = fromEnd <= b.Length ? b[^fromEnd] : 1;
            if (left != right && left != 1 && right != 1)
            {
                throw op.Error($"combines the shapes [{string.Join(", ", a)}] and [{string.Join(", ", b)}], which do "
                    + "not fit.");
            }

            result[^fromEnd] = Math.Max(left, right);
        }

        return result;
    }
}
