using System.Globalization;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>What of a pack a board's memory holds.</summary>
public static class BoardFit
{
    /// <summary>For variables, and a count of instructions for each of several hundred operators.</summary>
    private const int VariableBytes = 2048;

    /// <summary>Bytes of arena that the board has to spare beside stack and variables.</summary>
    public static int MostArena(Board board)
    {
        ArgumentNullException.ThrowIfNull(board);
        return (int)Math.Clamp(board.Memory.Ram.Size - PackSources.StackBytes - VariableBytes, 0, int.MaxValue);
    }

    /// <summary>Refuses early what cannot fit, with the figures that matter to a user.</summary>
    /// <param name="remark">On the arena, in brackets.</param>
    /// <exception cref="BoardException">It does not fit.</exception>
    public static void Require(Board board, long packBytes, int arenaBytes, string remark = "")
    {
        ArgumentNullException.ThrowIfNull(board);
        var place = board.Memory.Pack ?? board.Memory.Flash;
        if (packBytes > place.Size)
        {
            throw new BoardException(string.Create(CultureInfo.InvariantCulture,
                $"The pack has {packBytes:N0} bytes, {board.Name} has {place.Size:N0} bytes for it; use --weights int4 or int2, or a larger board."))
            {
                IsTooLarge = true,
            };
        }
        if (arenaBytes > board.Memory.Ram.Size)
        {
            throw new BoardException(string.Create(CultureInfo.InvariantCulture,
                $"The pack needs an arena of {arenaBytes:N0} bytes{remark}, {board.Name} has {board.Memory.Ram.Size:N0} bytes of RAM; use a smaller model or a larger board."))
            {
                IsTooLarge = true,
            };
        }
    }
}
