/* What an image made for one pack gets from the firmware builder, which generates pack.S and
 * pack.c. */
#ifndef MCUAI_APPS_PACK_H
#define MCUAI_APPS_PACK_H

#include <mcuai/mcuai.h>

extern const uint8_t mcuai_pack_begin[], mcuai_pack_end[];
extern const struct mcuai_operator *const mcuai_pack_operators[]; /* only those of the pack */

/* The store of an image whose pack is streamed: it then holds the manifest alone. Null in others. */
struct mcuai_store *mcuai_pack_store(void);

/* One on the board's block device. */
struct mcuai_store *mcuai_streamed_store(void *cache, uint32_t bytes);

/* Opens the image's pack in its arena, and checks every shard: a streamed one when it is read. `trace` may be null. */
mcuai_status mcuai_pack_open(mcuai_model *model, struct mcuai_store *store, mcuai_trace_fn trace);

/* 16-byte aligned, of exactly the size that the pack's header states */
extern uint8_t mcuai_pack_arena[];
extern const uint32_t mcuai_pack_arena_bytes;

/* 8-byte aligned memory for the keyword spotter; only in images that take it. */
extern uint64_t mcuai_pack_spotter[];
extern const uint32_t mcuai_pack_spotter_bytes;

/* The same for the anomaly detector. */
extern uint64_t mcuai_pack_detector[];
extern const uint32_t mcuai_pack_detector_bytes;

/* 8-byte aligned scratch for text; only in images that take it. */
extern uint64_t mcuai_pack_story[];
extern const uint32_t mcuai_pack_story_bytes;

/* One tick count for each operator record of the pack, for profiling. */
extern uint32_t mcuai_pack_operator_ticks[];
extern const uint32_t mcuai_pack_operator_count;

#endif
