using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Quantizing;

namespace McuAi.Tests.Fuzz;

/// <summary>Small packs of every operator, in every layout and weight width: where fuzzing starts.</summary>
internal static class SeedPacks
{
    private static readonly string[] Families = ["portable", "dsp", "mve", "rv32"];

    private static readonly Lazy<List<byte[]>> Packs = new(Make);

    /// <summary>Packs in an order that stays the same; copies. A graph that the converter refuses gives none.</summary>
    public static List<byte[]> All() => [.. Packs.Value.Select(pack => (byte[])pack.Clone())];

    private static List<byte[]> Make()
    {
        var packs = new List<byte[]>();
        var seen = new HashSet<string>();
        foreach (ModelGraph graph in SeedGraphs.All())
            foreach (DataType type in (DataType[])[DataType.Int8, DataType.Int4, DataType.Int2])
                foreach (string family in Families)
                    foreach (int mostArena in (int[])[int.MaxValue, 0])
                        if (Pack(graph, type, family, mostArena) is { } pack && seen.Add(Convert.ToHexString(pack)))
                            packs.Add(pack);
        packs.AddRange(SeedTransformers.All().Select(PackWriter.Write));
        return packs;
    }

    private static byte[]? Pack(ModelGraph graph, DataType type, string family, int mostArena)
    {
        try
        {
            ModelGraph narrow = type == DataType.Int8 ? graph : WeightShrinker.Shrink(graph, type);
            PackModel model = GraphLowering.Lower(narrow, KernelFamilies.Named(family), mostArena);
            foreach (string key in model.Metadata.Keys.ToArray())
                model.Metadata[key] = key; // short, and without what makes equal packs differ
            return PackWriter.Write(model);
        }
        catch (ModelException)
        {
            return null; // an operator of floats or of uint8, which only the importers' fuzzing needs
        }
    }
}
