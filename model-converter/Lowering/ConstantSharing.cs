using System.Security.Cryptography;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Keeps one of each constant: the steps of an unrolled recurrent layer, for example, all look up the same
/// tables. Weights that get a layout are left alone, since theirs depends on the operator's output too.</summary>
internal static class ConstantSharing
{
    public static void Run(PackModel model)
    {
        var kept = new Dictionary<string, PackTensor>(StringComparer.Ordinal);
        var replaced = new Dictionary<PackTensor, PackTensor>(ReferenceEqualityComparer.Instance);
        HashSet<PackTensor?> bound = [.. model.Tensors.Select(tensor => tensor.ViewOf),
            .. model.Operators.Where(node => node.HasWeights).Select(node => node.Input(1))];
        foreach (PackTensor tensor in model.Tensors)
        {
            if (tensor.Blob is null || tensor.ViewOf is not null || bound.Contains(tensor))
                continue;
            if (!kept.TryAdd(Identity(tensor), tensor))
                replaced.Add(tensor, kept[Identity(tensor)]);
        }

        foreach (PackOperator node in model.Operators)
            for (int i = 0; i < node.Inputs.Length; i++)
                if (node.Inputs[i] is { } input && replaced.TryGetValue(input, out PackTensor? same))
                    node.Inputs[i] = same;
        model.Tensors.RemoveAll(replaced.ContainsKey);
    }

    /// <summary>Everything about a constant but its name.</summary>
    private static string Identity(PackTensor tensor) => $"{tensor.Type} {string.Join('x', tensor.Shape)} {tensor.Scale} " +
        $"{tensor.ZeroPoint} {Convert.ToHexString(SHA256.HashData(tensor.Blob!))}";
}
