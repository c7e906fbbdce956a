namespace McuAi.HostTools.NanoFramework;

/// <summary>What compiles and then fails on a .NET nanoFramework 1.x device.</summary>
/// <param name="Place">Assembly, type and member.</param>
/// <param name="Offset">Of the instruction in the method's IL, in bytes; null where it is no instruction.</param>
/// <param name="What">What is there, as the rest of a sentence.</param>
/// <param name="Instead">What to do.</param>
internal sealed record Finding(string Place, int? Offset, string What, string Instead)
{
    public override string ToString() =>
        $"{Place}{(Offset is { } offset ? $" at IL_{offset:x4}" : "")} {What}; {Instead}.";
}
