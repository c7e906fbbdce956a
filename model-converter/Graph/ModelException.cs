namespace McuAi.ModelConverter.Graph;

/// <summary>A model, pack or input that cannot be used. The message is one sentence for the user: what happened,
/// where, and what to do.</summary>
public sealed class ModelException : Exception
{
    public ModelException(string message) : base(message) { }

    public ModelException(string message, Exception inner) : base(message, inner) { }
}
