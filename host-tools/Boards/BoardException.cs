namespace McuAi.HostTools.Boards;

/// <summary>A board that is unknown, whose file is wrong, or whose tools or memory do not do. The message is one
/// sentence or more for the user: what happened, where, and what to do.</summary>
public sealed class BoardException : Exception
{
    public BoardException(string message) : base(message) { }

    public BoardException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Whether nothing is wrong but the size: what was to be built is larger than the board's memory.</summary>
    public bool IsTooLarge { get; init; }
}
