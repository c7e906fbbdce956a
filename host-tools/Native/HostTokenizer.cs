using System.Runtime.InteropServices;
using System.Text;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.HostTools.Native;

/// <summary>A tokenizer's record in the C core, on the host.</summary>
public sealed unsafe class HostTokenizer : ITokenizer, IDisposable
{
    private const nuint Alignment = 16;

    private readonly HostLibrary _library;
    private readonly void* _record;
    private readonly void* _state;

    /// <exception cref="ModelException">The core refuses the record.</exception>
    public HostTokenizer(HostLibrary library, ReadOnlySpan<byte> record)
    {
        _library = library;
        _record = NativeMemory.AlignedAlloc((nuint)Math.Max(record.Length, 1), Alignment);
        record.CopyTo(new Span<byte>(_record, record.Length));
        _state = NativeMemory.AlignedAlloc(library.Text.TokenizerBytes, Alignment);
        try
        {
            Check(library.Text.OpenTokenizer(_state, _record, (uint)record.Length));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Count => _library.Text.Number(_state, 0);

    public int Begin => _library.Text.Number(_state, 1);

    public int End => _library.Text.Number(_state, 2);

    public int[] Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    /// <param name="text">UTF-8; what is none counts as U+FFFD.</param>
    public int[] Encode(ReadOnlySpan<byte> text)
    {
        fixed (byte* bytes = text)
        {
            int scratch = Check(_library.Text.EncodeBytes(bytes, (uint)text.Length));
            return Encode(text, (3 * text.Length) + 1, scratch);
        }
    }

    /// <param name="most">Tokens that there is room for.</param>
    /// <param name="scratchBytes">That the core may use.</param>
    /// <exception cref="ModelException">One of them is too small.</exception>
    public int[] Encode(ReadOnlySpan<byte> text, int most, int scratchBytes)
    {
        int[] tokens = new int[most];
        void* scratch = NativeMemory.AlignedAlloc((nuint)Math.Max(scratchBytes, 1), Alignment);
        try
        {
            new Span<byte>(scratch, scratchBytes).Fill(0xA5); // whatever RAM holds: results must not depend on it
            fixed (byte* bytes = text)
            fixed (int* first = tokens)
                return tokens[..Check(_library.Text.Encode(_state, bytes, (uint)text.Length, first, (uint)most, scratch,
                    (uint)scratchBytes))];
        }
        finally
        {
            NativeMemory.AlignedFree(scratch);
        }
    }

    public ReadOnlyMemory<byte> Decode(int token, int before)
    {
        uint bytes;
        byte* text = _library.Text.Decode(_state, token, before, &bytes);
        return new ReadOnlySpan<byte>(text, (int)bytes).ToArray();
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_state);
        NativeMemory.AlignedFree(_record);
    }

    private int Check(int status) => status >= 0
        ? status
        : throw new ModelException($"The core cannot use this tokenizer: {_library.StatusText(status)}.");
}
