using System.Globalization;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Models;

/// <summary>What <c>--arena</c> asks for: whole layers, which are fast; the least arena; or one of at most so many bytes,
/// for which layers run in strips of rows.</summary>
public sealed record ArenaGoal(string Option, Board? Board)
{
    public const string Fast = "fast", Least = "least";

    /// <summary>Bytes that the arena should take at most.</summary>
    public int MostBytes => Option switch
    {
        Fast => Board is null ? int.MaxValue : BoardFit.MostArena(Board),
        Least => 0,
        _ => Limit ?? throw new ModelException($"--arena {Option}: give {Fast}, {Least} or a number of bytes."),
    };

    private int? Limit => int.TryParse(Option, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes)
        ? bytes
        : null;

    /// <summary>Refuses a model that takes more than a number of bytes that was asked for.</summary>
    public void Require(PackModel model)
    {
        if (Limit is { } limit && model.ArenaBytes > limit)
            throw new ModelException($"The model needs {model.ArenaBytes:N0} bytes of arena at least, and --arena asks for " +
                $"{limit:N0} at most; give more or use a smaller model.");
    }

    /// <summary>Why the model's layers run in strips, where they do; else null.</summary>
    public string? Remark(PackModel model) => ModelSummary.Strips(model) is { } strips
        ? strips + (Option == Fast ? $", more than {Board!.Name} has to spare" : "")
        : null;
}
