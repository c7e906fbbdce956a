/* core_driver PACK INPUT OUTPUT [ROWS]: runs a pack on all the inputs in a file, in place and then
 * streamed, and writes the outputs, which have to be the same. Built with sanitizers: each buffer
 * is a heap block of exactly the size that the pack states, so that an access beside it ends the
 * program. */
#include <mcuai/store.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t *bytes;
    uint32_t size;
} file;

static uint32_t rows = UINT32_MAX;

static void fail(const char *what, mcuai_status status) {
    fprintf(stderr, "core_driver: %s: %s\n", what, mcuai_status_text(status));
    exit(1);
}

static void *block(size_t bytes) {
    void *memory = malloc(bytes);
    if (!memory || (uintptr_t)memory % 16 != 0)
        fail("no aligned memory", MCUAI_ERROR_ARGUMENT);
    memset(memory, 0xA5, bytes); /* whatever RAM holds: results must not depend on it */
    return memory;
}

static file read_file(const char *path) {
    FILE *stream = fopen(path, "rb");
    if (!stream || fseek(stream, 0, SEEK_END) != 0)
        fail(path, MCUAI_ERROR_READ);
    file contents = {.size = (uint32_t)ftell(stream)};
    contents.bytes = block(contents.size);
    rewind(stream);
    if (fread(contents.bytes, 1, contents.size, stream) != contents.size)
        fail(path, MCUAI_ERROR_READ);
    fclose(stream);
    return contents;
}

static uint32_t header_field(const file *pack, uint32_t offset) {
    uint32_t value;
    memcpy(&value, pack->bytes + offset, 4);
    return value;
}

static int read_pack(void *context, uint32_t offset, void *destination, uint32_t bytes) {
    const file *pack = context;
    if (offset > pack->size || bytes > pack->size - offset)
        return -1;
    memcpy(destination, pack->bytes + offset, bytes);
    return 0;
}

/* Copies all inputs in and returns the bytes taken; or, without `inputs`, counts them. */
static uint32_t fill_inputs(const mcuai_model *model, const uint8_t *inputs) {
    uint32_t total = 0;
    mcuai_tensor tensor;
    for (uint32_t i = 0; (tensor = mcuai_input(model, i)).data; i++) {
        if (inputs)
            memcpy(tensor.data, inputs + total, tensor.bytes);
        total += tensor.bytes;
    }
    return total;
}

static uint32_t take_outputs(const mcuai_model *model, uint8_t *outputs) {
    uint32_t total = 0;
    mcuai_tensor tensor;
    for (uint32_t i = 0; (tensor = mcuai_output(model, i)).data; i++) {
        if (outputs)
            memcpy(outputs + total, tensor.data, tensor.bytes);
        total += tensor.bytes;
    }
    return total;
}

static file run_all(const mcuai_config *config, const file *input) {
    mcuai_model model;
    mcuai_status status = mcuai_open(&model, config);
    if (status == MCUAI_OK)
        status = mcuai_verify(&model);
    if (status != MCUAI_OK)
        fail("open", status);
    const uint32_t in = fill_inputs(&model, NULL), out = take_outputs(&model, NULL);
    if (in == 0 || input->size % in != 0)
        fail("the input's size", MCUAI_ERROR_ARGUMENT);
    const uint32_t count = input->size / in;
    file output = {block((size_t)count * out), count * out};
    for (uint32_t n = 0; n < count; n++) {
        fill_inputs(&model, input->bytes + (size_t)n * in);
        status = rows == UINT32_MAX ? mcuai_invoke(&model) : mcuai_invoke_rows(&model, rows);
        if (status != MCUAI_OK)
            fail("invoke", status);
        take_outputs(&model, output.bytes + (size_t)n * out);
    }
    return output;
}

static file run_in_place(const file *pack, const file *input) {
    const uint32_t arena = header_field(pack, 20);
    const mcuai_config config = {
        .pack = pack->bytes,
        .pack_bytes = pack->size,
        .arena = block(arena),
        .arena_bytes = arena,
        .operators = mcuai_all_operators,
    };
    const file output = run_all(&config, input);
    free(config.arena);
    return output;
}

static int read_at_once(void *context) {
    (void)context;
    return 0;
}

/* The manifest alone in memory, and a cache of this size; with `overlaps`, shards are read ahead.
 */
static file run_streamed(const file *pack, const file *input, uint32_t cache, bool overlaps) {
    const uint32_t manifest = header_field(pack, 8), arena = header_field(pack, 20);
    uint8_t *head = block(manifest);
    memcpy(head, pack->bytes, manifest);
    mcuai_store_config source = {
        .context = (void *)(uintptr_t)pack,
        .cache = block(cache),
        .cache_bytes = cache,
    };
    if (overlaps)
        source.start = read_pack, source.wait = read_at_once;
    else
        source.read = read_pack;
    mcuai_store store;
    if (mcuai_store_init(&store, &source) != MCUAI_OK)
        fail("a store", MCUAI_ERROR_ARGUMENT);
    const mcuai_config config = {
        .pack = head,
        .pack_bytes = manifest,
        .store = &store,
        .arena = block(arena),
        .arena_bytes = arena,
        .operators = mcuai_all_operators,
    };
    const file output = run_all(&config, input);
    mcuai_store_finish(&store);
    if (mcuai_store_needs(&store).least != header_field(pack, 24))
        fail("the header has another size of the least cache", MCUAI_OK);
    free(source.cache);
    free(config.arena);
    free(head);
    return output;
}

static void require_refusal(const file *pack, uint32_t cache) {
    mcuai_store_config source = {.read = read_pack, .context = (void *)(uintptr_t)pack};
    source.cache_bytes = cache;
    source.cache = block(cache);
    mcuai_store store;
    mcuai_store_init(&store, &source);
    const uint32_t arena = header_field(pack, 20);
    const mcuai_config config = {
        .pack = pack->bytes,
        .pack_bytes = header_field(pack, 8),
        .store = &store,
        .arena = block(arena),
        .arena_bytes = arena,
        .operators = mcuai_all_operators,
    };
    mcuai_model model;
    if (mcuai_open(&model, &config) != MCUAI_ERROR_CACHE)
        fail("a cache that is too small is not noticed", MCUAI_OK);
    free(source.cache);
    free(config.arena);
}

static void require_same(const file *a, const file *b) {
    if (a->size != b->size || memcmp(a->bytes, b->bytes, a->size) != 0)
        fail("streaming gives other bytes", MCUAI_OK);
}

/* With caches from the least one to one of all shards. */
static void compare_streamed(const file *pack, const file *input, const file *in_place) {
    const uint32_t least = header_field(pack, 24);
    if (least == 0)
        return;
    require_refusal(pack, least - 16);
    for (uint32_t cache = least, n = 0; n < 4; cache += cache / 2 / 16 * 16, n++) {
        for (int overlaps = 0; overlaps < 2; overlaps++) {
            const file streamed = run_streamed(pack, input, cache, overlaps);
            require_same(in_place, &streamed);
            free(streamed.bytes);
        }
    }
}

int main(int count, char **arguments) {
    if (count != 4 && count != 5) {
        fprintf(stderr, "usage: core_driver PACK INPUT OUTPUT [ROWS]\n");
        return 2;
    }
    if (count == 5)
        rows = (uint32_t)strtoul(arguments[4], NULL, 10);
    const file pack = read_file(arguments[1]), input = read_file(arguments[2]);
    const file in_place = run_in_place(&pack, &input);
    compare_streamed(&pack, &input, &in_place);
    FILE *stream = fopen(arguments[3], "wb");
    if (!stream || fwrite(in_place.bytes, 1, in_place.size, stream) != in_place.size ||
        fclose(stream) != 0)
        fail(arguments[3], MCUAI_ERROR_READ);
    free(pack.bytes);
    free(input.bytes);
    free(in_place.bytes);
    return 0;
}
