using McuAi.HostTools.Profiling;
using McuAi.ModelConverter.Graph;

namespace McuAi.Tests.Profiling;

[TestClass]
public sealed class ElfImageTests
{
    private const string Source = """
        .syntax unified
        .thumb
        .text
        .global first
        .type first, %function
        first: nop
        inner: nop
        bx lr
        .size first, .-first
        .global unsized
        .type unsized, %function
        unsized: nop
        label: b label
        .word 0x12345678
        .global last
        last: bx lr
        .data
        .global variable
        variable: .word 1
        """;

    private static byte[] Build()
    {
        using CrossTools tools = new();
        tools.Write("e.s", Source);
        tools.Run(CrossTools.Arm + "gcc", "-mcpu=cortex-m4", "-nostdlib", 
            "-Wl,-Ttext=0x8000,-Tdata=0x20000000,-e,first", "e.s", "-o", "e.elf");
        return File.ReadAllBytes(Path.Combine(tools.Folder, "e.elf"));
    }

    [TestMethod]
    public void Symbols_cover_their_code()
    {
        ElfImage image = ElfImage.Parse(Build());
        Assert.AreEqual(40, image.Machine);
        Assert.AreEqual("first unsized last", string.Join(' ', image.Symbols.Select(s => s.Name)));
        Assert.AreEqual(new ElfSymbol("first", 0x8000, 6), image.Find("first"));
        Assert.AreEqual("first", image.SymbolAt(0x8004)!.Name);
        Assert.AreEqual("unsized", image.SymbolAt(0x8006)!.Name);
        Assert.AreEqual("unsized", image.SymbolAt(0x800A)!.Name, "a local label belongs to the function before it");
        Assert.AreEqual("last", image.SymbolAt(image.Find("last").Address)!.Name);
        Assert.IsNull(image.SymbolAt(0x7FFF));
        Assert.IsNull(image.SymbolAt(0x20000000));
        ElfSection text = image.Sections.Single(s => s.Name == ".text");
        Assert.AreEqual((0x8000UL, true, true), (text.Address, text.IsExecutable, text.HasContents));
        Assert.AreEqual((int)text.Size, image.Contents(text).Length);
        Assert.ThrowsExactly<ModelException>(() => image.Find("variable"));
    }

    [TestMethod]
    public void Truncated_files_give_an_error()
    {
        byte[] whole = Build();
        // The section table lies at the end: every prefix lacks some of it.
        for (int length = 0; length < whole.Length; length++)
            Assert.ThrowsExactly<ModelException>(() => ElfImage.Parse(whole[..length]), $"{length} bytes");
    }

    [TestMethod]
    public void Flipped_bytes_give_an_error_or_an_image()
    {
        byte[] whole = Build();
        Random random = new(11);
        int refused = 0;
        for (int i = 0; i < 40_000; i++)
        {
            byte[] damaged = (byte[])whole.Clone();
            int region = random.Next(2) == 0 ? 52 : damaged.Length;
            for (int n = random.Next(1, 4); n > 0; n--) damaged[random.Next(region)] = (byte)random.Next(256);
            try
            {
                ElfImage image = ElfImage.Parse(damaged);
                foreach (ElfSection section in image.Sections) _ = image.Contents(section).Length;
                _ = image.SymbolAt((ulong)random.NextInt64());
            }
            catch (ModelException)
            {
                refused++;
            }
        }
        Assert.IsGreaterThan(1000, refused);
    }

    [TestMethod]
    public void Other_files_are_refused()
    {
        Assert.ThrowsExactly<ModelException>(() => ElfImage.Parse([]));
        Assert.ThrowsExactly<ModelException>(
            () => ElfImage.Parse("MZ, and not what was asked for: a header of 52 bytes or more"u8.ToArray()));
        Assert.ThrowsExactly<ModelException>(() => ElfImage.Load("/nonexistent/image.elf"));
    }
}
