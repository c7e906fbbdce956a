using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Native;

/// <summary>The C core running a pack on the host. One instance holds one model with its arena.</summary>
public sealed unsafe class HostCore : IDisposable
{
    private const nuint Alignment = 16;

    private readonly HostLibrary _library;
    private readonly HostStore? _store;
    private readonly void* _pack;
    private readonly void* _arena;
    private readonly void* _model;

    /// <summary>Opens <paramref name="pack"/> in the core and verifies its shards.</summary>
    /// <param name="pack">Of a pack that is streamed, the manifest is enough.</param>
    /// <param name="store">Null: weights are used where they are in <paramref name="pack"/>. The caller disposes of it after the core.
    /// </param>
    /// <exception cref="ModelException">The core refuses the pack; the message says why.</exception>
    public HostCore(HostLibrary library, ReadOnlySpan<byte> pack, HostStore? store = null)
    {
        (_library, _store) = (library, store);
        _pack = NativeMemory.AlignedAlloc((nuint)Math.Max(pack.Length, 1), Alignment);
        pack.CopyTo(new Span<byte>(_pack, pack.Length));
        int arenaBytes = library.ArenaBytes(_pack, (uint)pack.Length);
        try
        {
            Check(Math.Min(arenaBytes, 0), "open");
            ArenaBytes = arenaBytes;
            _arena = NativeMemory.AlignedAlloc((nuint)Math.Max(arenaBytes, 1), Alignment);
            new Span<byte>(_arena, arenaBytes).Fill(0xA5); // whatever RAM holds: results must not depend on it
            _model = NativeMemory.AlignedAlloc(library.ModelBytes(), Alignment);
            Check(library.Open(_model, _pack, (uint)pack.Length, _arena, (uint)arenaBytes, store is null ? null : store.Store), "open");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int ArenaBytes { get; }

    internal void* Model => _model;

    /// <summary>One inference: all inputs one after another, all outputs one after another, raw.</summary>
    public byte[] Run(ReadOnlySpan<byte> inputs)
    {
        for (uint i = 0; Port(_library.Input, i) is { Length: > 0 } input; i++)
        {
            if (inputs.Length < input.Length)
                throw new ModelException($"Input {i} takes {input.Length} bytes but {inputs.Length} are left.");
            inputs[..input.Length].CopyTo(input);
            inputs = inputs[input.Length..];
        }

        Invoke();
        var output = new MemoryStream();
        for (uint i = 0; Port(_library.Output, i) is { Length: > 0 } part; i++)
            output.Write(part);
        return output.ToArray();
    }

    /// <summary>One inference on the inputs as they are in the arena.</summary>
    public void Invoke() => Check(_library.Invoke(_model), "run");

    /// <summary>Reads every shard, through the store if there is one, and compares it with its checksum.</summary>
    /// <exception cref="ModelException">One is damaged, or the store has no room for it.</exception>
    public void Verify() => Check(_library.Verify(_model), "verify");

    /// <summary>Sets the states back to those of a model that has just been opened.</summary>
    public void Reset() => _library.Reset(_model);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_model);
        NativeMemory.AlignedFree(_arena);
        NativeMemory.AlignedFree(_pack);
    }

    private Span<byte> Port(delegate* unmanaged<void*, uint, uint*, void*> function, uint index)
    {
        uint bytes;
        void* data = function(_model, index, &bytes);
        return new Span<byte>(data, data is null ? 0 : (int)bytes);
    }

    private void Check(int status, string action)
    {
        if (status < 0)
            throw new ModelException($"The core cannot {action} this pack: {_library.StatusText(status)}{_store?.Remark(status)}.");
    }
}
