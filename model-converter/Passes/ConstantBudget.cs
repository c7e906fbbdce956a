using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Passes;

/// <summary>Bounds what constants may take in memory, so that a small hostile file cannot grow without limit by
/// concatenating and expanding them. Honest models copy each weight a few times.</summary>
public sealed class ConstantBudget(long fileBytes)
{
    private long left = (24 * fileBytes) + (256 * 1024);

    public void Spend(long bytes, string name)
    {
        left -= bytes;
        if (left < 0)
            throw new ModelException($"Constants grow out of proportion to the file at '{name}'; simplify the model.");
    }
}
