using McuAi.HostTools.Boards;
using McuAi.HostTools.NanoFramework;
using McuAi.HostTools.Native;
using McuAi.NanoFramework;

namespace McuAi.Tests.NanoFramework;

/// <summary>The managed runtime's net10.0 build, bound to the host's library, and packs in every place where it takes them from.
/// </summary>
internal static class ManagedRuns
{
    static ManagedRuns() => ManagedRuntime.Bind();

    public static HostLibrary Library { get; } = HostLibraryBuilder.Load(ProjectFolder.Find().Root);

    /// <summary>The packs that the project ships.</summary>
    public static IEnumerable<object[]> Shipped =>
        Directory.GetFiles(Path.Combine(ProjectFolder.Find().Root, "models"), "*.tsk").Order(StringComparer.Ordinal)
            .Select(path => new object[] { Path.GetFileName(path) });

    public static byte[] ShippedBytes(string name) =>
        File.ReadAllBytes(Path.Combine(ProjectFolder.Find().Root, "models", name));

    /// <summary>In an array, mapped, and streamed through the smallest and through a large cache.</summary>
    public static IEnumerable<(string Place, Model Model)> Everywhere(byte[] pack)
    {
        yield return ("array", new Model(new ArrayPack(pack)));
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, pack);
            using var mapped = new MappedPack(file);
            yield return ("mapped", new Model(mapped));
        }
        finally
        {
            File.Delete(file);
        }

        yield return ("streamed", new Model(new StreamedPack(pack)));
        yield return ("cached", new Model(new StreamedPack(pack), pack.Length + (16 * 1024)));
    }

    /// <summary>One inference: all inputs one after another, all outputs one after another.</summary>
    public static byte[] Run(Model model, ReadOnlySpan<byte> inputs)
    {
        for (int i = 0; i < model.InputCount; i++)
        {
            int bytes = model.GetInputInfo(i).Bytes;
            model.SetInput(i, inputs[..bytes].ToArray());
            inputs = inputs[bytes..];
        }

        model.Invoke();
        var outputs = new MemoryStream();
        for (int i = 0; i < model.OutputCount; i++)
        {
            byte[] output = new byte[model.GetOutputInfo(i).Bytes];
            model.GetOutput(i, output);
            outputs.Write(output);
        }

        return outputs.ToArray();
    }

    public static int InputBytes(Model model) =>
        Enumerable.Range(0, model.InputCount).Sum(index => model.GetInputInfo(index).Bytes);
}

/// <summary>A pack that is somewhere else.</summary>
internal sealed class StreamedPack(byte[] pack) : PackSource
{
    /// <summary>Called with each read's offset and what came.</summary>
    public Action<int, Memory<byte>> Spoil { get; init; } = (_, _) => { };

    public override int Length => pack.Length;

    public override void Read(int offset, byte[] buffer, int index, int count)
    {
        pack.AsSpan(offset, count).CopyTo(buffer.AsSpan(index));
        Spoil(offset, buffer.AsMemory(index, count));
    }
}
