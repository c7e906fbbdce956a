using McuAi.HostTools.Listening;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Reference;

namespace McuAi.Tests.Listening;

/// <summary>Keyword spotters of random weights, whose posteriors go up and down enough for events.</summary>
internal static class SpotterPacks
{
    public static string[] Labels { get; } = ["up", "unknown", "down", "silence", "go there"];

    /// <summary>A dense layer and a softmax on the front end's window.</summary>
    public static SpotterPack Make(FrontEndSettings frontEnd, SpotterSettings? settings, int seed = 1, params string[] labels)
    {
        labels = labels.Length > 0 ? labels : Labels;
        byte[] tables = FrontEndTables.Make(frontEnd);
        var graph = new TestGraph(seed);
        Tensor x = graph.Input([1, frontEnd.InputBytes], 1f / 32, 0);
        Tensor weights = graph.Weights([labels.Length, frontEnd.InputBytes],
            graph.Scales(labels.Length, 0.0005f, 0.001f), 0);
        Tensor sums = TestGraph.Activation([1, labels.Length], 1f / 16, 0);
        Tensor posteriors = TestGraph.Activation([1, labels.Length], 1f / 256, -128);
        graph.Node(OperatorKind.FullyConnected, new ActivationAttributes(), [x, weights, null], sums);
        ModelGraph model = graph.Node(OperatorKind.Softmax, new SoftmaxAttributes(), [sums], posteriors);
        model.Metadata["labels"] = string.Join('\n', labels);
        PackModel pack = GraphLowering.Lower(model, KernelFamilies.Named("portable"));
        pack.FrontEnd = tables;
        pack.Spotter = settings?.Write(frontEnd.Frames);
        return new SpotterPack(PackReader.Read(PackWriter.Write(pack)), labels, new FrontEndReader(tables));
    }

    /// <summary>Bursts of tones and noise between pauses.</summary>
    public static short[] Sound(int seconds, int rate, int seed)
    {
        var random = new Random(seed);
        short[] samples = new short[seconds * rate];
        double gain = 0, pitch = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            if (i % (rate / 4) == 0)
                (gain, pitch) = (random.Next(3) == 0 ? 0 : Math.Pow(10, random.NextDouble() * 3), random.Next(100, 3000));
            samples[i] = (short)Math.Clamp((10 * ((2 * random.NextDouble()) - 1)) + (gain * (Math.Sin(2 * Math.PI * pitch * i / rate)
                + random.NextDouble() - 0.5) * 15), short.MinValue, short.MaxValue);
        }

        return samples;
    }
}
