using System.Globalization;
using McuAi.ModelConverter.Language;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Language;

/// <summary>What a size of TinySeek takes with INT4 weights, by its pack: docs/tinyseek.md.</summary>
/// <param name="PackBytes">On flash or a block device.</param>
/// <param name="ManifestBytes">Of them, those that a board needs at hand.</param>
/// <param name="MostPerToken">Bytes that a token reads where no cache holds anything: all in order, and the chosen experts.</param>
public sealed record TinySeekFigures(string Name, TransformerShape Shape, long PackBytes, int ManifestBytes, int ArenaBytes,
    CacheSizes Cache, long MostPerToken)
{
    private const int ManifestBytesField = 8;

    /// <summary>Makes the pack, with random weights.</summary>
    public static TinySeekFigures Of(string name)
    {
        PackModel model = LanguageConversion.Run(TinySeekSizes.RandomPrefix + name, new LanguageOptions("int4"));
        byte[] pack = PackWriter.Write(model);
        HashSet<int> inOrder = [.. model.Operators.SelectMany(node => node.Inputs).Where(input => input?.Blob is not null)
            .Select(input => input!.Shard)];
        long most = inOrder.Sum(shard => (long)model.Shards[shard].Bytes);
        foreach (PackOperator node in model.Operators.Where(node => node.OnDemand.Count > 0))
        {
            int chosen = node.Opcode == Opcode.Experts ? node.Parameters[1] : 1;
            most += node.OnDemand.Select(tensor => tensor.Shard).Distinct().Where(shard => !inOrder.Contains(shard))
                .Select(shard => (long)model.Shards[shard].Bytes).OrderDescending().Take(chosen).Sum();
        }

        return new TinySeekFigures(name, TinySeekSizes.All[name], pack.Length, BitConverter.ToInt32(pack, ManifestBytesField),
            model.ArenaBytes, model.CacheSizes, most);
    }

    /// <summary>A line of the page's table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"| {Name} | {Shape.Parameters:N0} | {Shape.ActiveParameters:N0} | {Shape.Context} | {PackBytes:N0} | {ManifestBytes:N0} | {ArenaBytes:N0} | {Cache.Least:N0} | {Cache.Overlapped:N0} | {Cache.InOrder:N0} | {MostPerToken:N0} |");
}
