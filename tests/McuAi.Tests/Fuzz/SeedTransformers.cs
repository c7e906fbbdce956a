using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Language.Lowering;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Language;

namespace McuAi.Tests.Fuzz;

/// <summary>The smallest language models with all of their operators, layouts and widths of weights.</summary>
internal static class SeedTransformers
{
    private static readonly string[] Families = ["portable", "dsp"];
    private static readonly int[] Rows = [1, 2];
    private static readonly int[][] Pieces = [[0, 1], [2, 3, 4]];

    private static readonly TransformerShape Grouped = new()
    {
        Width = 8, Layers = 1, Heads = 2, KeyValueHeads = 1, HeadWidth = 4, Hidden = 8, Vocabulary = 5, Context = 3, IsTied = true,
        HasBiases = true, NormsHeads = true, LayerEmbedding = 4,
    };

    private static readonly TransformerShape Latent = Grouped with
    {
        KeyValueHeads = 2, HeadWidth = 6, HasBiases = false, NormsHeads = false, LayerEmbedding = 0, Latent = new LatentShape(0, 4, 4, 2, 4),
        Experts = new ExpertShape { Count = 4, Chosen = 2, Hidden = 4, SharedHidden = 4, Groups = 2, ChosenGroups = 1 },
    };

    public static IEnumerable<PackModel> All() => from shape in new[] { Grouped, Latent }
        from plan in new[] { QuantizationPlan.Int8, QuantizationPlan.Int4, QuantizationPlan.Int2 }
        from family in Families
        from rows in Rows
        select Make(shape, plan, family, rows);

    private static PackModel Make(TransformerShape shape, QuantizationPlan plan, string family, int rows)
    {
        QuantizedTransformer quantized = QuantizedTransformer.Plain(new RandomTransformer(shape, 3), plan);
        PackModel model = TransformerLowering.Lower(quantized, new LoweringOptions { Rows = rows, Ranges = [new CacheRange(4, 4)] });
        if (rows == 2)
            CutEmbedding(model, quantized.Embedding);
        PackLayout.Apply(model, KernelFamilies.Named(family), int.MaxValue);
        return model;
    }

    /// <summary>Lets the embedding be looked up in two pieces, as large ones are.</summary>
    private static void CutEmbedding(PackModel model, QuantizedMatrix embedding)
    {
        PackOperator whole = model.Operators[0];
        PackTensor[] pieces = [.. Pieces.Select(rows => new PackTensor("piece", whole.Input(1).Type,
            [rows.Length, embedding.Columns], TensorPlace.Shard) { Blob = MatrixBlob.Write(embedding.Select(rows)) })];
        model.Tensors.AddRange(pieces);
        model.Operators[0] = new PackOperator(Opcode.EmbeddingPieces, [whole.Input(0)], [whole.Output],
            [whole.Parameters[0], pieces.Length, 0]) { OnDemand = pieces };
    }
}
