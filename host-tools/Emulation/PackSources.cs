using System.Globalization;
using System.Text;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>The generated sources of an image: the pack, its arena and operator table, the memory map.</summary>
internal static class PackSources
{
    /// <summary>Stack that must be left beside variables and arena. The core does not recurse: it needs about
    /// 1 KiB, and the rest of the RAM is stack anyway.</summary>
    internal const int StackBytes = 2048;

    /// <summary>pack.S: takes pack.tsk from the folder in which the assembler runs.</summary>
    public const string Assembly =
        """
            .section .pack, "a"
            .balign 16
            .global mcuai_pack_begin, mcuai_pack_end
        mcuai_pack_begin:
            .incbin "pack.tsk"
        mcuai_pack_end:

        """;

    /// <summary>pack.c: only the operators named in its table are linked.</summary>
    public static string C(PackInfo info, IReadOnlyList<string> symbols)
    {
        var text = new StringBuilder("#include \"pack.h\"\n\n");
        foreach (var symbol in symbols)
        {
            text.Append(CultureInfo.InvariantCulture, $"extern const struct mcuai_operator {symbol};\n");
        }
        text.Append("\nconst struct mcuai_operator *const mcuai_pack_operators[] = {\n");
        foreach (var symbol in symbols)
        {
            text.Append(CultureInfo.InvariantCulture, $"    &{symbol},\n");
        }
        var (arena, operators) = (Math.Max(16, info.ArenaBytes), Math.Max(1, info.Operators.Count));
        text.Append(CultureInfo.InvariantCulture,
            $$"""
                NULL,
            };

            uint8_t mcuai_pack_arena[{{arena}}] __attribute__((aligned(16)));
            const uint32_t mcuai_pack_arena_bytes = {{info.ArenaBytes}};
            uint32_t mcuai_pack_operator_ticks[{{operators}}];
            const uint32_t mcuai_pack_operator_count = {{info.Operators.Count}};

            """);
        AddStore(text, info.CacheBytes);
        AddMemory(text, "spotter", info.SpotterBytes);
        AddMemory(text, "detector", info.DetectorBytes);
        AddMemory(text, "story", info.StoryBytes);
        return text.ToString();
    }

    private static void AddStore(StringBuilder text, int cacheBytes)
    {
        if (cacheBytes > 0)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"static uint8_t cache[{cacheBytes}] __attribute__((aligned(16)));\n");
        }
        text.Append(CultureInfo.InvariantCulture,
            $$"""
            struct mcuai_store *mcuai_pack_store(void) {
                return {{(cacheBytes > 0 ? "mcuai_streamed_store(cache, sizeof cache)" : "NULL")}};
            }

            """);
    }

    private static void AddMemory(StringBuilder text, string name, int bytes)
    {
        if (bytes > 0)
        {
            text.Append(CultureInfo.InvariantCulture,
                $$"""
                uint64_t mcuai_pack_{{name}}[{{(bytes + 7) / 8}}];
                const uint32_t mcuai_pack_{{name}}_bytes = {{bytes}};

                """);
        }
    }

    /// <summary>memory.ld: the regions that firmware/ports/*/image.ld places sections in.</summary>
    public static string MemoryMap(BoardMemory memory)
    {
        var text = new StringBuilder("MEMORY\n{\n");
        Add("FLASH (rx)", memory.Flash);
        Add("RAM (rwx)", memory.Ram);
        if (memory.Pack is not null)
        {
            Add("PACK (r)", memory.Pack);
        }
        text.Append("}\n");
        if (memory.Pack is null)
        {
            text.Append("REGION_ALIAS(\"PACK\", FLASH)\n");
        }
        return text.Append(CultureInfo.InvariantCulture, $"STACK_BYTES = {StackBytes};\n").ToString();

        void Add(string name, MemoryRegion region) => text.Append(CultureInfo.InvariantCulture,
            $"    {name} : ORIGIN = 0x{region.Base:x8}, LENGTH = 0x{region.Size:x}\n");
    }
}
