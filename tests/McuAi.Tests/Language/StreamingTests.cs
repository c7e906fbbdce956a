using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Layouts;
using McuAi.ModelConverter.Lowering;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Fuzz;

namespace McuAi.Tests.Language;

/// <summary>Weights that are read through a cache, in the core.</summary>
[TestClass]
public sealed class StreamingTests
{
    private static readonly StreamedModel Model = new();

    public static IEnumerable<object[]> Caches
    {
        get
        {
            CacheSizes sizes = Model.Pack.CacheSizes;
            foreach (long bytes in (long[])[sizes.Least, sizes.Overlapped, sizes.Overlapped + 30_000, sizes.InOrder,
                (sizes.InOrder + sizes.Whole) / 2, sizes.Whole])
                foreach (bool isAsynchronous in (bool[])[false, true])
                    yield return [(int)bytes, isAsynchronous];
        }
    }

    [TestMethod]
    [DynamicData(nameof(Caches))]
    public void EveryCacheGivesTheSameLogits(int cache, bool isAsynchronous)
    {
        var device = new NotedDevice(Model.Bytes, isAsynchronous);
        using var store = new HostStore(StreamedModel.Library, device, cache);
        AreSame(Model.Run(null), Model.Run(store));
        Assert.AreEqual(store.Statistics.Reads, (uint)device.Offsets.Count);
        Assert.AreEqual(store.Statistics.Bytes, (ulong)device.Offsets.Sum(offset => Model.Pack.Shards[Model.ShardAt(offset)].Bytes));
        CacheSizes sizes = Model.Pack.CacheSizes;
        Assert.AreEqual(new StoreSizes((uint)sizes.Least, (uint)sizes.Overlapped, (uint)sizes.InOrder, (uint)sizes.Whole), store.Needs);
    }

    /// <summary>The table in which all layers look up is no part of the cache's needs: of each token one piece is read, of the 4 KiB
    /// that it takes in the pack, on every board.</summary>
    [TestMethod]
    public void ATokenReadsOnePieceOfWhatLayersLookUp()
    {
        const int tokens = 60;
        var model = new StreamedModel(layerEmbedding: 32);
        PackOperator lookUp = model.Pack.Operators.Find(node => node.Opcode == Opcode.EmbeddingPieces)!;
        Assert.IsGreaterThan(80_000, lookUp.OnDemand.Sum(piece => piece.Bytes));
        HashSet<int> pieces = [.. lookUp.OnDemand.Select(piece => piece.Shard)];
        Assert.HasCount(lookUp.OnDemand.Count, pieces);
        foreach (long cache in (long[])[model.Pack.CacheSizes.Least, model.Pack.CacheSizes.Overlapped])
        {
            var device = new NotedDevice(model.Bytes, isAsynchronous: true);
            using var store = new HostStore(StreamedModel.Library, device, (int)cache);
            AreSame(model.Run(null, tokens), model.Run(store, tokens));
            int[] read = [.. device.Offsets.Select(model.ShardAt).Where(pieces.Contains)];
            Assert.IsInRange(tokens / 2, tokens, read.Length);
            Assert.IsLessThanOrEqualTo(4096, read.Max(shard => model.Pack.Shards[shard].Bytes));
        }

        PackLayout.Apply(model.Pack, KernelFamilies.Named("dsp"));
        Assert.IsLessThanOrEqualTo(4096, lookUp.OnDemand.Max(piece => piece.Bytes));
        int without = (int)Model.Pack.CacheSizes.Least, table = 12 * model.Pack.Shards.Count;
        Assert.IsLessThan(without + table + 8192, (int)model.Pack.CacheSizes.Least);
    }

    [TestMethod]
    public void AWholeCacheReadsEveryShardOnce()
    {
        var device = new NotedDevice(Model.Bytes, isAsynchronous: true);
        using var store = new HostStore(StreamedModel.Library, device, (int)Model.Pack.CacheSizes.Whole);
        Model.Run(store, 100);
        CollectionAssert.AllItemsAreUnique(device.Offsets);
    }

    /// <summary>Without a device that works beside the CPU each read is waited for; with one, only experts' are.</summary>
    [TestMethod]
    public void ReadingOverlapsComputing()
    {
        int cache = (int)Model.Pack.CacheSizes.Overlapped;
        using var plain = new HostStore(StreamedModel.Library, new NotedDevice(Model.Bytes, isAsynchronous: false), cache);
        using var overlapping = new HostStore(StreamedModel.Library, new NotedDevice(Model.Bytes, isAsynchronous: true), cache);
        Model.Run(plain);
        Model.Run(overlapping);
        int experts = Model.Pack.Operators.Count(node => node.Opcode == Opcode.Experts) * 2 * 24;
        Assert.IsGreaterThan(experts, (int)plain.Statistics.Stalls);
        Assert.IsLessThanOrEqualTo(experts + 24 + Model.Pack.Shards.Count, (int)overlapping.Statistics.Stalls);
        Assert.IsLessThan(plain.Statistics.Stalls, overlapping.Statistics.Stalls);
    }

    /// <summary>Shards that no operator wants are verified all the same, in a cache of any size that is enough.</summary>
    [TestMethod]
    public void ShardsThatNoOperatorWantsAreVerified()
    {
        byte[] pack = [.. Model.Bytes];
        BitConverter.TryWriteBytes(pack.AsSpan(30), (ushort)(Model.Pack.Operators.Count / 2));
        PackRepair.Apply(pack);
        byte[] manifest = pack[..BitConverter.ToInt32(pack, 8)];
        StoreSizes needs = Verify(int.MaxValue / 64).Needs;
        foreach (uint cache in (uint[])[needs.Least, needs.Overlapped, needs.InOrder, (needs.InOrder + needs.Whole) / 2, needs.Whole])
            Assert.AreEqual(Model.Pack.Shards.Count, Verify((int)cache).Read, $"{cache} bytes");

        (StoreSizes Needs, int Read) Verify(int cache)
        {
            var device = new NotedDevice(pack, isAsynchronous: true);
            using var store = new HostStore(StreamedModel.Library, device, cache);
            using var core = new HostCore(StreamedModel.Library, manifest, store);
            core.Verify();
            return (store.Needs, device.Offsets.Distinct().Count());
        }
    }

    [TestMethod]
    public void TooSmallACacheIsRefusedWithTheSizeThatIsNeeded()
    {
        int least = (int)Model.Pack.CacheSizes.Least;
        foreach (int cache in (int[])[0, 16, least / 2, least - 16])
        {
            using var store = new HostStore(StreamedModel.Library, new NotedDevice(Model.Bytes, true), cache);
            Assert.Contains($"{least:N0}", Assert.ThrowsExactly<ModelException>(() => Model.Run(store)).Message);
        }
    }

    /// <summary>A bit that flips once costs a read.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AShardThatFailsOnceIsReadAgain(bool isAsynchronous)
    {
        var spoiled = new HashSet<long>();
        var device = new NotedDevice(Model.Bytes, isAsynchronous)
        {
            Spoil = (offset, bytes) =>
            {
                if (spoiled.Add(offset))
                    bytes.Span[bytes.Length / 2] ^= 4;
                return true;
            },
        };
        using var store = new HostStore(StreamedModel.Library, device, (int)Model.Pack.CacheSizes.Overlapped);
        AreSame(Model.Run(null), Model.Run(store));
        Assert.AreEqual((uint)spoiled.Count, store.Statistics.Repeats);
    }

    /// <summary>Any shard of any kind, damaged or unreadable, stops the model with its number.</summary>
    [TestMethod]
    [DataRow(false, true, "checksum")]
    [DataRow(true, true, "checksum")]
    [DataRow(true, false, "could not be read")]
    public void AShardThatAlwaysFailsIsReportedByNumber(bool isAsynchronous, bool isRead, string message)
    {
        List<long> used = Used();
        foreach (long wrong in (long[])[used[0], used[used.Count / 2], used[^1]])
        {
            var device = new NotedDevice(Model.Bytes, isAsynchronous)
            {
                Spoil = (offset, bytes) =>
                {
                    if (offset == wrong)
                        bytes.Span[^1] ^= 1;
                    return isRead || offset != wrong;
                },
            };
            using var store = new HostStore(StreamedModel.Library, device, (int)Model.Pack.CacheSizes.Overlapped);
            string said = Assert.ThrowsExactly<ModelException>(() => Model.Run(store)).Message;
            Assert.Contains(message, said);
            Assert.Contains($"(shard {Model.ShardAt(wrong)})", said);
            Assert.AreEqual(Model.ShardAt(wrong), store.DamagedShard);
        }
    }

    /// <summary>The store's choice of the expert that goes, on recorded routings, against others and the optimum (Belady, 1966); what it
    /// reads is what a plain simulation says.</summary>
    [TestMethod]
    public void ExpertsAreKeptNearlyAsWellAsCanBe()
    {
        const int tokens = 200;
        ExpertTrace trace = ExpertTrace.Record(Model, tokens);
        CacheSizes sizes = Model.Pack.CacheSizes;
        long each = (sizes.Whole - sizes.InOrder) / (trace.Experts - 1);
        int own = 0, optimum = 0, best = 0;
        foreach (int slots in (int[])[2, 4, 8, 16, 24])
        {
            using var store = new HostStore(StreamedModel.Library, new NotedDevice(Model.Bytes, false),
                (int)(sizes.InOrder + (each * (slots - 1))));
            Model.Run(store, tokens);
            int[] misses = [.. ExpertTrace.Policies.Select(policy => trace.Misses(slots, policy.Victim))];
            Console.WriteLine($"{slots} slots of {trace.Wants.Count} wants: " + string.Join(", ",
                ExpertTrace.Policies.Select((policy, i) => $"{policy.Name} {misses[i]}")));
            Assert.AreEqual((uint)misses[0], store.Statistics.Stalls, $"{slots} slots");
            own += misses[0];
            optimum += misses[1];
            best += misses[2..].Min();
        }

        Assert.IsLessThan(best, own);
        Assert.IsLessThan(1.5 * optimum, own);
    }

    /// <summary>Offsets that a run reads.</summary>
    private static List<long> Used()
    {
        var device = new NotedDevice(Model.Bytes, isAsynchronous: false);
        using var store = new HostStore(StreamedModel.Library, device, (int)Model.Pack.CacheSizes.Overlapped);
        Model.Run(store);
        return [.. device.Offsets.Distinct()];
    }

    private static void AreSame(List<int[]> expected, List<int[]> actual)
    {
        for (int i = 0; i < expected.Count; i++)
            CollectionAssert.AreEqual(expected[i], actual[i], $"token {i}");
    }
}
