using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Learning;

/// <summary>The pack of a keyword spotter: labels, front end, model.</summary>
public static class KeywordPack
{
    /// <summary>Key of the labels in a pack's metadata, one a line.</summary>
    public const string Labels = "labels";

    /// <param name="frontEnd">The front end's tables.</param>
    public static PackModel Make(ModelGraph graph, IReadOnlyList<string> labels, byte[] frontEnd)
    {
        ArgumentNullException.ThrowIfNull(graph);
        graph.Metadata[Labels] = string.Join('\n', labels);
        PackModel model = GraphLowering.Lower(graph, KernelFamilies.Named("portable"));
        model.FrontEnd = frontEnd;
        return model;
    }

    /// <summary>The class that a pack finds likeliest for each of the inputs.</summary>
    public static int[] Classify(byte[] pack, KeywordInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using var core = new HostCore(HostLibraryBuilder.Load(ProjectFolder.Find().Root), pack);
        int each = inputs.Settings.InputBytes;
        return [.. Enumerable.Range(0, inputs.Count).Select(i =>
        {
            sbyte[] scores = [.. core.Run([.. inputs.Inputs.AsSpan(i * each, each).ToArray().Select(level =>
                unchecked((byte)level))]).Select(score => unchecked((sbyte)score))];
            return Array.IndexOf(scores, scores.Max());
        })];
    }

    /// <summary>The share of inputs that a pack classifies as their labels say; NaN of none.</summary>
    public static double Accuracy(byte[] pack, KeywordInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.Count == 0 ? double.NaN : Classify(pack, inputs).Zip(inputs.Labels).Count(pair => pair.First == pair.Second) / (double)inputs.Count;
    }
}
