using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Layouts;

/// <summary>All kernel families.</summary>
public static class KernelFamilies
{
    private static readonly KernelFamily[] All = [new RowsFamily(), new DspFamily(), new MveFamily(), new Rv32Family()];

    public static KernelFamily Of(WeightLayout layout) => All.FirstOrDefault(family => family.Layout == layout)
        ?? throw new ModelException($"Weight layout {(int)layout} is unknown; update the tool.");

    public static KernelFamily Named(string name) => All.FirstOrDefault(family => family.Name == name)
        ?? throw new ModelException($"There is no kernel family '{name}'; known are " +
            $"{string.Join(", ", All.Select(family => family.Name))}.");
}
