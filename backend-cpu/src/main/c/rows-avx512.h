// Products with few columns: levels are unpacked in registers and multiplied there, lane = row; the arithmetic is that of product.h.
//
// Weights are asked for ahead, some lines in a row, of which the processor makes a stream (fetch_once). Of several passes over 16 rows each asks
// for its share of the next 16, so that memory and arithmetic overlap. Loops take long steps, four blocks of 32: loads that come back after less make
// Zen 5 ask for lines on its own besides, which cost up to a third of the bandwidth of one core.
#define TOGETHER 4 // columns of one pass

static inline __m512i each_of(const uint8_t *x) { return _mm512_set1_epi32(i32(x)); }

static inline __attribute__((always_inline)) __m512 add_block(int type, format f, int times_16, const __m512i w[8], __m512i scales, const uint8_t *x,
                                                              column_layout c, size_t b, __m512 total) {
    __m512i sum = _mm512_setzero_si512(), other = _mm512_setzero_si512();
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++) {
        sum = _mm512_dpbusd_epi32(sum, w[k], each_of(x + 32 * b + 4 * k));
        other = _mm512_dpbusd_epi32(other, w[4 + k], each_of(x + 32 * b + 16 + 4 * k));
    }
    if (times_16 && plain_nibbles(type)) other = _mm512_srai_epi32(other, 4);
    __m512i inputs = each_of(x + c.sums32 + 4 * b);
    sum = _mm512_sub_epi32(_mm512_add_epi32(sum, other), _mm512_mullo_epi32(inputs, _mm512_set1_epi32(f.offset)));
    __m512 dx = _mm512_set1_ps(f32(x + c.scales + 4 * b));
    total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_mul_ps(scale_of(type, scales), dx), total);
    return f.minimum ? _mm512_fmadd_ps(_mm512_cvtepi32_ps(inputs), _mm512_mul_ps(high_half(scales), dx), total) : total;
}

// What a pass asks for beside the rows that it reads.
typedef struct {
    const uint8_t *from; // the next rows, of which it asks for its share; with `once` its own
    size_t passes;
    int once; // no other pass reads these rows: it asks for what follows them
} coming;

static inline void fetch_share(coming o, size_t at, size_t bytes) {
    if (o.once) fetch_once(o.from + at, bytes); else fetch(o.from + at / o.passes, bytes / o.passes);
}

// `blocks` blocks of 16 rows from `b` on, which is even: two or one.
static inline __attribute__((always_inline)) void blocks_32(int type, int columns, weights16 s, size_t b, int blocks, const uint8_t *x,
                                                            column_layout c, __m512 *totals) {
    format f = format_of(type);
    pair_32 p;
    if (s.rows) load_32(type, s, b, blocks, &p);
    const __m512i heads = !s.rows && packing_of(type).head ? heads_of(type, s, b) : _mm512_setzero_si512();
#pragma GCC unroll 2
    for (size_t i = 0; i < (size_t)blocks; i++) {
        if (!s.rows) packed_32(type, 1, s, b, i, heads, p.w[i], p.scales + i);
#pragma GCC unroll 4
        for (int j = 0; j < columns; j++)
            totals[j] = add_block(type, f, !s.rows, p.w[i], p.scales[i], x + (size_t)j * c.bytes, c, b + i, totals[j]);
    }
}

// 16 rows with `columns` columns; y: [column][16].
static inline __attribute__((always_inline)) void rows_32(int type, int columns, weights16 s, coming next, int in, const uint8_t *x,
                                                          column_layout c, float *y) {
    const size_t size = (size_t)format_of(type).bytes, blocks = (size_t)in / 32;
    __m512 totals[TOGETHER];
    for (int j = 0; j < columns; j++) totals[j] = _mm512_setzero_ps();
    size_t b = 0;
    for (; b + 4 <= blocks; b += 4) {
        fetch_share(next, 16 * b * size, 64 * size);
        blocks_32(type, columns, s, b, 2, x, c, totals);
        blocks_32(type, columns, s, b + 2, 2, x, c, totals);
    }
    if (b + 2 <= blocks) {
        blocks_32(type, columns, s, b, 2, x, c, totals);
        b += 2;
    }
    if (b < blocks) blocks_32(type, columns, s, b, 1, x, c, totals);
    for (int j = 0; j < columns; j++) _mm512_storeu_ps(y + 16 * j, totals[j]);
}

static inline __attribute__((always_inline)) void rows_256(int type, int columns, weights16 s, coming next, int in, const uint8_t *x,
                                                           column_layout c, float *y) {
    format f = format_of(type);
    slicing cut = slicing_of(type);
    size_t size = (size_t)f.bytes;
    const int parts = 256 / f.part, together = type == Q4_K || type == Q5_K ? 2 : 1; // slices that have the same parts
    const size_t inputs = f.part == 32 ? c.sums32 : c.sums16, words_at = f.part == 32 ? c.words32 : c.words16;
    __m512 totals[TOGETHER];
    for (int j = 0; j < columns; j++) totals[j] = _mm512_setzero_ps();
    for (int b = 0; b < in / 256; b++) {
        size_t at = s.rows ? (size_t)b * size : packed_at(type, (size_t)b);
        fetch_share(next, 16 * (size_t)b * size, 16 * size);
        block_256 h = header_of(type, s, at, b);
        __m512i sum[TOGETHER];
        for (int j = 0; j < columns; j++) sum[j] = _mm512_setzero_si512();
#pragma GCC unroll 8
        for (int i = 0; i < cut.slices; i += together) {
            int part = first_level(type, i) / f.part, step = cut.stride / f.part; // of the first group; from a group to the next
            __m512i sums[4][TOGETHER];
            for (int g = 0; g < cut.groups; g++)
                for (int j = 0; j < columns; j++) {
                    int own = g == 0 || step > 0; // else a group goes on with the part of the one before it
                    size_t place = (size_t)j * c.bytes + inputs + 4 * (size_t)(b * parts + part + step * g);
                    sums[g][j] = own && f.offset ? _mm512_set1_epi32(-f.offset * i32(x + place)) : _mm512_setzero_si512();
                }
#pragma GCC unroll 2
            for (int n = 0; n < together; n++) {
                __m512i w[16];
                slice_of(type, s, at, i + n, &h, w);
                const uint8_t *column = x + 256 * b + first_level(type, i + n);
                for (int g = 0; g < cut.groups; g++)
                    for (int k = 0; k < 4; k++)
                        for (int j = 0; j < columns; j++)
                            sums[g][j] = _mm512_dpbusd_epi32(sums[g][j], w[4 * g + k], each_of(column + (size_t)j * c.bytes + cut.stride * g + 4 * k));
            }
            for (int g = 0; g < cut.groups; g++) {
                __m512i scale = scale_256(type, &h, part + step * g);
                for (int j = 0; j < columns; j++) sum[j] = _mm512_add_epi32(sum[j], _mm512_mullo_epi32(sums[g][j], scale));
            }
        }
        __m512 dx[TOGETHER];
        for (int j = 0; j < columns; j++) {
            dx[j] = _mm512_set1_ps(f32(x + (size_t)j * c.bytes + c.scales + 32 * b));
            totals[j] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[j]), _mm512_mul_ps(h.d, dx[j]), totals[j]);
        }
        if (!f.minimum) continue;
        __m512i least[TOGETHER];
        for (int j = 0; j < columns; j++) least[j] = _mm512_setzero_si512();
        for (int i = 0; i < parts / 4; i++) {
            __m512i words[2];
            words_of(h.minimums[i], words);
            for (int k = 0; k < 2; k++)
                for (int j = 0; j < columns; j++)
                    least[j] = _mm512_dpwssd_epi32(least[j], words[k], each_of(x + (size_t)j * c.bytes + words_at + 2 * b * parts + 8 * i + 4 * k));
        }
        for (int j = 0; j < columns; j++) totals[j] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(least[j]), _mm512_mul_ps(h.m, dx[j]), totals[j]);
    }
    for (int j = 0; j < columns; j++) _mm512_storeu_ps(y + 16 * j, totals[j]);
}

typedef void stream_function(const uint8_t *const *, const uint8_t *, coming, int, const uint8_t *, column_layout, float *);

// One function for each type, form and number of columns.
#define STREAM(kernel, kind, name, columns, rows, packed) \
    static void stream_##kind##_##name(const uint8_t *const *row, const uint8_t *group, coming next, int in, const uint8_t *x, \
                                       column_layout c, float *y) { \
        (void)row, (void)group; \
        kernel(kind, columns, (weights16){rows, packed}, next, in, x, c, y); \
    }
#define STREAMS(kernel, kind) \
    STREAM(kernel, kind, rows, 1, row, NULL) STREAM(kernel, kind, 1, 1, NULL, group) STREAM(kernel, kind, 2, 2, NULL, group) \
    STREAM(kernel, kind, 4, 4, NULL, group)
#define STREAMS_32(kind) STREAMS(rows_32, kind)
#define STREAMS_256(kind) STREAMS(rows_256, kind)
EACH_SIMPLE(STREAMS_32) EACH_SUPER(STREAMS_256)

// The function for rows as the file has them (0 columns), or for packed rows with 1, 2 or 4 columns.
static stream_function *stream_for(int type, int columns) {
    switch (type) {
#define CHOICE(kind) case kind: return columns == 0 ? stream_##kind##_rows : columns == 1 ? stream_##kind##_1 : columns == 2 ? stream_##kind##_2 : stream_##kind##_4;
        EACH_SIMPLE(CHOICE) EACH_SUPER(CHOICE)
        default: return NULL;
    }
}

// The passes over rows for some columns, 4, 2 or 1 at a time.
static inline size_t passes_of(int columns) { return (size_t)(columns / 4 + columns % 4 / 2 + columns % 2); }

// The most columns for which unpacking packed rows again in each pass costs less than panels.
static inline int streamed_columns(format f) { return f.block == 32 ? 64 : 8; }

// One column of rows as the file has them, or some columns of packed rows.
static void stream(int type, matrix m, int in, int rows, const uint8_t *x, column_layout c, int columns, float *y, size_t stride) {
    for (int r = 0; r < rows; r += 16) {
        int count = rows - r < 16 ? rows - r : 16;
        matrix group = rows_from(m, r);
        const uint8_t *row[16];
        coming next = {group.rows + 16 * m.row_bytes, 1, 0};
        if (!m.packed) row_pointers(group.rows, m.row_bytes, count, row);
        if (m.packed) {
            const int once = passes_of(columns) == 1;
            next = (coming){group.packed + (once ? 0 : 16 * m.packed_bytes), passes_of(columns), once};
        }
        for (int j = 0; j < columns;) {
            int n = columns - j >= 4 ? 4 : columns - j >= 2 ? 2 : 1;
            float sums[16 * TOGETHER];
            stream_for(type, m.packed ? n : 0)(row, group.packed, next, in, x + (size_t)j * c.bytes, c, sums);
            for (int i = 0; i < n; i++) put_rows(y + (size_t)(j + i) * stride + r, sums + 16 * i, count);
            next.from += 16 * m.packed_bytes / next.passes;
            j += n;
        }
    }
}
