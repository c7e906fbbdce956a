/* Opening, and the way of samples through front end, gate, model and decision. */
#include "decide.h"
#include "stages.h"

#include <string.h>

typedef struct {
    const mcuai_front_end_tables *tables;
    uint32_t table_bytes;
    mcuai_spotter_settings settings;
} layout;

static uint32_t aligned(uint32_t bytes) {
    return (bytes + 7) / 8 * 8;
}

/* A bit for each frame of a window. */
static uint32_t active_bytes(const mcuai_front_end_tables *tables) {
    return 4 * ((tables->frames + 31u) / 32);
}

/* The line of this number; null where there is none. */
static const char *line(const char *text, uint32_t bytes, uint32_t number, uint32_t *length) {
    const char *end = text + bytes;
    for (;; number--) {
        const char *next = text;
        while (next < end && *next != '\n')
            next++;
        if (number == 0) {
            *length = (uint32_t)(next - text);
            return text;
        }
        if (next == end)
            return NULL;
        text = next + 1;
    }
}

static bool equals(const char *text, uint32_t bytes, const char *word) {
    uint32_t i = 0;
    while (i < bytes && word[i] && text[i] == word[i])
        i++;
    return i == bytes && !word[i];
}

/* Labels of what is no word. An underscore marks them in data sets. */
static bool is_silent(const char *label, uint32_t bytes) {
    return (bytes > 0 && label[0] == '_') || equals(label, bytes, "unknown") ||
           equals(label, bytes, "silence");
}

/* The model takes a window and gives a posterior for each label. */
static bool fits(const mcuai_spotter *s, const mcuai_front_end_tables *t) {
    const mcuai_tensor input = mcuai_input(s->model, 0), output = mcuai_output(s->model, 0);
    uint32_t bytes;
    return input.type == MCUAI_INT8 && input.bytes == (uint32_t)t->frames * t->features &&
           output.type == MCUAI_INT8 && output.bytes > 0 &&
           output.bytes <= MCUAI_SPOTTER_MAX_CLASSES && t->sample_rate > 0 && s->labels &&
           line(s->labels, s->label_bytes, output.bytes - 1, &bytes) &&
           !line(s->labels, s->label_bytes, output.bytes, &bytes);
}

/* Reads the pack and returns the bytes of memory that it takes. */
static int32_t measure(mcuai_spotter *s, const mcuai_model *model, layout *to) {
    uint32_t bytes = 0;
    s->model = model;
    s->labels = mcuai_metadata(model, "labels", &s->label_bytes);
    to->tables = mcuai_metadata(model, "front_end", &to->table_bytes);
    if (!to->tables)
        return MCUAI_ERROR_SPOTTER;
    const int32_t front_end = mcuai_front_end_bytes(to->tables, to->table_bytes);
    if (front_end < 0)
        return front_end;
    if (!fits(s, to->tables))
        return MCUAI_ERROR_SPOTTER;
    const void *record = mcuai_metadata(model, "spotter", &bytes);
    const mcuai_status status =
        mcuai_spotter_read_settings(record, bytes, to->tables->frames, &to->settings);
    if (status != MCUAI_OK)
        return status;
    const uint32_t classes = mcuai_output(model, 0).bytes;
    return (int32_t)(aligned((uint32_t)front_end) + aligned(active_bytes(to->tables)) +
                     aligned(2 * classes) + aligned(classes) +
                     aligned(to->settings.smoothing * classes));
}

int32_t mcuai_spotter_bytes(const mcuai_model *model) {
    mcuai_spotter spotter;
    layout sizes;
    return model ? measure(&spotter, model, &sizes) : MCUAI_ERROR_ARGUMENT;
}

/* The parts of its memory; the tables, settings and classes are known. */
static void place(mcuai_spotter *s, const mcuai_front_end_tables *tables, uint8_t *memory) {
    const uint32_t classes = s->words.classes;
    memory += aligned(mcuai_front_end_place(&s->front_end, tables, memory));
    s->gate.active = (void *)memory;
    memory += aligned(active_bytes(tables));
    s->words.sums = (void *)memory;
    memory += aligned(2 * classes);
    s->words.silent = memory;
    s->words.history = memory + aligned(classes);
}

void mcuai_spotter_attach(mcuai_spotter *s, const mcuai_model *model, void *memory) {
    uint32_t bytes;
    s->model = model;
    s->labels = mcuai_metadata(model, "labels", &bytes);
    place(s, mcuai_metadata(model, "front_end", &bytes), memory);
}

static void lay_out(mcuai_spotter *s, const layout *sizes, uint8_t *memory) {
    s->settings = sizes->settings;
    s->words.classes = (uint16_t)mcuai_output(s->model, 0).bytes;
    place(s, sizes->tables, memory);
    for (uint32_t i = 0; i < s->words.classes; i++) {
        uint32_t bytes = 0;
        const char *label = mcuai_spotter_label(s, i, &bytes);
        s->words.silent[i] = is_silent(label, bytes);
    }
}

mcuai_status mcuai_spotter_open(mcuai_spotter *s, const mcuai_model *model, void *memory,
                                uint32_t memory_bytes) {
    if (!s || !model || !memory || (uintptr_t)memory % 8 != 0)
        return MCUAI_ERROR_ARGUMENT;
    return mcuai_spotter_start(s, model, memory, memory_bytes);
}

mcuai_status mcuai_spotter_start(mcuai_spotter *s, const mcuai_model *model, void *memory,
                                 uint32_t memory_bytes) {
    layout sizes;
    const int32_t bytes = measure(s, model, &sizes);
    if (bytes < 0)
        return (mcuai_status)bytes;
    if (memory_bytes < (uint32_t)bytes)
        return MCUAI_ERROR_ARENA;
    lay_out(s, &sizes, memory);
    mcuai_spotter_reset(s);
    return MCUAI_OK;
}

void mcuai_spotter_reset(mcuai_spotter *s) {
    const uint32_t frames = s->front_end.tables->frames, classes = s->words.classes;
    mcuai_front_end_reset(&s->front_end);
    mcuai_reset(s->model);
    memset(s->gate.active, 0, active_bytes(s->front_end.tables));
    s->gate.floor = INT32_MIN; /* unknown: the first frame sets it */
    s->gate.next = s->gate.count = 0;
    memset(s->words.sums, 0, 2 * classes);
    memset(s->words.history, 0, s->settings.smoothing * classes);
    s->words.next = s->words.best_sum = s->words.age = 0;
    s->words.best = s->words.held = -1;
    s->words.quiet = s->words.best_frame = 0;
    s->frame = s->windows = s->inferences = 0;
    s->until = frames;
}

/* The middle of all windows that were averaged, the last of which ends with this frame. */
static uint32_t middle_ms(const mcuai_spotter *s, uint32_t frame) {
    const mcuai_front_end_tables *t = s->front_end.tables;
    const uint32_t half = (t->frames + (s->settings.smoothing - 1u) * s->settings.hop) / 2;
    const uint64_t middle = (uint64_t)(frame > half ? frame - half : 0) * t->hop;
    return (uint32_t)(middle * 1000 / t->sample_rate);
}

/* The window that ends here, with what the model said of it; null: the gate is shut. */
static void decide(mcuai_spotter *s, const int8_t *posteriors, mcuai_spotter_event *event) {
    uint32_t frame;
    if (mcuai_words_step(&s->words, &s->settings, posteriors, s->frame, event, &frame))
        event->time_ms = middle_ms(s, frame);
}

static mcuai_status finish_frame(mcuai_spotter *s, mcuai_spotter_event *event, bool *is_ready) {
    mcuai_gate_step(&s->gate, &s->settings, s->front_end.tables->frames,
                    mcuai_front_end_level(&s->front_end));
    s->frame++;
    if (--s->until > 0)
        return MCUAI_OK;
    s->until = s->settings.hop;
    s->windows++;
    *is_ready = mcuai_gate_is_open(&s->gate, &s->settings);
    if (!*is_ready) {
        decide(s, NULL, event);
        return MCUAI_OK;
    }
    s->inferences++;
    const mcuai_tensor input = mcuai_input(s->model, 0);
    return mcuai_front_end_window(&s->front_end, input.data, input.bytes);
}

int32_t mcuai_spotter_take(mcuai_spotter *s, const int16_t *samples, uint32_t count,
                           mcuai_spotter_event *event, bool *is_ready) {
    uint32_t taken = 0;
    event->label = -1;
    *is_ready = false;
    while (taken < count && event->label < 0 && !*is_ready) {
        const uint32_t missing = mcuai_front_end_missing(&s->front_end), left = count - taken;
        const uint32_t step = missing < left ? missing : left;
        mcuai_status status = MCUAI_OK;
        if (mcuai_front_end_push(&s->front_end, samples + taken, step) > 0)
            status = finish_frame(s, event, is_ready);
        if (status != MCUAI_OK)
            return status;
        taken += step;
    }
    return (int32_t)taken;
}

void mcuai_spotter_judge(mcuai_spotter *s, mcuai_spotter_event *event) {
    event->label = -1;
    decide(s, mcuai_output(s->model, 0).data, event);
}

int32_t mcuai_spotter_push(mcuai_spotter *s, const int16_t *samples, uint32_t count,
                           mcuai_spotter_event *event) {
    uint32_t taken = 0;
    event->label = -1;
    while (taken < count && event->label < 0) {
        bool is_ready;
        const int32_t step =
            mcuai_spotter_take(s, samples + taken, count - taken, event, &is_ready);
        if (step < 0)
            return step;
        taken += (uint32_t)step;
        if (!is_ready)
            continue;
        const mcuai_status status = mcuai_invoke(s->model);
        if (status != MCUAI_OK)
            return status;
        mcuai_spotter_judge(s, event);
    }
    return (int32_t)taken;
}

const char *mcuai_spotter_label(const mcuai_spotter *s, uint32_t label, uint32_t *bytes) {
    return label < s->words.classes ? line(s->labels, s->label_bytes, label, bytes) : NULL;
}

uint32_t mcuai_spotter_rate(const mcuai_spotter *s) {
    return s->front_end.tables->sample_rate;
}
