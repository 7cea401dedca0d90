// What the native kernels and the Java side agree on. The Java side checks all sizes before it calls; nothing here does.
#ifndef LAYOUT_H
#define LAYOUT_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Weight types, by their numbers in GGUF files.
enum {
    F32 = 0, F16 = 1, Q4_0 = 2, Q4_1 = 3, Q5_0 = 6, Q5_1 = 7, Q8_0 = 8, Q2_K = 10, Q3_K = 11, Q4_K = 12, Q5_K = 13, Q6_K = 14,
    IQ4_NL = 20, IQ4_XS = 23, BF16 = 30, MXFP4 = 39
};

// One prepared input column of `width` elements: int8 q[width], then per 32 elements the scale (float), then per 32 and per 16
// elements the sum of q (int32), then the same sums as int16. Each array starts on a line of 64 bytes.
typedef struct {
    size_t scales, sums32, sums16, words32, words16, bytes;
} column_layout;

static inline size_t lines(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

static inline column_layout column_of(size_t width) {
    column_layout c;
    c.scales = lines(width);
    c.sums32 = c.scales + lines(width / 8);
    c.sums16 = c.sums32 + lines(width / 8);
    c.words32 = c.sums16 + lines(width / 4);
    c.words16 = c.words32 + lines(width / 16);
    c.bytes = c.words16 + lines(width / 8) + 64;
    return c;
}

static inline uint16_t u16(const uint8_t *p) { uint16_t v; memcpy(&v, p, 2); return v; }
static inline uint32_t u32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return v; }
static inline int32_t i32(const void *p) { int32_t v; memcpy(&v, p, 4); return v; }
static inline float f32(const void *p) { float v; memcpy(&v, p, 4); return v; }
static inline float bits_f32(uint32_t bits) { float v; memcpy(&v, &bits, 4); return v; }
#endif
