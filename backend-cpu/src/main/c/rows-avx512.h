// Products with one column: levels are unpacked in registers and multiplied there, lane = row; the arithmetic is that of product.h.
//
// Packed blocks of 32 are read in the order of memory, which the processor foresees. Blocks of 256 are read in several places at a time and
// rows of a file in 16, so they are asked for ahead.
#define AHEAD 4096 // bytes of packed rows

static inline __m512i each_of(const uint8_t *x) { return _mm512_set1_epi32(i32(x)); }

static inline __attribute__((always_inline)) __m512 add_block(int type, format f, const __m512i w[8], __m512i scales, const uint8_t *x,
                                                              column_layout c, int b, __m512 total) {
    int32_t inputs = i32(x + c.sums32 + 4 * b);
    __m512i sum = _mm512_set1_epi32(-f.offset * inputs), other = _mm512_setzero_si512();
    for (int k = 0; k < 4; k++) {
        sum = _mm512_dpbusd_epi32(sum, w[k], each_of(x + 32 * b + 4 * k));
        other = _mm512_dpbusd_epi32(other, w[4 + k], each_of(x + 32 * b + 16 + 4 * k));
    }
    __m512 dx = _mm512_set1_ps(f32(x + c.scales + 4 * b));
    total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_add_epi32(sum, other)), _mm512_mul_ps(scale_of(type, scales), dx), total);
    return f.minimum ? _mm512_fmadd_ps(_mm512_set1_ps((float)inputs), _mm512_mul_ps(high_half(scales), dx), total) : total;
}

static inline __attribute__((always_inline)) void rows_32(int type, weights16 s, const uint8_t *next, int in, const uint8_t *x,
                                                          column_layout c, float *y) {
    format f = format_of(type);
    size_t size = (size_t)f.bytes;
    __m512 total = _mm512_setzero_ps();
    pair_32 p;
    int b = 0;
    for (; b <= in / 32 - 2; b += 2) {
        if (s.rows) fetch(next + 16 * (size_t)b * size, 32 * size);
        load_32(type, s, b, 2, &p);
        for (int i = 0; i < 2; i++) total = add_block(type, f, p.w[i], p.scales[i], x, c, b + i, total);
    }
    if (b < in / 32) {
        load_32(type, s, b, 1, &p);
        total = add_block(type, f, p.w[0], p.scales[0], x, c, b, total);
    }
    _mm512_storeu_ps(y, total);
}

static inline __attribute__((always_inline)) void rows_256(int type, weights16 s, const uint8_t *next, int in, const uint8_t *x,
                                                           column_layout c, float *y) {
    format f = format_of(type);
    slicing cut = slicing_of(type);
    size_t size = (size_t)f.bytes;
    const int parts = 256 / f.part, together = type == Q4_K || type == Q5_K ? 2 : 1; // slices that have the same parts
    __m512 total = _mm512_setzero_ps();
    for (int b = 0; b < in / 256; b++) {
        size_t at = s.rows ? (size_t)b * size : packed_at(type, b);
        fetch((s.rows ? next : s.packed + AHEAD) + 16 * (size_t)b * size, 16 * size);
        block_256 h = header_of(type, s, at, b);
        __m512i sum = _mm512_setzero_si512();
#pragma GCC unroll 8
        for (int i = 0; i < cut.slices; i += together) {
            int part = first_level(type, i) / f.part, step = cut.stride / f.part; // of the first group; from a group to the next
            __m512i sums[4];
            for (int g = 0; g < cut.groups; g++) {
                const uint8_t *inputs = x + (f.part == 32 ? c.sums32 : c.sums16);
                int own = g == 0 || step > 0; // else a group goes on with the part of the one before it
                sums[g] = own && f.offset ? _mm512_set1_epi32(-f.offset * i32(inputs + 4 * (b * parts + part + step * g))) : _mm512_setzero_si512();
            }
#pragma GCC unroll 2
            for (int j = 0; j < together; j++) {
                __m512i w[16];
                slice_of(type, s, at, i + j, &h, w);
                const uint8_t *column = x + 256 * b + first_level(type, i + j);
                for (int g = 0; g < cut.groups; g++)
                    for (int k = 0; k < 4; k++) sums[g] = _mm512_dpbusd_epi32(sums[g], w[4 * g + k], each_of(column + cut.stride * g + 4 * k));
            }
            for (int g = 0; g < cut.groups; g++)
                sum = _mm512_add_epi32(sum, _mm512_mullo_epi32(sums[g], scale_256(type, &h, part + step * g)));
        }
        __m512 dx = _mm512_set1_ps(f32(x + c.scales + 32 * b));
        total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_mul_ps(h.d, dx), total);
        if (!f.minimum) continue;
        __m512i least = _mm512_setzero_si512();
        const uint8_t *inputs = x + (f.part == 32 ? c.words32 : c.words16) + 2 * b * parts;
        for (int i = 0; i < parts / 4; i++) {
            __m512i words[2];
            words_of(h.minimums[i], words);
            for (int k = 0; k < 2; k++) least = _mm512_dpwssd_epi32(least, words[k], each_of(inputs + 8 * i + 4 * k));
        }
        total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(least), _mm512_mul_ps(h.m, dx), total);
    }
    _mm512_storeu_ps(y, total);
}

// One column of rows.
static void stream(int type, matrix m, int in, int rows, const uint8_t *x, column_layout c, float *y) {
    for (int r = 0; r < rows; r += 16) {
        int count = rows - r < 16 ? rows - r : 16;
        matrix group = rows_from(m, r);
        const uint8_t *row[16], *next = group.rows + 16 * m.row_bytes;
        if (!m.packed) row_pointers(group.rows, m.row_bytes, count, row);
        float sums[16];
        switch (type) {
#define STREAM(kernel, kind) case kind: \
            if (m.packed) kernel(kind, (weights16){NULL, group.packed}, next, in, x, c, sums); \
            else kernel(kind, (weights16){row, NULL}, next, in, x, c, sums); \
            break;
#define STREAM_32(kind) STREAM(rows_32, kind)
#define STREAM_256(kind) STREAM(rows_256, kind)
            EACH_SIMPLE(STREAM_32) EACH_SUPER(STREAM_256)
        }
        memcpy(y + r, sums, (size_t)count * sizeof(float));
    }
}
