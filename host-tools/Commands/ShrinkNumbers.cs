using System.CommandLine;
using McuAi.HostTools.Language;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Pruning;
using McuAi.ModelConverter.Language.Training;

namespace McuAi.HostTools.Commands;

/// <summary>The numbers that mcuai shrink takes.</summary>
internal sealed class ShrinkNumbers
{
    private readonly Option<int?> _layers = new("--layers") { Description = "to keep of the teacher" };

    private readonly Option<int?> _width = new("--width") { Description = "numbers of the residual stream to keep of the teacher" };

    private readonly Option<int?> _hidden = new("--hidden") { Description = "neurons of dense networks to keep of the teacher" };

    private readonly Option<int?> _heads = new("--heads")
    {
        Description = "to keep of the teacher; of a student's attention: the teacher's, or its key-value heads",
    };

    private readonly Option<int?> _latent = new("--latent")
    {
        Description = "numbers that a student remembers of a token beside the rotated ones",
    };

    private readonly Option<int?> _shared = new("--shared")
    {
        Description = "neurons of a student's shared expert, or to keep of the teacher's",
    };

    private readonly Option<int?> _experts = new("--experts")
    {
        Description = "a student's routed experts, or to keep of the teacher's",
    };

    private readonly Option<int?> _expertWidth = new("--expert-width")
    {
        Description = "neurons of each",
    };

    private readonly Option<int?> _chosen = new("--chosen")
    {
        Description = "routed experts that a token uses",
    };

    private readonly Option<int?> _sequences = new("--sequences")
    {
        Description = "of text that the teacher makes up (4,000)",
    };

    private readonly Option<int?> _length = new("--length")
    {
        Description = "tokens of a sequence that are learned from (256)",
    };

    private readonly Option<int?> _pruneSteps = new("--prune-steps")
    {
        Description = "steps in which what is kept of a teacher learns to do without the rest (1,000)",
    };

    private readonly Option<int?> _blockSteps = new("--block-steps")
    {
        Description = "steps in which a student learns blocks (600)",
    };

    private readonly Option<int?> _steps = new("--steps")
    {
        Description = "steps in which a student learns probabilities (10,000)",
    };

    private readonly Option<int?> _integerSteps = new("--integer-steps")
    {
        Description = "steps in which weights are rounded one after another; 0: all at once (5,000)",
    };

    private readonly Option<double?> _rate = new("--rate")
    {
        Description = "learning rate of matrices (0.01)",
    };

    private readonly Option<double?> _integerRate = new("--integer-rate")
    {
        Description = "learning rate while weights are rounded (0.001)",
    };

    private readonly Option<double?> _bits = new("--bits")
    {
        Description = "bits a weight on average, all that is stored included: matrices get the formats that help most",
    };

    private readonly Option<int?> _context = new("--context")
    {
        Description = "tokens that the pack looks back on at most (512)",
    };

    private readonly Option<int?> _seed = new("--seed")
    {
        Description = "of chance (1)",
    };

    private Option[] All =>
    [
        .. SizeOptions, _sequences, _length, _pruneSteps, _blockSteps, _steps, _integerSteps, _rate, _integerRate, _bits, _context,
        _seed,
    ];

    public void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Add(option);
    }

    /// <summary>Of what is kept of the teacher, and of students.</summary>
    private Option<int?>[] SizeOptions => [_layers, _heads, _width, _hidden, _latent, _shared, _experts, _expertWidth, _chosen];

    public ShrinkOptions Apply(ParseResult arguments, ShrinkOptions options)
    {
        if (options.Fresh is not null && SizeOptions.FirstOrDefault(option => arguments.GetValue(option) is not null) is { } size)
            throw new ModelException($"{size.Name}: the student has the sizes of its name; leave it out, or take --to tinyseek.");
        int Of(Option<int?> option, int standard, int least = 1)
        {
            int value = arguments.GetValue(option) ?? standard;
            return value >= least ? value : throw new ModelException($"{option.Name} {value}: give at least {least}.");
        }

        StudentShape? student = options.Student is not { } shape ? null : shape with
        {
            Heads = Of(_heads, shape.Heads), LatentWidth = Of(_latent, shape.LatentWidth),
            SharedHidden = Of(_shared, shape.SharedHidden), Experts = Of(_experts, shape.Experts),
            ExpertHidden = Of(_expertWidth, shape.ExpertHidden), Chosen = Of(_chosen, shape.Chosen),
        };
        return options with
        {
            Student = student, Sizes = Sizes(arguments, options), Sequences = Of(_sequences, options.Sequences),
            Tokens = Of(_length, options.Tokens, 2), PruneSteps = Of(_pruneSteps, options.PruneSteps, 0),
            BlockSteps = Of(_blockSteps, options.BlockSteps, 0), TeachingSteps = Of(_steps, options.TeachingSteps, 0),
            IntegerSteps = Of(_integerSteps, options.IntegerSteps, 0), Rate = arguments.GetValue(_rate) ?? options.Rate,
            IntegerRate = arguments.GetValue(_integerRate) ?? options.IntegerRate, Context = Of(_context, options.Context),
            Seed = Of(_seed, options.Seed), Bits = arguments.GetValue(_bits),
        };
    }

    /// <summary>Of what is kept of the teacher; a student has heads and experts of its own.</summary>
    private Dictionary<PrunedKind, int> Sizes(ParseResult arguments, ShrinkOptions options)
    {
        var sizes = new Dictionary<PrunedKind, int>(options.Sizes);
        foreach ((PrunedKind kind, Option<int?> option) in ((PrunedKind, Option<int?>)[])[(PrunedKind.Layers, _layers),
            (PrunedKind.Width, _width), (PrunedKind.Hidden, _hidden), (PrunedKind.Heads, _heads), (PrunedKind.Shared, _shared),
            (PrunedKind.Experts, _experts)])
            if (arguments.GetValue(option) is { } size
                && (options.Student is null || kind is PrunedKind.Layers or PrunedKind.Width or PrunedKind.Hidden))
                sizes[kind] = size;
        return sizes;
    }
}
