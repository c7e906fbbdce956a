using McuAi.ModelConverter.Training;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>The loss of a batch and its gradient. The sequences are cut into parts, each with a tape and gradients of its
/// own, which cores take and which are added in order: how many cores there are makes no difference.</summary>
internal sealed class BatchGradient
{
    private const int MostParts = 4;

    private readonly TrainedTransformer<float> _model;
    private readonly Part[] _parts;

    public BatchGradient(TrainedTransformer<float> model)
    {
        _model = model;
        _parts = [.. Enumerable.Range(0, MostParts).Select(_ => new Part(model))];
    }

    /// <summary>Sets the gradients of the model's parameters, and adds to how often experts were chosen.</summary>
    /// <param name="losses">One for each of the parts.</param>
    /// <param name="loads">[layers][experts]</param>
    public double Of(IReadOnlyList<int[]> sequences, IReadOnlyList<ISequenceLoss> losses, double progress,
        IReadOnlyList<int[]> loads)
    {
        Parallel.For(0, MostParts, new ParallelOptions { MaxDegreeOfParallelism = Chunks.Threads }, index =>
            _parts[index].Run(sequences, sequences.Count * index / MostParts, sequences.Count * (index + 1) / MostParts,
                losses[index],
                progress));
        double loss = 0;
        foreach (Part part in _parts)
        {
            loss += part.Loss;
            for (int layer = 0; layer < loads.Count; layer++)
                TensorPrimitives.Add<int>(loads[layer], part.Loads[layer], loads[layer]);
        }

        Parallel.ForEach(_model.Weights, new ParallelOptions { MaxDegreeOfParallelism = Chunks.Threads }, Gather);
        return loss;
    }

    public static IReadOnlyList<ISequenceLoss> Losses(Func<ISequenceLoss> loss) =>
        [.. Enumerable.Range(0, MostParts).Select(_ => loss())];

    private void Gather(TrainedWeights<float> weights)
    {
        Span<float> gradient = weights.Parameter.Value.Gradient;
        float[] sum = _parts[0].Weights[weights].GradientArray;
        foreach (Part part in _parts.AsSpan(1))
            TensorPrimitives.Add<float>(sum, part.Weights[weights].Gradient, sum);
        if (weights.Quantization is null)
        {
            sum.CopyTo(gradient);
            return;
        }

        gradient.Clear();
        weights.Quantization.Scales.Value.Gradient.Clear();
        weights.Quantization.Backward(sum);
    }

    private sealed class Part(TrainedTransformer<float> model)
    {
        private readonly Tape<float> _tape = new();

        public WeightTensors<float> Weights { get; } = new(model.Weights, true);

        public double Loss { get; private set; }

        public IReadOnlyList<int[]> Loads { get; private set; } = [];

        public void Run(IReadOnlyList<int[]> sequences, int first, int last, ISequenceLoss loss, double progress)
        {
            Weights.Clear();
            var pass = new TransformerPass<float>(model, Weights, _tape);
            (Loss, Loads) = (0, pass.Loads);
            for (int i = first; i < last; i++)
            {
                _tape.Reset();
                Tensor<float> own = loss.Of(_tape, pass, sequences[i], sequences.Count, progress);
                Loss += own.Data[0];
                _tape.Backward(own);
            }
        }
    }
}
