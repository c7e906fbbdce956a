using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Data;

namespace McuAi.ModelConverter.Training;

/// <summary>How batches of spoken words are drawn.</summary>
public sealed record KeywordBatchSettings
{
    public int BatchSize { get; init; } = 64;

    /// <summary>Parameter of the beta distribution from which two inputs are mixed (Zhang et al., 2018); 0: unmixed.
    /// </summary>
    public double Mixup { get; init; } = 0.3;

    /// <summary>Whether each pair has a share of its own; otherwise a batch has one.</summary>
    public bool MixesEachPair { get; init; }

    /// <summary>Probability that is spread over all classes (Szegedy et al., 2016).</summary>
    public double LabelSmoothing { get; init; } = 0.05;

    /// <summary>Share of a batch that is silence, where that is a class.</summary>
    public double SilenceShare { get; init; } = 0.06;

    /// <summary>The class of all other words; negative: none.</summary>
    public int Unknown { get; init; } = -1;

    /// <summary>Share of a batch that is other words, where that is a class: there are more of them than of any word, and
    /// each that is taken for one is a false alarm.</summary>
    public double UnknownShare { get; init; } = 0.2;

    /// <summary>Of other words, the share that is made of the words themselves.</summary>
    public double ScrambledShare { get; init; } = 0.4;

    /// <summary>Whether each data set has the same share of the other words, however many clips it has: a few minutes of real
    /// speech count as much as hours of synthetic speech.</summary>
    public bool EvenUnknown { get; init; }

    /// <summary>Of a word's clips, the share that data sets which were added have; null: as many as their clips are.
    /// </summary>
    public double? AdditionShare { get; init; }

    public int Seed { get; init; } = 1;
}

/// <summary>Batches of augmented words for training: words are equally likely, clips of a word too. A batch depends on the
/// seed and its number only.</summary>
public sealed class KeywordBatches : IBatchSource
{
    /// <summary>Peak to which clips are brought before augmentation changes their gain.</summary>
    public const float Peak = 0.5f;

    private readonly KeywordBatchSettings _settings;
    private readonly IReadOnlyList<IFrontEnd> _frontEnds;
    private readonly Augmentation _augmentation;
    private readonly float[][][] _windows, _additions;
    private readonly float[][][] _others; // other words of each data set
    private readonly int _classes;
    private readonly int _samples;

    /// <param name="clips">Of the training split.</param>
    /// <param name="classes">Words, and silence after them if it is a class.</param>
    /// <param name="frontEnds">One for each vocal tract length; the batches take turns at random.</param>
    public KeywordBatches(IReadOnlyList<Clip> clips, int classes, IReadOnlyList<IFrontEnd> frontEnds,
        Augmentation augmentation, KeywordBatchSettings settings)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(frontEnds);
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _frontEnds, _augmentation, _classes) = (settings, frontEnds, augmentation, classes);
        _samples = frontEnds[0].Settings.ClipSamples;
        _windows = Windows(clips.Where(clip => !IsApart(clip)));
        _additions = Windows(clips.Where(IsApart));
        _others = settings.EvenUnknown
            ? [.. clips.Where(clip => clip.Class == settings.Unknown).GroupBy(clip => clip.Addition)
                .Select(group => group.Select(Window).ToArray())]
            : [];
    }

    /// <summary>Whether a clip has its share by itself. Other words have not: there, more clips are more to learn.</summary>
    private bool IsApart(Clip clip) =>
        clip.IsAddition && _settings.AdditionShare is not null && clip.Class != _settings.Unknown;

    private float[][][] Windows(IEnumerable<Clip> clips)
    {
        ILookup<int, Clip> ofClass = clips.ToLookup(clip => clip.Class);
        return [.. Enumerable.Range(0, _classes).Select(label => ofClass[label]
            .Select(Window).ToArray())];
    }

    private float[] Window(Clip clip) => ClipWindow.Fit(clip.Samples, _samples, Peak);

    public Batch Batch(int step)
    {
        var random = new Random(Trainer.HashCode(_settings.Seed, step));
        int size = _settings.BatchSize;
        (int[] labels, float[]?[] sources) = Draw(random);
        var samples = new short[size * _samples];
        long first = (long)step * size;
        Parallel.For(0, size, i =>
        {
            var variant = new float[_samples];
            if (sources[i] is { } source)
                _augmentation.Apply(source, first + i, variant);
            else
                _augmentation.Background(first + i, variant);
            Samples.FromFloat(variant).CopyTo(samples, i * _samples);
        });
        float[] features = Features(samples, [.. labels.Select(_ => random.Next(_frontEnds.Count))]);
        int each = features.Length / size, bands = _frontEnds[0].Settings.Features;
        for (int i = 0; i < size; i++)
            if (sources[i] is not null)
                _augmentation.Mask(features.AsSpan(i * each, each), bands, first + i);
        return Mix(features, Targets(labels), random);
    }

    private (int[] Labels, float[]?[] Sources) Draw(Random random)
    {
        int[] spoken = [.. Enumerable.Range(0, _classes).Where(label => _windows[label].Length + _additions[label].Length > 0)];
        int[] words = [.. spoken.Where(label => label != _settings.Unknown)];
        bool silence = spoken.Length < _classes, unknown = words.Length < spoken.Length && words.Length > 0;
        words = words.Length > 0 ? words : spoken;
        var labels = new int[_settings.BatchSize];
        var sources = new float[]?[labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            bool silent = silence && random.NextDouble() < _settings.SilenceShare;
            labels[i] = silent ? _classes - 1
                : unknown && random.NextDouble() < _settings.UnknownShare ? _settings.Unknown
                : words[random.Next(words.Length)];
            sources[i] = silent ? null
                : unknown && labels[i] == _settings.Unknown && random.NextDouble() < _settings.ScrambledShare
                    ? ScrambledSpeech.Of(Word(), Word(), _frontEnds[0].Settings.SampleRate, random)
                : _settings.EvenUnknown && labels[i] == _settings.Unknown ? Other()
                : Any(labels[i]);
        }

        return (labels, sources);

        float[] Any(int label)
        {
            bool both = _windows[label].Length > 0 && _additions[label].Length > 0;
            bool added = both ? random.NextDouble() < _settings.AdditionShare : _additions[label].Length > 0;
            float[][] windows = added ? _additions[label] : _windows[label];
            return windows[random.Next(windows.Length)];
        }

        float[] Other()
        {
            float[][] windows = _others[random.Next(_others.Length)];
            return windows[random.Next(windows.Length)];
        }

        float[] Word() => Any(words[random.Next(words.Length)]);
    }

    /// <summary>Model inputs, each by the front end that was drawn for it.</summary>
    private float[] Features(short[] samples, int[] frontEnds)
    {
        FrontEndSettings settings = _frontEnds[0].Settings;
        var features = new float[frontEnds.Length * settings.InputBytes];
        for (int warp = 0; warp < _frontEnds.Count; warp++)
        {
            int[] rows = [.. Enumerable.Range(0, frontEnds.Length).Where(i => frontEnds[i] == warp)];
            short[] clips = [.. rows.SelectMany(row => samples.AsSpan(row * _samples, _samples).ToArray())];
            var inputs = new sbyte[rows.Length * settings.InputBytes];
            if (rows.Length > 0)
                _frontEnds[warp].Compute(clips, _samples, inputs);
            for (int i = 0; i < inputs.Length; i++)
                features[(rows[i / settings.InputBytes] * settings.InputBytes) + (i % settings.InputBytes)] =
                    (float)((inputs[i] - settings.ZeroPoint) * settings.Scale);
        }

        return features;
    }

    private float[] Targets(int[] labels)
    {
        var targets = new float[labels.Length * _classes];
        targets.AsSpan().Fill((float)(_settings.LabelSmoothing / _classes));
        for (int i = 0; i < labels.Length; i++)
            targets[(i * _classes) + labels[i]] += (float)(1 - _settings.LabelSmoothing);
        return targets;
    }

    private Batch Mix(float[] features, float[] targets, Random random)
    {
        FrontEndSettings settings = _frontEnds[0].Settings;
        int size = _settings.BatchSize;
        if (_settings.Mixup > 0)
        {
            int[] partners = [.. Enumerable.Range(0, size)];
            random.Shuffle(partners);
            float[] shares = new float[_settings.MixesEachPair ? size : 1];
            for (int i = 0; i < shares.Length; i++)
                shares[i] = (float)Beta(random, _settings.Mixup);
            features = Mixed(features, partners, shares);
            targets = Mixed(targets, partners, shares);
        }

        return new Batch(new Tensor<float>(features, size, settings.Frames, settings.Features, 1), targets);
    }

    /// <param name="shares">Of each row, or one of all.</param>
    private static float[] Mixed(float[] rows, int[] partners, float[] shares)
    {
        var mixed = new float[rows.Length];
        int each = rows.Length / partners.Length;
        for (int i = 0; i < rows.Length; i++)
        {
            float share = shares[i / each % shares.Length];
            mixed[i] = (share * rows[i]) + ((1 - share) * rows[(partners[i / each] * each) + (i % each)]);
        }

        return mixed;
    }

    /// <summary>Beta(a, a), by Jöhnk's rejection (1964).</summary>
    private static double Beta(Random random, double a)
    {
        while (true)
        {
            double x = Math.Pow(random.NextDouble(), 1 / a), y = Math.Pow(random.NextDouble(), 1 / a);
            if (x + y <= 1 && x + y > 0)
                return x / (x + y);
        }
    }
}
