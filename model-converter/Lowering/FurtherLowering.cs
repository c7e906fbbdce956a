using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Lowering;

public sealed partial class GraphLowering
{
    private static void LowerOther(Node node) => throw new ModelException(
        $"{node.Name}: the core has no operator {node.Kind} for int8 tensors.");
}
