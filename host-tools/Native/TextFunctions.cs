using System.Runtime.InteropServices;

namespace McuAi.HostTools.Native;

/// <summary>The functions of firmware/ports/host/text.c in a loaded library.</summary>
internal sealed unsafe class TextFunctions
{
    private readonly delegate* unmanaged<uint> _tokenizerBytes, _samplerBytes;
    private readonly delegate* unmanaged<uint, int> _category;

    public TextFunctions(nint library)
    {
        nint Find(string name) => NativeLibrary.GetExport(library, "mcuai_host_" + name);
        _tokenizerBytes = (delegate* unmanaged<uint>)Find("tokenizer_state_bytes");
        _samplerBytes = (delegate* unmanaged<uint>)Find("sampler_state_bytes");
        _category = (delegate* unmanaged<uint, int>)Find("tokenizer_category");
        OpenTokenizer = (delegate* unmanaged<void*, void*, uint, int>)Find("tokenizer_open");
        Number = (delegate* unmanaged<void*, uint, int>)Find("tokenizer_number");
        EncodeBytes = (delegate* unmanaged<void*, uint, int>)Find("tokenizer_encode_bytes");
        Encode = (delegate* unmanaged<void*, void*, uint, int*, uint, void*, uint, int>)Find("tokenizer_encode");
        Decode = (delegate* unmanaged<void*, int, int, uint*, byte*>)Find("tokenizer_decode");
        Cut = (delegate* unmanaged<byte*, uint, uint, byte*, void>)Find("tokenizer_cut");
        OpenSampler = (delegate* unmanaged<void*, uint, uint, uint, uint, int>)Find("sampler_open");
        SampleBytes = (delegate* unmanaged<void*, uint, uint>)Find("sampler_bytes");
        Sample = (delegate* unmanaged<void*, int*, uint, void*, uint, int>)Find("sampler_sample");
    }

    public uint TokenizerBytes => _tokenizerBytes();

    public uint SamplerBytes => _samplerBytes();

    public delegate* unmanaged<void*, void*, uint, int> OpenTokenizer { get; }

    public delegate* unmanaged<void*, uint, int> Number { get; }

    public delegate* unmanaged<void*, uint, int> EncodeBytes { get; }

    public delegate* unmanaged<void*, void*, uint, int*, uint, void*, uint, int> Encode { get; }

    public delegate* unmanaged<void*, int, int, uint*, byte*> Decode { get; }

    public delegate* unmanaged<byte*, uint, uint, byte*, void> Cut { get; }

    public delegate* unmanaged<void*, uint, uint, uint, uint, int> OpenSampler { get; }

    public delegate* unmanaged<void*, uint, uint> SampleBytes { get; }

    public delegate* unmanaged<void*, int*, uint, void*, uint, int> Sample { get; }

    public int Category(int character) => _category((uint)character);
}
