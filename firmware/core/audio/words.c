/* From posteriors of overlapping windows to one event for each word. */
#include "decide.h"

/* The moving average, times the number of windows in it. */
static void smooth(mcuai_spotter_words *w, uint32_t smoothing, const int8_t *posteriors) {
    uint8_t *oldest = w->history + (uint32_t)w->next * w->classes;
    for (uint32_t i = 0; i < w->classes; i++) {
        const uint8_t newest = posteriors ? (uint8_t)(posteriors[i] + 128) : 0;
        w->sums[i] = (uint16_t)(w->sums[i] + newest - oldest[i]);
        oldest[i] = newest;
    }
    w->next = (uint16_t)(w->next + 1u < smoothing ? w->next + 1 : 0);
}

/* The likeliest word; negative where no class is one. */
static int32_t likeliest(const mcuai_spotter_words *w) {
    int32_t best = -1;
    for (int32_t i = 0; i < w->classes; i++)
        if (!w->silent[i] && (best < 0 || w->sums[i] > w->sums[best]))
            best = i;
    return best;
}

/* How likely it is that a word was spoken, if it was this one. What the model gives to other words
 * speaks for a word too: then it doubts which one it was, not that it was one. */
static uint16_t score(const mcuai_spotter_words *w, const mcuai_spotter_settings *settings,
                      int32_t word) {
    const uint32_t own = w->sums[word], most = 255u * settings->smoothing;
    uint32_t all = 0;
    for (uint32_t i = 0; settings->others > 0 && i < w->classes; i++)
        if (!w->silent[i])
            all += w->sums[i];
    const uint32_t sum = settings->others > 0 ? own + settings->others * (all - own) / 256 : own;
    return (uint16_t)(sum < most ? sum : most); /* posteriors that are no softmax may be more */
}

/* A word that is likely enough becomes the candidate, and a likelier one takes its place. */
static void nominate(mcuai_spotter_words *w, const mcuai_spotter_settings *settings,
                     uint32_t frame) {
    const int32_t best = likeliest(w);
    if (w->best_sum > 0)
        w->age++;
    if (best < 0 || best == w->held || w->quiet > 0)
        return;
    const uint16_t sum = score(w, settings, best);
    if (sum < settings->threshold * settings->smoothing || sum <= w->best_sum)
        return;
    w->best = (int16_t)best;
    w->best_sum = sum;
    w->best_frame = frame;
    w->age = 0;
}

static bool is_decided(const mcuai_spotter_words *w, const mcuai_spotter_settings *settings) {
    return w->best_sum > 0 && (w->age >= settings->delay ||
                               w->sums[w->best] < settings->release * settings->smoothing);
}

bool mcuai_words_step(mcuai_spotter_words *w, const mcuai_spotter_settings *settings,
                      const int8_t *posteriors, uint32_t frame, mcuai_spotter_event *event,
                      uint32_t *event_frame) {
    smooth(w, settings->smoothing, posteriors);
    if (w->held >= 0 && w->sums[w->held] < settings->release * settings->smoothing)
        w->held = -1;
    w->quiet = w->quiet > settings->hop ? w->quiet - settings->hop : 0;
    nominate(w, settings, frame);
    if (!is_decided(w, settings))
        return false;
    event->label = w->best;
    event->score = (uint8_t)(w->best_sum / settings->smoothing);
    *event_frame = w->best_frame;
    w->held = w->best;
    w->best_sum = 0;
    w->quiet = settings->refractory;
    return true;
}
