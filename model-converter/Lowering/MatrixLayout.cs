using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Pack;

namespace McuAi.ModelConverter.Lowering;

/// <summary>Lays the matrices of a language model out for a kernel family. The numbers stay the same.</summary>
internal static class MatrixLayout
{
    private const int GroupOfExperts = 9;

    public static void Apply(PackModel model, KernelFamily family)
    {
        PackOperator[] readers = [.. model.Operators.Where(HasMatrices)];
        var done = new HashSet<PackOperator>(ReferenceEqualityComparer.Instance);
        foreach (PackOperator reader in readers)
            if (!done.Contains(reader))
                LayOut(Sharing(reader, readers, done), family);
    }

    /// <summary>An operator and those that share its matrices, as a tied embedding and the logits do.</summary>
    private static List<PackOperator> Sharing(PackOperator first, PackOperator[] readers, HashSet<PackOperator> done)
    {
        List<PackOperator> sharing = [first];
        done.Add(first);
        for (int i = 0; i < sharing.Count; i++)
        {
            var matrices = Matrices(sharing[i]).ToHashSet(ReferenceEqualityComparer.Instance);
            sharing.AddRange(readers.Where(other => Matrices(other).Any(matrices.Contains) && done.Add(other)));
        }

        return sharing;
    }

    private static void LayOut(List<PackOperator> nodes, KernelFamily family)
    {
        if (nodes.Exists(node => node.Layout != nodes[0].Layout || Group(node) != Group(nodes[0])))
            throw new ModelException($"{nodes[0]} shares a matrix with an operator that reads it in another way; the pack is " +
                "damaged.");
        PackTensor[] tensors = [.. nodes.SelectMany(Matrices).Distinct()];
        QuantizedMatrix[] matrices = [.. tensors.Select(tensor => Decode(tensor, nodes[0]))];
        byte[]?[] blobs = nodes.TrueForAll(node => Fits(node, family))
            ? [.. matrices.Select(family.EncodeMatrix)]
            : [null];
        if (blobs.Contains(null))
        {
            family = KernelFamilies.Of(WeightLayout.Rows);
            blobs = [.. matrices.Select(family.EncodeMatrix)];
        }

        for (int i = 0; i < tensors.Length; i++)
            tensors[i].Blob = blobs[i];
        foreach (PackOperator node in nodes)
        {
            node.Layout = family.Layout;
            node.ScratchBytes = ScratchBytes(node, family);
        }
    }

    private static QuantizedMatrix Decode(PackTensor tensor, PackOperator node)
    {
        if (tensor.Blob is null || tensor.Type is not (DataType.Int8 or DataType.Int4 or DataType.Int2))
            throw new ModelException($"{node} does not multiply by weights; the pack is damaged.");
        return KernelFamilies.Of(node.Layout).DecodeMatrix(tensor.Blob, tensor.Dim(2), tensor.Dim(3),
            new MatrixFormat(tensor.Type.Bits(), Group(node)));
    }

    private static int ScratchBytes(PackOperator node, KernelFamily family)
    {
        if (node.Opcode is Opcode.Embedding or Opcode.EmbeddingPieces)
            return 0;
        MatrixFormat format = Format(node);
        if (node.Opcode == Opcode.Linear)
            return family.VectorBytes(format, node.Input(1).Dim(3));
        (int experts, int hidden, int width) = (node.Parameters[0], node.Parameters[2], node.Output.Dim(3));
        return Aligned(8 * hidden) + Aligned(4 * width) + Aligned(4 * experts) +
            family.VectorBytes(format, Math.Max(hidden, width));
    }

    /// <summary>Whether each part of the rows that has inputs of its own is whole blocks, and sums are shifted to the left as
    /// far as the kernels rely on.</summary>
    private static bool Fits(PackOperator node, KernelFamily family)
    {
        int least = family.LeastLeft(Format(node));
        return node.Opcode switch
        {
            Opcode.Linear => node.Parameters[1] >= least &&
                (node.Parameters[2] <= 1 || node.Input(1).Dim(2) / node.Parameters[2] % family.MatrixBlock == 0),
            Opcode.Experts => node.Parameters[10] >= least && node.Parameters[11] >= least,
            _ => true,
        };
    }

    private static MatrixFormat Format(PackOperator node) => new(Matrices(node).First().Type.Bits(), Group(node));

    private static bool HasMatrices(PackOperator node) =>
        node.Opcode is Opcode.Embedding or Opcode.EmbeddingPieces or Opcode.Linear or Opcode.Experts;

    private static IEnumerable<PackTensor> Matrices(PackOperator node) =>
        node.OnDemand.Count > 0 ? node.OnDemand : [node.Input(1)];

    private static int Group(PackOperator node) => node.Parameters[node.Opcode == Opcode.Experts ? GroupOfExperts : 0];

    private static int Aligned(int bytes) => PackFormat.Align(bytes, PackFormat.ConstantAlignment);
}
