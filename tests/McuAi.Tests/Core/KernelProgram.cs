using System.Buffers.Binary;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.Tests.Emulation;

namespace McuAi.Tests.Core;

/// <summary>Runs tests/kernels/kernel_check.c on an emulated board, as an app whose input block is the cases.</summary>
internal static class KernelProgram
{
    private const uint Magic = 0x434b434d;

    private const string App = """
        #include <stdint.h>
        #include "port.h"

        typedef struct { uint32_t magic, count, bytes_per_inference, reserved; uint8_t data[]; } input_block;
        extern const input_block mcuai_inputs;
        void kernel_check_print(const char *text);
        uint64_t kernel_check_instructions(void);
        int kernel_check(const uint8_t *cases);
        int main(void);

        static char line[256];
        static uint32_t length;

        static uint32_t length_of(const char *text) {
            uint32_t bytes = 0;
            while (text[bytes])
                bytes++;
            return bytes;
        }

        static void put(const char *text) { mcuai_port_write(text, length_of(text)); }

        /* Lines of cases that passed, "case N ok ...", are left out. */
        void kernel_check_print(const char *text) {
            for (; *text; text++) {
                if (length < sizeof line - 1)
                    line[length++] = *text;
                if (*text != '\n')
                    continue;
                uint32_t at = 5;
                while (at < length && line[at] != ' ')
                    at++;
                if (line[0] != 'c' || line[4] != ' ' || line[at + 1] != 'o')
                    mcuai_port_write(line, length);
                length = 0;
            }
        }

        uint64_t kernel_check_instructions(void) { return mcuai_port_ticks(); }

        int main(void) {
            mcuai_port_ticks_start();
            put(kernel_check(mcuai_inputs.data) ? "mcuai status 1 cases failed\r\n" : "mcuai status 0 ok\r\n");
            put("mcuai done now\r\n");
            for (;;)
                mcuai_port_idle();
        }
        """;

    /// <summary>The inner loops of the dsp family, or the reader of its layout for the portable kernels.</summary>
    private const string Loops = """
        #ifdef KERNEL_CHECK_FOREIGN
        #include "../../core/kernels/portable/foreign.h"

        const void *kernel_check_loops(int32_t kind, int32_t bits);
        const void *kernel_check_loops(int32_t kind, int32_t bits) {
            static const mcuai_row_reader dense = {mcuai_dense_row_dsp, mcuai_dense_weight_dsp};
            static const mcuai_row_reader depthwise = {mcuai_depthwise_row_dsp, mcuai_depthwise_weight_dsp};
            (void)bits;
            return kind == 2 ? &depthwise : &dense;
        }
        #else
        #include "../../core/kernels/dsp/dsp_kernels.h"

        const void *kernel_check_loops(int32_t kind, int32_t bits);
        const void *kernel_check_loops(int32_t kind, int32_t bits) {
            return kind == 2   ? (const void *)0
                   : bits == 8 ? &mcuai_dsp_loops_int8
                   : bits == 4 ? &mcuai_dsp_loops_int4
                               : &mcuai_dsp_loops_int2;
        }
        #endif
        """;

    /// <summary>Throws with the last failures if a case fails.</summary>
    /// <param name="defines">Which kernels: see the head of kernel_check.c.</param>
    public static async Task RunAsync(string boardName, string[] defines, IReadOnlyCollection<byte[]> cases)
    {
        using var project = new TemporaryProject();
        string check = await File.ReadAllTextAsync(Path.Combine(ProjectFolder.Find().Root, "tests/kernels/kernel_check.c"));
        project.Write("apps/kernels/main.c", App);
        string definitions =
            string.Concat(defines.Append("KERNEL_CHECK_MEMORY (64 * 1024)").Select(define => $"#define {define}\n"));
        project.Write("apps/kernels/loops.c", definitions + Loops);
        project.Write("apps/kernels/kernel_check.c", definitions + check.Replace("../../firmware/", "../../", StringComparison.Ordinal));
        var head = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), cases.Count);
        byte[] block = [.. head, .. cases.SelectMany(one => one)];

        const int bytes = 16; // of a pack that is not run
        Board board = project.Board(boardName);
        FirmwareImage image = await new FirmwareBuilder(project.Folder, board)
            .BuildAsync(CopyPack.Make(bytes), CopyPack.Info(bytes), "kernels", CancellationToken.None);
        await new QemuEmulator(board).RunAsync(image, block, block.Length, CancellationToken.None);
    }
}
