using System.Buffers.Binary;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.NanoFramework;
using McuAi.Tests.Fuzz;
using McuAi.Tests.Language;

namespace McuAi.Tests.NanoFramework;

/// <summary>Whatever bytes the managed runtime is given, it runs them as the core does or throws its one exception, with the core's
/// code.</summary>
[TestClass]
public sealed class ManagedBadInputTests
{
    private const int Megabyte = 1 << 20;

    [TestMethod]
    public void EachDamageHasItsCode()
    {
        Refuses(ErrorCode.Truncated, pack => pack[..71]);
        Refuses(ErrorCode.Truncated, _ => []);
        Refuses(ErrorCode.NotAPack, pack => Set(pack, 0, 0x4C465454));
        Refuses(ErrorCode.Version, pack => Set(pack, 4, 72 << 16 | 2));
        Refuses(ErrorCode.Truncated, pack => pack[..^1]);
        Refuses(ErrorCode.Truncated, pack => pack[..1000]);
        Refuses(ErrorCode.Manifest, pack => Set(pack, 200, 0x55555555));
        Refuses(ErrorCode.Manifest, pack => Set(pack, 8, 0xFFFFFFF0));
        Refuses(ErrorCode.Manifest, pack => Set(pack, 16, 0x80000000));
        Refuses(ErrorCode.Manifest, pack => Repaired(Set(pack, 44, 0x7FFFFFFC)));
        Refuses(ErrorCode.Tensor, pack => Repaired(Set(pack, Word(pack, 44), 9)));
        Refuses(ErrorCode.Operator, pack => Repaired(Set(pack, Word(pack, 48) + 8, 8)));
        Refuses(ErrorCode.UnknownOperator, pack => Repaired(Set(pack, Word(pack, 48), Word(pack, Word(pack, 48)) & ~0xFFFF | 999)));
    }

    /// <summary>Code for code what the core says.</summary>
    [TestMethod]
    public void DamagedShardsAreFound()
    {
        byte[] pack = ManagedRuns.ShippedBytes("stories.tsk");
        int shards = Word(pack, 56), offset = Word(pack, shards + (2 * 48));
        byte[] damaged = (byte[])pack.Clone();
        damaged[offset + 5] ^= 4;
        var mapped = new Model(new ArrayPack(damaged));
        McuAiException error = Assert.ThrowsExactly<McuAiException>(mapped.Verify);
        Assert.AreEqual(ErrorCode.Shard, error.Code);
        Assert.Contains("shard 2", error.Message);
        error = Assert.ThrowsExactly<McuAiException>(() => new Model(new StreamedPack(damaged)));
        Assert.AreEqual(ErrorCode.Shard, error.Code);
        Assert.Contains("shard 2", error.Message);

        int reads = 0;
        var once = new StreamedPack(pack)
        {
            Spoil = (at, bytes) =>
            {
                if (at == offset && reads++ == 0)
                    bytes.Span[7] ^= 1;
            },
        };
        using var core = new HostCore(ManagedRuns.Library, pack);
        byte[] inputs = [5, 0, 0, 0, 0, 0, 0, 0];
        CollectionAssert.AreEqual(core.Run(inputs), ManagedRuns.Run(new Model(once), inputs), "a second read is enough");
        Assert.IsGreaterThan(1, reads);
    }

    /// <summary>A device that fails while the model runs, and one that returns other bytes later, harm nothing but the inference.
    /// </summary>
    [TestMethod]
    public void ModelsGoOnAfterAFailedInference()
    {
        var streamed = new StreamedModel();
        bool fails = false;
        var source = new StreamedPack(streamed.Bytes)
        {
            Spoil = (_, _) =>
            {
                if (fails)
                    throw new McuAiException(ErrorCode.Read, "the cable came off");
            },
        };
        var model = new Model(source);
        using var core = new HostCore(ManagedRuns.Library, streamed.Bytes);
        byte[] inputs = [7, 0, 0, 0, 0, 0, 0, 0];
        CollectionAssert.AreEqual(core.Run(inputs), ManagedRuns.Run(model, inputs));
        fails = true;
        Assert.AreEqual(ErrorCode.Read, Assert.ThrowsExactly<McuAiException>(() => ManagedRuns.Run(model, inputs)).Code);
        fails = false;
        model.Reset();
        core.Reset();
        CollectionAssert.AreEqual(core.Run(inputs), ManagedRuns.Run(model, inputs));
    }

    [TestMethod]
    public void PacksThatAreTooLargeOrSmallAreTold()
    {
        byte[] pack = ManagedRuns.ShippedBytes("digits.tsk");
        byte[] large = Repaired(Set(pack, 20, 0x7FFFFFF0));
        try
        {
            Assert.AreEqual(0x7FFFFFF0, new Model(new ArrayPack(large)).Pack.ArenaBytes); // where there is so much memory
        }
        catch (McuAiException error)
        {
            Assert.AreEqual(ErrorCode.TooLarge, error.Code);
        }

        Assert.AreEqual(ErrorCode.TooLarge,
            Assert.ThrowsExactly<McuAiException>(() => new Model(new ArrayPack(Repaired(Set(pack, 20, 0xFFFFFFF0))))).Code);
        Assert.AreEqual(ErrorCode.Cache,
            Assert.ThrowsExactly<McuAiException>(() => new Model(new StreamedPack(pack), 1000)).Code);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Model(new StreamedPack(pack), -1));
        Assert.ThrowsExactly<ArgumentNullException>(() => new Model(null!));
    }

    [TestMethod]
    public void PacksOfOtherKindsAreRefused()
    {
        var digits = new ArrayPack(ManagedRuns.ShippedBytes("digits.tsk"));
        var bearing = new ArrayPack(ManagedRuns.ShippedBytes("bearing.tsk"));
        Assert.AreEqual(ErrorCode.Detector, Assert.ThrowsExactly<McuAiException>(() => new AnomalyDetector(digits)).Code);
        Assert.AreEqual(ErrorCode.Spotter, Assert.ThrowsExactly<McuAiException>(() => new KeywordSpotter(bearing)).Code);
        Assert.AreEqual(ErrorCode.Language, Assert.ThrowsExactly<McuAiException>(() => new TextGenerator(digits)).Code);
    }

    /// <summary>Strings of the device's runtime end at U+0000.</summary>
    [TestMethod]
    public void LabelsKeepTheirNumber()
    {
        byte[] pack = ManagedRuns.ShippedBytes("digits.tsk");
        int at = pack.AsSpan().IndexOf("eight\nfive"u8);
        pack[at] = 0;
        PackRepair.Apply(pack);
        Assert.AreEqual("\uFFFDight", new KeywordSpotter(new ArrayPack(pack)).GetLabels()[0]);
    }

    [TestMethod]
    public void RatesBeyondReasonAreRefused()
    {
        byte[] bearing = ManagedRuns.ShippedBytes("bearing.tsk");
        bearing = Repaired(Set(bearing, bearing.AsSpan().IndexOf("TSKD"u8) + 12, 0x80000000));
        Assert.AreEqual(ErrorCode.Detector,
            Assert.ThrowsExactly<McuAiException>(() => new AnomalyDetector(new ArrayPack(bearing))).Code);
        byte[] digits = ManagedRuns.ShippedBytes("digits.tsk");
        digits = Repaired(Set(digits, digits.AsSpan().IndexOf("TSKA"u8) + 12, 0xFFFFFFFF));
        Assert.AreEqual(ErrorCode.FrontEnd,
            Assert.ThrowsExactly<McuAiException>(() => new KeywordSpotter(new ArrayPack(digits))).Code);
    }

    [TestMethod]
    public void HalfAPromptIsNone()
    {
        var streamed = new StreamedModel(rows: 4);
        int reads = 0, last = int.MaxValue;
        var source = new StreamedPack(streamed.Bytes)
        {
            Spoil = (_, _) =>
            {
                if (++reads > last)
                    throw new McuAiException(ErrorCode.Read, "the cable came off");
            },
        };
        var generator = new TextGenerator(source);
        last = reads + 60;
        Assert.AreEqual(ErrorCode.Read,
            Assert.ThrowsExactly<McuAiException>(() => generator.Begin("Once upon a time there was a cat and a dog")).Code);
        Assert.AreEqual(ErrorCode.Argument, Assert.ThrowsExactly<McuAiException>(() => generator.Next()).Code);
    }

    /// <summary>A shard as long as arrays of .NET can be.</summary>
    [TestMethod]
    public void ShardsThatNoArrayHoldsAreTooLarge()
    {
        byte[] pack = ManagedRuns.ShippedBytes("commands.tsk");
        int shard = Word(pack, 56), manifest = Word(pack, 8);
        pack = Repaired(Set(Set(Set(pack, 16, int.MaxValue), shard, 0), shard + 4, int.MaxValue)[..manifest]);
        Assert.AreEqual(ErrorCode.TooLarge, Assert.ThrowsExactly<McuAiException>(() => new Model(new EndlessPack(pack))).Code);
    }

    /// <summary>Zeros behind what there is.</summary>
    private sealed class EndlessPack(byte[] pack) : PackSource
    {
        public override int Length => int.MaxValue;

        public override void Read(int offset, byte[] buffer, int index, int count)
        {
            int there = Math.Clamp(pack.Length - offset, 0, count);
            pack.AsSpan(Math.Min(offset, pack.Length), there).CopyTo(buffer.AsSpan(index));
            buffer.AsSpan(index + there, count - there).Clear();
        }
    }

    /// <summary>Mutated packs: what the core opens gives the core's bytes, in memory and streamed; the rest its exception.</summary>
    [TestMethod]
    public void MutatedPacksRunAsInTheCoreOrAreRefused()
    {
        byte[][] seeds = [.. SeedPacks.All()];
        var random = new Random(77);
        int executions = LongTests.Choose(6000, 200_000), ran = 0, refused = 0;
        for (int i = 0; i < executions; i++)
        {
            byte[] pack = Mutation.Create(seeds, random.Next(seeds.Length), random);
            if (i % 4 != 0)
                PackRepair.Apply(pack);
            if (pack.Length >= 28 && (uint)Word(pack, 20) > Megabyte)
                continue;
            byte[]? expected = InCore(pack);
            foreach (PackSource source in (PackSource[])[new ArrayPack(pack), new StreamedPack(pack)])
            {
                byte[]? actual = Managed(source);
                if (source is ArrayPack || actual is not null)
                    Assert.AreEqual(Text(expected), Text(actual), $"execution {i}: {Convert.ToHexString(pack)}");
                (ran, refused) = actual is null ? (ran, refused + 1) : (ran + 1, refused);
            }
        }

        Assert.IsGreaterThan(executions / 20, ran);
        Assert.IsGreaterThan(executions / 20, refused);
    }

    /// <summary>The same around what is not the model: audio tables, detector, tokenizer.</summary>
    [TestMethod]
    [DataRow("digits.tsk", 2000)]
    [DataRow("bearing.tsk", 2000)]
    [DataRow("stories260k.tsk", 100)]
    public void MutatedTablesAreRefusedOrRun(string name, int most)
    {
        byte[] seed = ManagedRuns.ShippedBytes(name);
        var random = new Random(5);
        int metadata = Word(seed, 60), bytes = Word(seed, 64);
        for (int i = 0; i < LongTests.Choose(most, 50 * most); i++)
        {
            byte[] pack = (byte[])seed.Clone();
            for (int edit = 0; edit <= i % 3; edit++)
                pack[metadata + random.Next(Math.Min(bytes, i % 2 == 0 ? 200 : bytes))] ^= (byte)(1 << random.Next(8));
            BinaryPrimitives.WriteUInt32LittleEndian(pack.AsSpan(12), 0);
            PackRepair.Apply(pack);
            try
            {
                Use(name, new ArrayPack(pack));
            }
            catch (McuAiException)
            {
            }
        }
    }

    private static void Use(string name, PackSource source)
    {
        short[] samples = [.. Enumerable.Range(0, 1200).Select(i => (short)(i * 7919))];
        switch (name)
        {
            case "digits.tsk":
                new KeywordSpotter(source).Push(samples);
                break;
            case "bearing.tsk":
                var detector = new AnomalyDetector(source);
                detector.Push(samples, 0, samples.Length / detector.Channels * detector.Channels);
                break;
            default:
                new TextGenerator(source).Generate("a b", 2);
                break;
        }
    }

    private static byte[]? InCore(byte[] pack)
    {
        try
        {
            using var core = new HostCore(ManagedRuns.Library, pack);
            return core.Run(new byte[4 * Megabyte]);
        }
        catch (ModelException)
        {
            return null;
        }
    }

    private static byte[]? Managed(PackSource source)
    {
        try
        {
            var model = new Model(source);
            model.Verify();
            return ManagedRuns.Run(model, new byte[ManagedRuns.InputBytes(model)]);
        }
        catch (McuAiException)
        {
            return null;
        }
    }

    private static string Text(byte[]? bytes) => bytes is null ? "refused" : Convert.ToHexString(bytes);

    private static void Refuses(ErrorCode code, Func<byte[], byte[]> damage)
    {
        byte[] pack = damage(ManagedRuns.ShippedBytes("commands.tsk"));
        foreach (PackSource source in (PackSource[])[new ArrayPack(pack), new StreamedPack(pack)])
        {
            McuAiException error = Assert.ThrowsExactly<McuAiException>(() => new Model(source));
            Assert.AreEqual(code, error.Code, error.Message);
            Assert.IsGreaterThan(10, error.Message.Length);
        }
    }

    private static int Word(byte[] pack, int offset) => BinaryPrimitives.ReadInt32LittleEndian(pack.AsSpan(offset));

    private static byte[] Set(byte[] pack, int offset, long value)
    {
        byte[] changed = (byte[])pack.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(offset), (uint)value);
        return changed;
    }

    private static byte[] Repaired(byte[] pack)
    {
        PackRepair.Apply(pack);
        return pack;
    }
}
