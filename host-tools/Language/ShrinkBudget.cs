using System.Globalization;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Language;

/// <summary>What a language model may take at most.</summary>
/// <param name="FlashBytes">Of the pack; infinite: no limit.</param>
/// <param name="RamBytes">Of the arena, the cache of attention included; infinite: no limit.</param>
/// <param name="Board">For whose kernels packs are laid out; null: as they are written.</param>
public sealed record ShrinkBudget(double FlashBytes, double RamBytes, Board? Board = null)
{
    /// <summary>Of story-teller beside a pack: 46,264 bytes on Cortex-M4, and some for newer ones.</summary>
    private const int CodeBytes = 48 * 1024;

    /// <summary>Tokens of a text, 1,024 of them, and the least scratch.</summary>
    private const int TextBytes = 4096, LeastScratch = 4096, ScratchOfToken = 8;

    public bool IsLimited => double.IsFinite(FlashBytes) || double.IsFinite(RamBytes);

    /// <summary>What is asked for, and no more than a board has beside its firmware, stack and the text.</summary>
    public static ShrinkBudget Of(double flash, double ram, Board? board, int vocabulary)
    {
        if (board is null)
            return new ShrinkBudget(flash, ram);
        double most = board.Memory.Pack?.Size ?? (board.Memory.Flash.Size - CodeBytes);
        double arena = BoardFit.MostArena(board) - TextBytes - Math.Max(LeastScratch, ScratchOfToken * (double)vocabulary);
        return new ShrinkBudget(Math.Min(flash, Math.Max(1, most)), Math.Min(ram, Math.Max(1, arena)), board);
    }

    /// <summary>What a pack takes; it is laid out for the board.</summary>
    public (long Flash, long Ram) Measure(PackModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Board is not null)
            PackLayout.Apply(model, KernelFamilies.Named(Board.Kernels), BoardFit.MostArena(Board));
        return (PackWriter.Write(model).Length, model.ArenaBytes);
    }

    /// <summary>By what share a pack of these sizes is too large, of flash and of RAM together.</summary>
    /// <param name="moreFlash">Added to the measured bytes.</param>
    public double Excess(PackModel model, long moreFlash = 0)
    {
        (long flash, long ram) = Measure(model);
        return Math.Max(0, ((flash + moreFlash) / FlashBytes) - 1) + Math.Max(0, (ram / RamBytes) - 1);
    }

    /// <exception cref="ModelException">The pack does not fit.</exception>
    /// <param name="pack">As it is written.</param>
    /// <param name="moreFlash">Added to the measured bytes.</param>
    public void Require(byte[] pack, long moreFlash = 0)
    {
        (long flash, long ram) = Measure(PackReader.Read(pack));
        flash += moreFlash;
        if (flash > FlashBytes || ram > RamBytes)
            throw new ModelException(string.Create(CultureInfo.InvariantCulture,
                $"The model takes {flash:N0} bytes of flash and {ram:N0} of RAM{(Board is null ? "" : $" on {Board.Name}")}, but {this}; ") +
                "give smaller sizes, fewer bits a weight, or a smaller --context.");
    }

    public override string ToString() => string.Join(" and ", new[] { Text(FlashBytes, "flash"), Text(RamBytes, "RAM") }
        .Where(text => text.Length > 0).DefaultIfEmpty("nothing is limited"));

    private static string Text(double most, string kind) => double.IsFinite(most)
        ? string.Create(CultureInfo.InvariantCulture, $"{most:N0} of {kind} are allowed")
        : "";
}
