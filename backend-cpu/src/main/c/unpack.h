// Quantised weights as bytes, with their scales, in panels.
//
// A panel holds LANES rows side by side. The levels are whole numbers of 8 bits, so that one routine multiplies all types:
//   types of 32:  weight = d (level - offset) + m
//   types of 256: weight = d scale (level - offset) + m minimum, with whole scales and minimums for each 32 or 16 elements
#define PANEL_COLUMNS 512 // two panels and some columns fit the nearest cache

typedef struct {
    uint8_t levels[PANEL_COLUMNS * LANES];             // [k / 4][lane][k % 4]
    float d[PANEL_COLUMNS / 32 * LANES];               // [block][lane]
    float m[PANEL_COLUMNS / 32 * LANES];
    int32_t scales[PANEL_COLUMNS / 16 * LANES];        // [part][lane]
    int16_t minimums[PANEL_COLUMNS / 16 * LANES];      // [part / 2][lane][part % 2]
} panel;

// block: elements of a block; part: elements that share a whole scale; both 32 for the simple types
typedef struct {
    int block, bytes, part, offset, wide, minimum;
} format;

static inline format format_of(int type) {
    switch (type) {
        case Q4_0: return (format){32, 18, 32, 8, 0, 0};
        case Q4_1: return (format){32, 20, 32, 0, 0, 1};
        case Q5_0: return (format){32, 22, 32, 16, 0, 0};
        case Q5_1: return (format){32, 24, 32, 0, 0, 1};
        case Q8_0: return (format){32, 34, 32, WIDE_BIAS, 1, 0};
        case IQ4_NL: return (format){32, 18, 32, WIDE_BIAS, 1, 0};
        case MXFP4: return (format){32, 17, 32, 12, 0, 0};
        case Q2_K: return (format){256, 84, 16, 0, 0, 1};
        case Q3_K: return (format){256, 110, 16, 4, 0, 0};
        case Q4_K: return (format){256, 144, 32, 0, 0, 1};
        case Q5_K: return (format){256, 176, 32, 0, 0, 1};
        case Q6_K: return (format){256, 210, 16, 32, 0, 0};
        default: return (format){256, 136, 32, WIDE_BIAS, 1, 0}; // IQ4_XS
    }
}

static const int8_t LEVELS_IQ4[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
static const int8_t LEVELS_FP4[16] = {12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0}; // doubled E2M1, plus 12

// The 6-bit scales and minimums of Q4_K and Q5_K, 8 bytes each. In registers: a load that spans two stores would wait for both.
static inline void scales_k4(const uint8_t *s, uint64_t *scale, uint64_t *minimum) {
    uint32_t a = u32(s), b = u32(s + 4), c = u32(s + 8);
    uint32_t s1 = (c & 0x0f0f0f0f) | (a >> 2 & 0x30303030), m1 = (c >> 4 & 0x0f0f0f0f) | (b >> 2 & 0x30303030);
    *scale = (a & 0x3f3f3f3f) | (uint64_t)s1 << 32;
    *minimum = (b & 0x3f3f3f3f) | (uint64_t)m1 << 32;
}

static inline void fetch(const uint8_t *p, size_t bytes) {
#pragma GCC unroll 1 // slowly, the memory needs its time
    for (size_t i = 0; i < bytes; i += 64) fetch_line(p + i);
}

// For a stream that is read once, of which a loop reads `bytes` from `p` on just now. Lines go into level 1 alone: on Zen 5 up to a tenth
// faster than through level 2, probably because what leaves that is written to level 3. What the processor asks for by itself ends with each
// page of 4 KB and begins anew some lines into the next: the first line of a page, asked for well before, has it begin early. Measured with
// AVX-512: Q4_0 and Q5_0 gain 10 to 30 %, Q8_0, Q4_K and F16 up to a fifth. Page lines alone are much slower for Q4_K, Q6_K and F16.
#define LINES_AHEAD 5120
#define PAGES_AHEAD 16384
#define PAGE 4096
static inline void fetch_once(const uint8_t *p, size_t bytes) {
    const uint8_t *page = (const uint8_t *)(((uintptr_t)p + PAGES_AHEAD + PAGE - 1) & ~(uintptr_t)(PAGE - 1));
    for (; page < p + PAGES_AHEAD + bytes; page += PAGE) fetch_line_early(page);
#pragma GCC unroll 1
    for (size_t i = 0; i < bytes; i += 64) fetch_line_once(p + LINES_AHEAD + i);
}

// Rows of a matrix: as the file has them and, unless NULL, packed in the order of the level.
typedef struct {
    const uint8_t *rows, *packed;
    size_t row_bytes, packed_bytes;
} matrix;

static inline matrix rows_from(matrix m, int row) {
    return (matrix){m.rows + (size_t)row * m.row_bytes, m.packed ? m.packed + (size_t)row * m.packed_bytes : NULL, m.row_bytes, m.packed_bytes};
}
