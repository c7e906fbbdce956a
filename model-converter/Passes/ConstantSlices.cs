using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>Parts of constants along their outermost axis.</summary>
public static class ConstantSlices
{
    /// <summary>Slices <paramref name="begin"/> to begin + <paramref name="count"/> of axis 0, with their share of a
    /// quantization per slice.</summary>
    public static Tensor Outermost(Tensor constant, int begin, int count, ConstantBudget budget)
    {
        int each = constant.Data!.Length / constant.Shape[0];
        budget.Spend((long)each * count, constant.Name);
        Quantization? quantization = constant.Quantization;
        if (quantization is { IsPerAxis: true, Axis: 0 })
        {
            quantization = quantization with
            {
                Scales = quantization.Scales[begin..(begin + count)],
                ZeroPoints = quantization.ZeroPoints.Length > 1
                    ? quantization.ZeroPoints[begin..(begin + count)]
                    : quantization.ZeroPoints,
            };
        }

        return new Tensor($"{constant.Name}/{begin}", constant.Type, [count, .. constant.Shape[1..]])
        {
            Data = constant.Data.AsSpan(begin * each, count * each).ToArray(),
            Quantization = quantization,
        };
    }
}
