/* A QEMU TCG plugin: how often was each guest instruction executed?
 *
 * Arguments (after the file name on QEMU's command line, separated by commas):
 *   out=PATH     the file to write when QEMU ends
 *   begin=ADDR   optional: count only from each execution of this address on ...
 *   end=ADDR     ... until one of these addresses is executed (may be repeated)
 *
 * The file: a line "mcuai-instruction-counts 1 WINDOWS", then one line per instruction,
 * "ADDRESS BYTES COUNT": address in hex, the opcode's bytes in memory order, count in decimal.
 *
 * Each translated instruction gets an inline 64-bit addition on a counter of its own, so the guest
 * runs almost at full speed; there is no call per instruction. The same instruction translated
 * again (another block, or after a flush of the translation cache) finds its counter by address
 * and opcode, therefore counters never move.
 *
 * QEMU's public plugin interface (docs/devel/tcg-plugins) is declared here by hand because
 * distributions ship QEMU without qemu-plugin.h. PLUGIN_API is 1 for QEMU 4.2 to 8 and 2 from 9 on.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef PLUGIN_API
#define PLUGIN_API 1
#endif
#define EXPORTED __attribute__((visibility("default")))
#define OPTIONAL __attribute__((weak))

/* ---- the part of QEMU's plugin interface that is used ---- */

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

typedef struct {
    const char *target_name;
    struct {
        int min;
        int cur;
    } version;
} qemu_info_t; /* the first fields only: QEMU makes it, the plugin reads it */

enum { CB_NO_REGS = 0, INLINE_ADD_U64 = 0 };

typedef void (*tb_trans_cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
typedef void (*vcpu_cb)(unsigned vcpu, void *userdata);
typedef void (*atexit_cb)(qemu_plugin_id_t id, void *userdata);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, tb_trans_cb cb);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, vcpu_cb cb, int flags,
                                            void *userdata);
/* Gone from QEMU 9 on; where it is missing, a call per instruction does the counting. */
OPTIONAL void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int op,
                                                         void *counter, uint64_t addend);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, atexit_cb cb, void *userdata);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
/* Interface 1 and 2 return a pointer to the bytes; 3 and later copy them and return the length. */
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);

EXPORTED int qemu_plugin_version = PLUGIN_API;

/* ---- counters ---- */

enum { BUCKETS = 1 << 14, MAX_OPCODE = 8, MAX_ENDS = 64 };

struct counter {
    struct counter *next;
    uint64_t address;
    uint64_t executed;  /* since QEMU began; QEMU's generated code adds to it */
    uint64_t in_window; /* executed within closed windows, modulo 2^64 */
    uint8_t size;
    uint8_t opcode[MAX_OPCODE];
};

static struct counter *buckets[BUCKETS];
static char *out_path;

static bool has_window, window_open;
static uint64_t begin_address, windows;
static uint64_t end_addresses[MAX_ENDS];
static size_t end_count;

static struct counter *counter_for(uint64_t address, const uint8_t *opcode, uint8_t size) {
    struct counter **bucket = &buckets[(address >> 1) % BUCKETS];
    for (struct counter *c = *bucket; c; c = c->next) {
        if (c->address == address && c->size == size && !memcmp(c->opcode, opcode, size))
            return c;
    }
    struct counter *c = calloc(1, sizeof *c);
    if (!c) {
        fprintf(stderr, "instruction_counts: out of memory\n");
        abort();
    }
    c->address = address;
    c->size = size;
    memcpy(c->opcode, opcode, size);
    c->next = *bucket;
    *bucket = c;
    return c;
}

/* Opening subtracts every counter's value and closing adds it: the difference was in the window. */
static void add_to_windows(bool opening) {
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct counter *c = buckets[i]; c; c = c->next)
            c->in_window += opening ? -c->executed : c->executed;
    }
    window_open = opening;
}

static void on_begin(unsigned vcpu, void *userdata) {
    (void)vcpu;
    (void)userdata;
    if (window_open)
        return;
    windows++;
    add_to_windows(true);
}

static void on_end(unsigned vcpu, void *userdata) {
    (void)vcpu;
    (void)userdata;
    if (window_open)
        add_to_windows(false);
}

static void count_one(unsigned vcpu, void *userdata) {
    (void)vcpu;
    ++*(uint64_t *)userdata;
}

typedef size_t (*copy_insn_data)(const struct qemu_plugin_insn *insn, void *to, size_t size);
static copy_insn_data insn_data_copier; /* the same symbol, with the signature of interface 3 */

static void read_opcode(const struct qemu_plugin_insn *insn, uint8_t *opcode, size_t size) {
    if (insn_data_copier) {
        insn_data_copier(insn, opcode, size);
    } else {
        memcpy(opcode, qemu_plugin_insn_data(insn), size);
    }
}

static bool is_end(uint64_t address) {
    for (size_t i = 0; i < end_count; i++) {
        if (end_addresses[i] == address)
            return true;
    }
    return false;
}

static void instrument(struct qemu_plugin_insn *insn) {
    uint8_t opcode[MAX_OPCODE] = {0};
    uint64_t address = qemu_plugin_insn_vaddr(insn);
    size_t size = qemu_plugin_insn_size(insn);
    if (size > MAX_OPCODE)
        size = MAX_OPCODE;
    read_opcode(insn, opcode, size);

    /* Before the counter, so that a window holds its first instruction and not its end. */
    if (has_window && is_end(address))
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_end, CB_NO_REGS, NULL);
    if (has_window && address == begin_address)
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_begin, CB_NO_REGS, NULL);

    struct counter *c = counter_for(address, opcode, (uint8_t)size);
    if (qemu_plugin_register_vcpu_insn_exec_inline)
        qemu_plugin_register_vcpu_insn_exec_inline(insn, INLINE_ADD_U64, &c->executed, 1);
    else
        qemu_plugin_register_vcpu_insn_exec_cb(insn, count_one, CB_NO_REGS, &c->executed);
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    (void)id;
    size_t n = qemu_plugin_tb_n_insns(tb);
    for (size_t i = 0; i < n; i++)
        instrument(qemu_plugin_tb_get_insn(tb, i));
}

static void on_exit_write(qemu_plugin_id_t id, void *userdata) {
    (void)id;
    (void)userdata;
    FILE *file = fopen(out_path, "w");
    if (!file) {
        fprintf(stderr, "instruction_counts: cannot write %s\n", out_path);
        return;
    }
    if (window_open)
        add_to_windows(false);
    fprintf(file, "mcuai-instruction-counts 1 %" PRIu64 "\n", windows);
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct counter *c = buckets[i]; c; c = c->next) {
            uint64_t count = has_window ? c->in_window : c->executed;
            if (!count)
                continue;
            fprintf(file, "%" PRIx64 " ", c->address);
            for (unsigned b = 0; b < c->size; b++)
                fprintf(file, "%02x", c->opcode[b]);
            fprintf(file, " %" PRIu64 "\n", count);
        }
    }
    fclose(file);
}

static bool take_argument(const char *argument) {
    if (!strncmp(argument, "out=", 4)) {
        out_path = strdup(argument + 4);
        return out_path != NULL;
    }
    if (!strncmp(argument, "begin=", 6)) {
        begin_address = strtoull(argument + 6, NULL, 0);
        has_window = true;
        return true;
    }
    if (!strncmp(argument, "end=", 4) && end_count < MAX_ENDS) {
        end_addresses[end_count++] = strtoull(argument + 4, NULL, 0);
        return true;
    }
    return false;
}

EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
                                 char **argv) {
    for (int i = 0; i < argc; i++) {
        if (!take_argument(argv[i])) {
            fprintf(stderr, "instruction_counts: cannot use argument %s\n", argv[i]);
            return -1;
        }
    }
    if (!out_path) {
        fprintf(stderr, "instruction_counts: out=PATH is missing\n");
        return -1;
    }
    if (info->version.cur >= 3)
        insn_data_copier = (copy_insn_data)(void (*)(void))qemu_plugin_insn_data;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    qemu_plugin_register_atexit_cb(id, on_exit_write, NULL);
    return 0;
}
