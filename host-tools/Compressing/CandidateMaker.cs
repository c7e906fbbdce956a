using McuAi.HostTools.Learning;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Compression;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Compressing;

/// <summary>Makes candidates of trained networks: rounds them, gives them widths, judges them and finds what they take.
/// </summary>
internal sealed class CandidateMaker(FineTuning tuning, IBatchSource batches, KeywordInputs validation, BoardCosts costs,
    CompressionPlan plan)
{
    /// <summary>Inputs from which a softmax's range is taken where only costs matter.</summary>
    private const int FewInputs = 2;

    private static readonly DataType[] Narrow = [DataType.Int4, DataType.Int2];

    private readonly Tensor<float> _inputs = validation.Real();

    public Judgement Judge(Network<float> network) =>
        Judgement.Of(Accuracy.Each(network, _inputs, validation.Labels), validation.Views);

    /// <summary>The float model as a row of the table: four bytes for each parameter.</summary>
    public static Candidate OfFloat(string name, Network<float> network, Judgement judgement, ModelCost int8)
    {
        long parameters = TrainedGraph.Float(network).Nodes.SelectMany(node => node.Inputs).OfType<Tensor>()
            .Where(tensor => tensor.IsConstant).Sum(tensor => (long)tensor.Elements);
        return new Candidate
        {
            Name = name,
            Kind = CandidateKind.Float,
            Network = network,
            RealAccuracy = judgement.Accuracy,
            Judgement = judgement,
            Cost = new ModelCost(4 * parameters, 4 * parameters, 0, 0, double.NaN, int8.Macs),
        };
    }

    /// <summary>A candidate that is a copy of a float network with weights of these widths, rounded and not yet trained.
    /// </summary>
    public async Task<Candidate> QuantizedAsync(string name, CandidateKind kind, Network<float> network, double accuracy,
        IReadOnlyList<DataType> types, bool reference, CancellationToken cancellation)
    {
        Network<float> copy = FineTuning.Copy(network);
        Quantize(copy, types);
        return new Candidate
        {
            Name = name,
            Kind = kind,
            Network = copy,
            RealAccuracy = accuracy,
            Judgement = Judge(copy),
            Cost = await costs.OfAsync(Pack(copy, FewInputs), cancellation).ConfigureAwait(false),
            Types = types,
            IsReference = reference,
        };
    }

    /// <summary>What a network would take that need not be trained yet.</summary>
    public Task<ModelCost> CostAsync(ModelGraph graph, DataType type, CancellationToken cancellation)
    {
        var network = new Network<float>(graph);
        Quantize(network, Uniform(network, type));
        return costs.OfAsync(Pack(network, FewInputs), cancellation);
    }

    /// <summary>The pack of a quantized network as the board has it.</summary>
    public BoardPack Pack(Network<float> network, int inputs) => costs.Pack(Integer(network, inputs));

    /// <summary>The integer model of a quantized network.</summary>
    public ModelGraph Integer(Network<float> network, int inputs)
    {
        Tensor<float> rows = batches.Batch(0).Inputs;
        int size = rows.Count / rows.Shape[0];
        return TrainedGraph.Quantized(network, [.. Enumerable.Range(0, Math.Min(inputs, rows.Shape[0]))
            .Select(i => rows.Data.Slice(i * size, size).ToArray())]);
    }

    public static DataType[] Uniform(Network<float> network, DataType type) => [.. Layers(network).Select(_ => type)];

    /// <summary>Widths of least measured loss in a third of the bytes between those of INT2 and of INT4 throughout.</summary>
    public DataType[] Mixed(Network<float> network)
    {
        int clips = Math.Min(plan.SensitivityClips, validation.Count);
        int[] labels = [.. Enumerable.Range(0, clips).Select(i => validation.Labels[Spread(i)])];
        int size = _inputs.Count / validation.Count;
        float[] some = [.. Enumerable.Range(0, clips).SelectMany(i => _inputs.Data.Slice(Spread(i) * size, size).ToArray())];
        IReadOnlyList<LayerSensitivity> losses = SensitivityAnalysis.Of(network,
            new Tensor<float>(some, [clips, .. _inputs.Shape[1..]]), labels, Narrow);
        long[] int4 = LayerBytes(network, DataType.Int4), int2 = LayerBytes(network, DataType.Int2);
        PrecisionOption[][] options = [.. Layers(network).Select((layer, i) => (PrecisionOption[])
            [Option(layer, DataType.Int4, int4[i]), Option(layer, DataType.Int2, int2[i])])];
        return MixedPrecision.Choose(options, int2.Sum() + ((int4.Sum() - int2.Sum()) / 3)) ?? Uniform(network, DataType.Int2);

        PrecisionOption Option(Node layer, DataType type, long bytes) => new(type, (int)bytes,
            Math.Max(0, losses.Single(entry => entry.Layer == layer && entry.Type == type).LossIncrease));

        // Clips are in the order of their classes.
        int Spread(int i) => (int)((long)i * validation.Count / clips);
    }

    /// <summary>Bytes of each layer's weights in the board's layout.</summary>
    private long[] LayerBytes(Network<float> network, DataType type)
    {
        Network<float> copy = FineTuning.Copy(network);
        Quantize(copy, Uniform(copy, type));
        PackModel model = Pack(copy, FewInputs).Model;
        long[] bytes = ModelSummary.WeightBytes(model);
        return [.. bytes.Where((_, i) => model.Operators[i].HasWeights && bytes[i] > 0)];
    }

    private void Quantize(Network<float> network, IReadOnlyList<DataType> types)
    {
        Node[] layers = [.. Layers(network)];
        tuning.Quantize(network, node => types[Array.IndexOf(layers, node)]);
    }

    private static IEnumerable<Node> Layers(Network<float> network) => network.Graph.Nodes.Where(LayerWeights.Has);
}
