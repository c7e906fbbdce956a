using System.Buffers.Binary;
using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Profiling;

/// <summary>A function or another labelled piece of code.</summary>
/// <param name="Name">The linker's name.</param>
/// <param name="Address">First byte; the Thumb bit is cleared.</param>
/// <param name="Size">Bytes; where the file says 0, up to the next symbol or the end of the section.</param>
public sealed record ElfSymbol(string Name, ulong Address, ulong Size)
{
    /// <summary>First address behind it.</summary>
    public ulong End => Address + Size;
}

/// <summary>A section of the image.</summary>
/// <param name="Name">For example ".text".</param>
/// <param name="Address">Where it lies when the program runs.</param>
/// <param name="Size">Bytes in memory.</param>
/// <param name="IsAllocated">Part of the running program.</param>
/// <param name="IsExecutable">Holds code.</param>
/// <param name="HasContents">Stored in the file (.bss is not).</param>
public sealed record ElfSection(
    string Name, ulong Address, ulong Size, bool IsAllocated, bool IsExecutable, bool HasContents);

/// <summary>
/// The symbols and sections of a 32-bit little-endian ELF file (System V ABI, "Object Files"). Every offset is
/// checked before it is used: a broken file gives a <see cref="ModelException"/> and nothing else.
/// </summary>
public sealed class ElfImage
{
    private const int HeaderSize = 52, SectionEntrySize = 40, SymbolEntrySize = 16;
    private const uint SymbolTable = 2, NoBits = 8;
    private const int NoType = 0, Function = 2;
    private readonly byte[] file;
    private readonly List<(ElfSection Section, uint Type, uint Offset, uint FileSize, uint Link)> headers = [];
    private readonly ElfSymbol[] symbols;

    private ElfImage(byte[] bytes)
    {
        file = bytes;
        Machine = CheckHeader();
        ReadSections();
        symbols = ReadSymbols();
    }

    /// <summary>EM_ARM is 40, EM_RISCV is 243.</summary>
    public int Machine { get; }

    /// <summary>All sections in the order of the file.</summary>
    public IReadOnlyList<ElfSection> Sections => headers.ConvertAll(h => h.Section);

    /// <summary>Code symbols by address, without overlaps at the same address.</summary>
    public IReadOnlyList<ElfSymbol> Symbols => symbols;

    /// <summary>Reads an image from a file.</summary>
    /// <exception cref="ModelException">The file is missing, no ELF image, or damaged.</exception>
    public static ElfImage Load(string path)
    {
        if (!File.Exists(path)) throw new ModelException($"the image {path} does not exist; build it first.");
        return Parse(File.ReadAllBytes(path));
    }

    /// <summary>Reads an image from memory.</summary>
    /// <exception cref="ModelException">The bytes are no ELF image that can be read, or damaged.</exception>
    public static ElfImage Parse(byte[] bytes) => new(bytes);

    /// <summary>The symbol that holds an address, or null.</summary>
    public ElfSymbol? SymbolAt(ulong address)
    {
        int low = 0, high = symbols.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (symbols[middle].Address <= address) low = middle + 1;
            else high = middle;
        }
        // A label inside a function may end before the address: then the function around it is meant.
        for (int i = low - 1; i >= 0 && i >= low - 16; i--)
            if (address < symbols[i].End) return symbols[i];
        return null;
    }

    /// <summary>The symbol of that name.</summary>
    /// <exception cref="ModelException">No code symbol has the name.</exception>
    public ElfSymbol Find(string name) => symbols.FirstOrDefault(s => s.Name == name)
        ?? throw new ModelException($"the image has no function {name}; see its map file for the names.");

    /// <summary>The bytes of a section that is stored in the file.</summary>
    public ReadOnlySpan<byte> Contents(ElfSection section)
    {
        var header = headers.Find(h => ReferenceEquals(h.Section, section));
        return header.Section is null || !section.HasContents ? [] : Slice(header.Offset, header.FileSize);
    }

    private int CheckHeader()
    {
        if (file.Length < HeaderSize || file[0] != 0x7F || file[1] != 'E' || file[2] != 'L' || file[3] != 'F')
            throw new ModelException("this is not an ELF image.");
        if (file[4] != 1 || file[5] != 1)
            throw new ModelException("only 32-bit little-endian ELF images can be profiled.");
        return Half(18);
    }

    private uint Word(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4));

    private int Half(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2));

    private ReadOnlySpan<byte> Slice(long offset, long length)
    {
        if (offset < 0 || length < 0 || offset > file.Length - length)
        {
            throw new ModelException(
                $"the ELF image is damaged: it refers to {length} bytes at {offset} of {file.Length}.");
        }
        return file.AsSpan((int)offset, (int)length);
    }

    private string Text(long tableOffset, long tableSize, uint index)
    {
        if (index >= tableSize) throw new ModelException("the ELF image is damaged: a name lies outside its table.");
        ReadOnlySpan<byte> rest = Slice(tableOffset + index, tableSize - index);
        int end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private void ReadSections()
    {
        uint table = Word(32);
        int entrySize = Half(46), count = Half(48), names = Half(50);
        if (count == 0 || table == 0) throw new ModelException("the ELF image has no sections: it was stripped.");
        if (entrySize != SectionEntrySize || names >= count)
            throw new ModelException("the ELF image is damaged: its section table cannot be read.");
        _ = Slice(table, (long)count * SectionEntrySize);
        long nameEntry = table + (long)names * SectionEntrySize;
        uint nameOffset = Word(nameEntry + 16), nameSize = Word(nameEntry + 20);
        for (int i = 0; i < count; i++)
        {
            long at = table + (long)i * SectionEntrySize;
            uint type = Word(at + 4), flags = Word(at + 8), offset = Word(at + 16), size = Word(at + 20);
            bool hasContents = type != NoBits && type != 0;
            if (hasContents) _ = Slice(offset, size);
            ElfSection section = new(Text(nameOffset, nameSize, Word(at)), Word(at + 12), size, (flags & 2) != 0,
                (flags & 4) != 0, hasContents);
            headers.Add((section, type, offset, size, Word(at + 24)));
        }
    }

    private readonly record struct RawSymbol(
        string Name, ulong Address, ulong Size, int Section, bool IsFunction, bool IsGlobal);

    private ElfSymbol[] ReadSymbols()
    {
        List<RawSymbol> raw = [];
        foreach (var table in headers.Where(h => h.Type == SymbolTable))
        {
            if (table.Link >= headers.Count)
                throw new ModelException("the ELF image is damaged: its symbols have no names.");
            var names = headers[(int)table.Link];
            for (uint at = 0; at + SymbolEntrySize <= table.FileSize; at += SymbolEntrySize)
                if (ReadSymbol((long)table.Offset + at, names.Offset, names.FileSize) is RawSymbol s) raw.Add(s);
        }
        return Arrange(raw);
    }

    /// <summary>Null for data, undefined symbols, files, and the labels that mark code, data and temporaries.</summary>
    private RawSymbol? ReadSymbol(long at, long nameOffset, long nameSize)
    {
        uint value = Word(at + 4), size = Word(at + 8);
        byte info = Slice(at + 12, 1)[0];
        int type = info & 15, section = Half(at + 14);
        if (section == 0 || section >= headers.Count || type is not (NoType or Function)) return null;
        ElfSection home = headers[section].Section;
        if (type == NoType && !home.IsExecutable) return null;
        string name = Text(nameOffset, nameSize, Word(at));
        if (name.Length == 0 || name[0] == '$' || name.StartsWith(".L", StringComparison.Ordinal)) return null;
        ulong address = type == Function && Machine == 40 ? value & ~1u : value;
        return new(name, address, size, section, type == Function, info >> 4 != 0);
    }

    private ElfSymbol[] Arrange(List<RawSymbol> raw)
    {
        List<RawSymbol> unique = raw.GroupBy(s => s.Address)
            .Select(g => g.OrderByDescending(s => s.IsFunction).ThenByDescending(s => s.Size > 0)
                .ThenByDescending(s => s.IsGlobal).ThenBy(s => s.Name, StringComparer.Ordinal).First())
            .OrderBy(s => s.Address).ToList();
        List<ElfSymbol> result = [];
        List<RawSymbol> kept = [];
        ulong coveredUntil = 0;
        foreach (RawSymbol s in unique)
        {
            if (!s.IsFunction && (s.Address < coveredUntil || IsLabelOf(kept.LastOrDefault(), s))) continue;
            if (s.Size != 0) coveredUntil = Math.Max(coveredUntil, s.Address + s.Size);
            kept.Add(s);
        }
        for (int i = 0; i < kept.Count; i++)
            result.Add(new(kept[i].Name, kept[i].Address, kept[i].Size != 0 ? kept[i].Size : SizeUntilNext(kept, i)));
        return result.ToArray();
    }

    /// <summary>Hand-written assembly often has no sizes: a local label belongs to the function before it.</summary>
    private static bool IsLabelOf(RawSymbol before, RawSymbol label) =>
        before.Name is not null && before.Size == 0 && before.Section == label.Section && !label.IsGlobal;

    private ulong SizeUntilNext(List<RawSymbol> sorted, int i)
    {
        ElfSection home = headers[sorted[i].Section].Section;
        ulong end = home.Address + home.Size;
        if (i + 1 < sorted.Count) end = Math.Min(end, sorted[i + 1].Address);
        return end > sorted[i].Address ? end - sorted[i].Address : 0;
    }
}
