using System.Numerics.Tensors;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Batches;

namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>Rounds a model layer by layer to what it does to a text: each matrix makes up for what it loses itself, and what
/// the ones before it have lost (GPTQ, Frantar et al., 2023; with the inputs of the real model, as Li et al., 2025).</summary>
public sealed class Calibration
{
    private readonly ITransformerSource _source;
    private readonly TransformerShape _shape;
    private readonly QuantizationPlan _plan;
    private readonly TokenBatch _batch;
    private readonly int[] _tokens;
    private readonly BatchRotation _rotation;
    private readonly float[] _layerEmbeddings, _roundedLayerEmbeddings;
    private readonly QuantizedMatrix? _roundedTable;

    private Calibration(ITransformerSource source, QuantizationPlan plan, IReadOnlyList<int[]> sequences)
    {
        (_source, _shape, _plan) = (source, source.Shape, plan);
        if (sequences.Sum(sequence => (long)sequence.Length) is < 2 or > int.MaxValue / 4)
            throw new ModelException("The text to calibrate with has no tokens, or far too many; some 40,000 are enough.");
        _batch = new TokenBatch([.. sequences.Select(sequence => sequence.Length)], 0);
        if (_batch.Longest > _shape.Context)
            throw new ModelException($"The text to calibrate with has {_batch.Longest:N0} tokens in a row, but the model's context " +
                $"is {_shape.Context:N0}; cut it into parts.");
        _tokens = [.. sequences.SelectMany(sequence => sequence)];
        _rotation = new BatchRotation(_shape, _batch.Longest);
        _layerEmbeddings = source.LayerEmbeddings();
        _roundedTable = QuantizedTransformer.RoundLayerEmbeddings(source, plan);
        _roundedLayerEmbeddings = _roundedTable?.Dequantize() ?? [];
    }

    /// <param name="sequences">Tokens of at most the model's context. The more, the more memory it takes: several times
    /// tokens * (width + hidden) numbers.</param>
    /// <exception cref="ModelException">The text does not fit the model.</exception>
    public static QuantizedTransformer Run(ITransformerSource source, QuantizationPlan plan, IReadOnlyList<int[]> sequences,
        IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(sequences);
        return new Calibration(source, plan, sequences).Run(progress);
    }

    private QuantizedTransformer Run(IProgress<double>? progress)
    {
        float[] weights = _source.Embedding();
        QuantizedMatrix embedding = _shape.IsTied
            ? RoundHead(weights, _plan.EmbeddingFormat, RealStream(weights), null)
            : PlainRounding.Round(weights, _shape.Width, _plan.EmbeddingFormat);
        float[] real = BatchTransformer.Embed(weights, _tokens, _shape);
        float[] rounded = BatchTransformer.Embed(embedding.Dequantize(), _tokens, _shape);
        var layers = new QuantizedLayer[_shape.Layers];
        for (int i = 0; i < layers.Length; i++)
        {
            progress?.Report((double)i / layers.Length);
            layers[i] = RoundLayer(i, real, rounded);
        }

        QuantizedMatrix head = _shape.IsTied ? embedding : RoundHead(_source.Head(), _plan.HeadFormat, rounded, real);
        return new QuantizedTransformer(_shape, embedding, layers, _source.FinalNorm(), head)
        {
            LayerEmbeddings = _roundedTable, Ahead = QuantizedAhead.Round(_source, _plan),
        };
    }

    private QuantizedMatrix RoundHead(float[] weights, MatrixFormat format, float[] stream, float[]? real)
    {
        PlainRounding.CheckFinite(weights);
        var statistics = new InputStatistics(Normed(stream), _shape.Width, 0, 1, real is null ? null : Normed(real));
        var corrected = new double[weights.Length];
        statistics.Correct(weights, null, corrected);
        return CompensatedRounding.Round(corrected, _shape.Width, format, [statistics.Hessian]);
    }

    private float[] Normed(float[] stream) => BatchVectors.Norm(stream, _source.FinalNorm(), _shape.Epsilon);

    /// <summary>The residual stream after all layers of the model that is not rounded.</summary>
    private float[] RealStream(float[] embedding)
    {
        float[] stream = BatchTransformer.Embed(embedding, _tokens, _shape);
        for (int i = 0; i < _shape.Layers; i++)
        {
            LayerWeights weights = _source.Layer(i);
            var products = new RealProducts();
            BatchLayer layer = NewLayer();
            layer.Attend(_batch, weights, stream, _rotation, products);
            layer.FeedForward(weights, stream, LookedUp(_layerEmbeddings, i), products);
        }

        return stream;
    }

    /// <summary>Rounds a layer and takes both streams through it.</summary>
    private QuantizedLayer RoundLayer(int index, float[] real, float[] rounded)
    {
        LayerWeights weights = _source.Layer(index);
        BatchLayer realLayer = NewLayer(), roundedLayer = NewLayer();
        var recording = new RecordingProducts();
        var calibrating = new CalibratingProducts(slot => _plan.FormatOf(index, slot), recording.Inputs)
        {
            Drift = Drift(real, rounded),
        };
        realLayer.Attend(_batch, weights, real, _rotation, recording);
        roundedLayer.Attend(_batch, weights, rounded, _rotation, calibrating);
        calibrating.Drift = Drift(real, rounded);
        realLayer.FeedForward(weights, real, LookedUp(_layerEmbeddings, index), recording);
        roundedLayer.FeedForward(weights, rounded, LookedUp(_roundedLayerEmbeddings, index), calibrating);
        return QuantizedLayer.From(_shape, weights, (slot, _, _) => calibrating.Matrices[slot]);
    }

    private float[] LookedUp(float[] table, int layer) => BatchTransformer.LookUp(table, _tokens, _shape, layer);

    private BatchLayer NewLayer() => new(_shape, _batch.Sequences, _batch.Longest);

    private static float[] Drift(float[] real, float[] rounded)
    {
        var drift = new float[real.Length];
        TensorPrimitives.Subtract(real, rounded, drift);
        return drift;
    }
}
