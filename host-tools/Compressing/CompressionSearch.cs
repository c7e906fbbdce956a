using System.Collections.Concurrent;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Learning;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Compression;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Quantizing;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Compressing;

/// <summary>Accuracies of a pack in the C core.</summary>
/// <param name="Views">Of all views of the validation.</param>
/// <param name="Validation">Of its clips as they are.</param>
public sealed record PackAccuracy(double Views, double Validation, double Test);

/// <summary>What a search found.</summary>
/// <param name="Candidates">All that were made, those of other shapes than the chosen one too.</param>
/// <param name="Uniform">The uniform INT8 model to compare the chosen one with.</param>
/// <param name="Tests">Through the C core: of the chosen one and the uniform INT8 models.</param>
/// <param name="FloatTest">Of the common network, in real numbers.</param>
/// <param name="Parts">Where the chosen one's bytes go.</param>
/// <param name="InInt8">What its very network would take with INT8 weights.</param>
/// <param name="Clips">Of the validation.</param>
public sealed record CompressionResult(IReadOnlyList<Candidate> Candidates, Candidate Chosen, Candidate Uniform,
    IReadOnlyDictionary<Candidate, PackAccuracy> Tests, double FloatTest, byte[] Pack, PackParts Parts, ModelCost InInt8,
    int Clips, int Views, int Emulations)
{
    /// <summary>Whether <see cref="Uniform"/> is at least as accurate as the chosen one; else no uniform INT8 model is.</summary>
    public bool UniformIsAsAccurate => Uniform.Accuracy >= Chosen.Accuracy;
}

/// <summary>Searches the best keyword spotter within a budget: trains uniform networks, makes smaller ones of one of them in many
/// ways, and trains those that promise most with their quantization, most of the time spent on the best.</summary>
public sealed class CompressionSearch
{
    private readonly KeywordMaterial _material;
    private readonly CompressionPlan _plan;
    private readonly Budget _budget;
    private readonly Action<string> _tell;
    private readonly PooledBatches _batches;
    private readonly FrontEndSettings _frontEnd;
    private readonly KeywordInputs _views;
    private readonly BoardCosts _costs;
    private readonly FineTuning _tuning;
    private readonly CandidateMaker _maker;
    private readonly List<Candidate> _candidates = [];

    public CompressionSearch(KeywordMaterial material, FrontEndSettings frontEnd, Board board, Budget budget,
        CompressionPlan plan, Action<string> tell)
    {
        ArgumentNullException.ThrowIfNull(material);
        ArgumentNullException.ThrowIfNull(frontEnd);
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(plan);
        if (material.Validation.Count == 0)
            throw new ModelException("compress chooses by the validation, and the data set has none; give --validation-takes " +
                "or --validation-share.");
        (_material, _frontEnd, _budget, _plan, _tell) = (material, frontEnd, budget, plan, tell);
        _batches = new PooledBatches(material.Batches, plan.Pool);
        _costs = new BoardCosts(board, material.Labels, material.FrontEnd, material.FrontEndBytes, budget.RamBytes);
        _tuning = new FineTuning(_batches, new Dictionary<string, Quantization>
        {
            ["input"] = new((float)frontEnd.Scale, frontEnd.ZeroPoint),
        });
        _views = material.Views(plan.Variants);
        _maker = new CandidateMaker(_tuning, _batches, _views, _costs, plan);
    }

    /// <param name="teacher">A float model with the same input and classes; null: the uniform networks that are most accurate.</param>
    public async Task<CompressionResult> RunAsync(ModelGraph? teacher, CancellationToken cancellation)
    {
        Network<float>? given = teacher is null ? null : Teacher(teacher);
        await RequireThatSomethingFitsAsync(cancellation).ConfigureAwait(false);
        foreach (NetworkShape shape in (NetworkShape[])[_plan.Common, .. _plan.Others])
            await BaselineAsync(shape, cancellation).ConfigureAwait(false);
        Candidate[] real = [.. _candidates.Where(candidate => candidate.Kind == CandidateKind.Float)];
        var distillation = new Distillation(given is not null ? [given] : [.. real.OrderByDescending(candidate =>
            candidate.Accuracy).Take(_plan.Teachers).Select(candidate => candidate.Network)], share: _plan.TeacherShare);
        await RoundedAsync(real[0].Network, cancellation).ConfigureAwait(false);
        await CompressedAsync(distillation, cancellation).ConfigureAwait(false);
        Eliminate(distillation, cancellation);
        return await FinishAsync(real[0].Network, cancellation).ConfigureAwait(false);
    }

    private Network<float> Teacher(ModelGraph graph)
    {
        int classes = _material.Labels.Count;
        if (graph.Inputs is not [{ Shape: [_, var frames, var features, 1] }] || frames != _frontEnd.Frames ||
            features != _frontEnd.Features || graph.Outputs is not [{ } output] || output.Elements != classes)
            throw new ModelException($"The teacher {graph.Name} has to take an input of 1x{_frontEnd.Frames}x{_frontEnd.Features}x1 " +
                $"and give {classes} classes, as the data set has.");
        return new Network<float>(graph);
    }

    /// <summary>Costs do not depend on what a network has learned, so that a budget without hope is refused at once.
    /// </summary>
    private async Task RequireThatSomethingFitsAsync(CancellationToken cancellation)
    {
        var costs = new List<(string Name, ModelCost Cost)>();
        foreach (NetworkShape shape in _plan.Pruned)
            costs.Add(($"{shape} INT2", await _maker.CostAsync(shape.Build(_frontEnd, _material.Labels.Count, _plan.Seed),
                DataType.Int2, cancellation).ConfigureAwait(false)));
        if (!costs.Exists(cost => _budget.Holds(cost.Cost)))
            throw Selection.Miss(costs, _budget);
    }

    /// <summary>A network trained plainly, in real numbers and rounded to INT8.</summary>
    private async Task BaselineAsync(NetworkShape shape, CancellationToken cancellation)
    {
        Network<float> network = Plain(shape, _plan.BaselineSteps, cancellation);
        Judgement judgement = _maker.Judge(network);
        Candidate int8 = await _maker.QuantizedAsync($"{shape} INT8", CandidateKind.UniformInt8, network, judgement.Accuracy,
            CandidateMaker.Uniform(network, DataType.Int8), true, cancellation).ConfigureAwait(false);
        _candidates.Add(CandidateMaker.OfFloat($"{shape} float", network, judgement, int8.Cost));
        _candidates.Add(int8);
        Tell(int8);
    }

    /// <summary>A network trained from the beginning, on the targets alone.</summary>
    private Network<float> Plain(NetworkShape shape, int steps, CancellationToken cancellation)
    {
        var network = new Network<float>(shape.Build(_frontEnd, _material.Labels.Count, _plan.Seed)) { Dropout = _plan.Dropout };
        _tuning.Run(network, steps, _plan.BaselineRate, 0, null, cancellation);
        return network;
    }

    /// <summary>What becomes of the common network without training with quantization.</summary>
    private async Task RoundedAsync(Network<float> common, CancellationToken cancellation)
    {
        double accuracy = _maker.Judge(common).Accuracy;
        foreach (DataType type in (DataType[])[DataType.Int4, DataType.Int2])
            _candidates.Add(await _maker.QuantizedAsync($"{_plan.Common} {Name(type)} after training", CandidateKind.Rounded,
                common, accuracy, CandidateMaker.Uniform(common, type), false, cancellation).ConfigureAwait(false));
    }

    private async Task CompressedAsync(Distillation distillation, CancellationToken cancellation)
    {
        Network<float> source = Plain(_plan.Source, _plan.BaselineSteps - _plan.TuningSteps, cancellation);
        ChannelUnits units = ChannelUnits.Of(source.Graph);
        source.Store();
        IReadOnlyDictionary<int, double> importance = ChannelImportance.OfGradients(source, units,
            Enumerable.Range(0, Math.Min(16, _plan.Pool)).Select(_batches.Batch));
        await TunedAsync($"taught {_plan.Source}", FineTuning.Copy(source).Graph, true, distillation, cancellation).ConfigureAwait(false);
        for (int i = 0; i < _plan.Pruned.Count; i++)
        {
            NetworkShape shape = _plan.Pruned[i];
            ModelGraph pruned = ChannelPruning.Remove(source.Graph, units, ChannelPruning.Choose(units, importance,
                layer => shape.Channels[units.Layers.ToList().IndexOf(layer)]));
            await TunedAsync($"pruned {shape}", pruned, false, distillation, cancellation).ConfigureAwait(false);
            if (i == 1)
                await TunedAsync($"pruned {shape} low rank", LowRank.Factor(pruned, Rank), false, distillation, cancellation)
                    .ConfigureAwait(false);
        }
    }

    /// <summary>The rank of a layer that has fewer weights as two; 0 where it would not.</summary>
    private int Rank(Node node)
    {
        int rank = LowRank.ThatKeeps(node, _plan.RankShare);
        return rank <= LowRank.GreatestUseful(node) ? rank : 0;
    }

    private async Task TunedAsync(string name, ModelGraph graph, bool reference, Distillation distillation,
        CancellationToken cancellation)
    {
        var network = new Network<float>(graph) { Dropout = _plan.Dropout };
        _tuning.Run(network, _plan.TuningSteps, _plan.TuningRate, _plan.BaselineSteps - _plan.TuningSteps, distillation,
            cancellation);
        await WidthsAsync(name, network, reference, cancellation).ConfigureAwait(false);
    }

    /// <summary>INT8 by rounding; INT4, INT2 and a mixture of them, to be trained.</summary>
    private async Task WidthsAsync(string name, Network<float> network, bool reference, CancellationToken cancellation)
    {
        double accuracy = _maker.Judge(network).Accuracy;
        await AddAsync("INT8", CandidateKind.Rounded, CandidateMaker.Uniform(network, DataType.Int8), false).ConfigureAwait(false);
        await AddAsync("INT4", CandidateKind.Trained, CandidateMaker.Uniform(network, DataType.Int4), reference).ConfigureAwait(false);
        await AddAsync("mixed", CandidateKind.Trained, _maker.Mixed(network), false).ConfigureAwait(false);
        await AddAsync("INT2", CandidateKind.Trained, CandidateMaker.Uniform(network, DataType.Int2), reference).ConfigureAwait(false);

        async Task AddAsync(string widths, CandidateKind kind, DataType[] types, bool kept)
        {
            Candidate candidate = await _maker.QuantizedAsync($"{name} {widths}", kind, network, accuracy, types, kept,
                cancellation).ConfigureAwait(false);
            _candidates.Add(candidate);
            Tell(candidate);
        }
    }

    /// <summary>Successive halving (Jamieson and Talwalkar, 2016): a little training for all that fit, more for the better
    /// half, and so on.</summary>
    private void Eliminate(Distillation distillation, CancellationToken cancellation)
    {
        Candidate[] running = [.. _candidates.Where(candidate => candidate.Kind == CandidateKind.Trained &&
            (candidate.IsReference || _budget.Holds(candidate.Cost)))];
        int first = _plan.BaselineSteps;
        for (int round = 0; round < _plan.Rounds.Count; round++)
        {
            (int steps, int from) = (_plan.Rounds[round], first);
            _tell($"round {round + 1}: {running.Length} candidates, {steps} steps each");
            Parallel.ForEach(Partitioner.Create(running, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount },
                candidate =>
                {
                    _tuning.Run(candidate.Network, steps, _plan.RoundRate, from, distillation, cancellation);
                    candidate.Judgement = _maker.Judge(candidate.Network);
                    candidate.Steps += steps;
                    Tell(candidate);
                });
            first += steps;
            Candidate[] kept = [.. running.Where(candidate => candidate.IsReference)];
            running = [.. kept, .. Selection.Best(running.Except(kept), Math.Max(1, ((running.Length + 1) / 2) - kept.Length))];
        }
    }

    private async Task<CompressionResult> FinishAsync(Network<float> common, CancellationToken cancellation)
    {
        Candidate[] runnable = [.. _candidates.Where(candidate => candidate.RunsOnBoards)];
        Candidate chosen = Selection.Choose(runnable, _budget);
        Candidate uniform = Selection.Uniform(runnable, chosen);
        var tests = new Dictionary<Candidate, PackAccuracy>();
        byte[] pack = [];
        PackParts? parts = null;
        foreach (Candidate candidate in runnable.Where(candidate => candidate == chosen || candidate.IsReference))
        {
            ModelGraph graph = _maker.Integer(candidate.Network, int.MaxValue);
            byte[] portable = PackWriter.Write(KeywordPack.Make(graph, _material.Labels, _material.FrontEnd));
            tests[candidate] = new PackAccuracy(KeywordPack.Accuracy(portable, _views),
                KeywordPack.Accuracy(portable, _material.Validation), KeywordPack.Accuracy(portable, _material.Test));
            if (candidate != chosen)
                continue;
            pack = portable;
            BoardPack laidOut = _costs.Pack(graph);
            parts = PackParts.Of(laidOut.Bytes);
            candidate.Cost = await _costs.MeasureAsync(laidOut, cancellation).ConfigureAwait(false);
        }

        ModelCost int8 = await _maker.CostAsync(FineTuning.Copy(chosen.Network).Graph, DataType.Int8, cancellation).ConfigureAwait(false);

        double floatTest = _material.Test.Count == 0
            ? double.NaN
            : Accuracy.Of(common, _material.Test.Real(), _material.Test.Labels);
        return new CompressionResult(_candidates, chosen, uniform, tests, floatTest, pack, parts!, int8,
            _material.Validation.Count, _views.Views, _costs.Emulations);
    }

    private void Tell(Candidate candidate) => _tell($"{candidate.Name}: {100 * candidate.Accuracy:0.00} % of the validation, " +
        $"{candidate.Cost.FlashBytes:N0} bytes of flash, {candidate.Cost.Milliseconds:0.0} ms" +
        (candidate.Steps > 0 ? $", {candidate.Steps} steps" : ""));

    private static string Name(DataType type) => type.ToString().ToUpperInvariant();
}
