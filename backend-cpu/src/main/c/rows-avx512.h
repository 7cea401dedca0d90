// Products with one column, on rows as the file has them, which are unpacked in registers; the arithmetic is that of product.h.
//
// Blocks of 32 and of Q4_K are unpacked lane = row, as for panels. In the other blocks of 256 each row gives 16 partial sums; a tree adds
// those of 16 rows across and ends with one lane a row. They keep their partial sums until 16 rows are done, so that memory is one stream.

#define AHEAD 8192         // bytes: how far before its use a line is asked for
#define SUPER_COLUMNS 4096 // columns whose partial sums are kept

typedef struct {
    __m512i sums[SUPER_COLUMNS / 256][16];
    __m512i minimums[SUPER_COLUMNS / 256][16];
    uint8_t least[SUPER_COLUMNS / 256][4][4][8]; // [block][row % 4][row / 4][part]
    uint16_t d[SUPER_COLUMNS / 256][16], m[SUPER_COLUMNS / 256][16];
} super_sums;

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

static inline __attribute__((always_inline)) void rows_simple(int type, const uint8_t *const rows[16], const uint8_t *next, int in,
                                                              const uint8_t *x, column_layout c, float *y) {
    format f = format_of(type);
    size_t size = (size_t)f.bytes, at = 0;
    __m512 total = _mm512_setzero_ps();
    pair_32 p;
    int b = 0;
    for (; b <= in / 32 - 2; b += 2, at += 2 * size) {
        fetch(next + 16 * at, 32 * size);
        load_32(type, size, rows, at, 2, &p);
        for (int i = 0; i < 2; i++) total = add_block(type, f, p.w[i], p.scales[i], x, c, b + i, total);
    }
    if (b < in / 32) {
        load_32(type, size, rows, at, 1, &p);
        total = add_block(type, f, p.w[0], p.scales[0], x, c, b, total);
    }
    _mm512_storeu_ps(y, total);
}

static inline void rows_q4k(const uint8_t *const rows[16], const uint8_t *next, int in, const uint8_t *x, column_layout c, float *y) {
    __m512 total = _mm512_setzero_ps();
    for (int b = 0; b < in / 256; b++) {
        size_t at = (size_t)b * 144;
        fetch(next + 16 * at, 16 * 144);
        header_k4 h = header_of(rows, at);
        __m512i sum = _mm512_setzero_si512(), least = sum;
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++) { // 32 bytes: two parts
            const uint8_t *column = x + 256 * b + 64 * j;
            __m512i low = _mm512_setzero_si512(), high = low;
#pragma GCC unroll 2
            for (int i = 0; i < 2; i++) {
                __m512i v[4];
                quads(rows, at + 16 + 16 * (size_t)(2 * j + i), v);
                for (int n = 0; n < 4; n++) {
                    low = _mm512_dpbusd_epi32(low, low_nibbles(v[n]), each_of(column + 16 * i + 4 * n));
                    high = _mm512_dpbusd_epi32(high, high_nibbles(v[n]), each_of(column + 32 + 16 * i + 4 * n));
                }
            }
            sum = _mm512_add_epi32(sum, _mm512_mullo_epi32(low, byte_of(h.scales[j / 2], 2 * j % 4)));
            sum = _mm512_add_epi32(sum, _mm512_mullo_epi32(high, byte_of(h.scales[j / 2], (2 * j + 1) % 4)));
        }
        for (int i = 0; i < 2; i++) {
            __m512i words[2];
            words_of(h.minimums[i], words);
            for (int k = 0; k < 2; k++) least = _mm512_dpwssd_epi32(least, words[k], each_of(x + c.words32 + 16 * b + 8 * i + 4 * k));
        }
        __m512 dx = _mm512_set1_ps(f32(x + c.scales + 32 * b));
        total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_mul_ps(h.d, dx), total);
        total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(least), _mm512_mul_ps(h.m, dx), total);
    }
    _mm512_storeu_ps(y, total);
}

// Sums of each quarter (128 bits) of 4 vectors: [quarter][vector].
static inline __m512i add_four(const __m512i v[4]) {
    __m512i t = _mm512_add_epi32(_mm512_unpacklo_epi32(v[0], v[1]), _mm512_unpackhi_epi32(v[0], v[1]));
    __m512i u = _mm512_add_epi32(_mm512_unpacklo_epi32(v[2], v[3]), _mm512_unpackhi_epi32(v[2], v[3]));
    return _mm512_add_epi32(_mm512_unpacklo_epi64(t, u), _mm512_unpackhi_epi64(t, u));
}

// The sums of the low and of the high half of 16 vectors, lane = vector.
static inline void add_halves(const __m512i v[16], __m512i *low, __m512i *high) {
    __m512i a = add_four(v), b = add_four(v + 4), c = add_four(v + 8), d = add_four(v + 12);
    a = _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x88), _mm512_shuffle_i32x4(a, b, 0xdd));
    c = _mm512_add_epi32(_mm512_shuffle_i32x4(c, d, 0x88), _mm512_shuffle_i32x4(c, d, 0xdd));
    *low = _mm512_shuffle_i32x4(a, c, 0x88);
    *high = _mm512_shuffle_i32x4(a, c, 0xdd);
}

static inline __m512 halves_of(const uint16_t *d) { return _mm512_cvtph_ps(_mm256_loadu_si256((const void *)d)); }

static inline __m512i pair(const uint8_t *low, const uint8_t *high) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256((const void *)low)), _mm256_loadu_si256((const void *)high), 1);
}

// Which of 8 words each of 32 words takes: 16 of `a`, then 16 of `b`.
static inline __m512i takes16(int a, int b) {
    return _mm512_inserti64x4(_mm512_set1_epi16((short)a), _mm256_set1_epi16((short)b), 1);
}

// One super-block of Q5_K: the sum of scale times level times input in 16 parts. `least` takes its 8 minimums.
static inline __m512i block_q5k(const uint8_t *p, const uint8_t *x, uint8_t *least) {
    const __m512i f = _mm512_set1_epi8(15), fifth = _mm512_set1_epi8(16);
    uint64_t s, m;
    scales_k4(p + 4, &s, &m);
    memcpy(least, &m, 8);
    __m512i scales = _mm512_castsi128_si512(_mm_cvtepu8_epi16(_mm_cvtsi64_si128((long long)s)));
    __m512i sum = _mm512_setzero_si512();
    for (int i = 0; i < 2; i++, x += 128) {
        __m512i q = _mm512_loadu_si512(p + 48 + 64 * i);
        __m512i low = _mm512_and_si512(q, f), high = _mm512_and_si512(_mm512_srli_epi16(q, 4), f);
        // bit 4 i + {0, 1 | 2, 3} of byte l to bit 4
        __m512i h = _mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)(p + 16)));
        h = i == 0 ? _mm512_sllv_epi64(h, _mm512_setr_epi64(4, 4, 4, 4, 2, 2, 2, 2))
                   : _mm512_srlv_epi64(h, _mm512_setr_epi64(0, 0, 0, 0, 2, 2, 2, 2));
        low = or_and(low, h, fifth);
        high = or_and(high, _mm512_srli_epi16(h, 1), fifth);
        sum = _mm512_dpwssd_epi32(sum, _mm512_maddubs_epi16(low, pair(x, x + 64)), _mm512_permutexvar_epi16(takes16(4 * i, 4 * i + 2), scales));
        sum = _mm512_dpwssd_epi32(sum, _mm512_maddubs_epi16(high, pair(x + 32, x + 96)), _mm512_permutexvar_epi16(takes16(4 * i + 1, 4 * i + 3), scales));
    }
    return sum;
}

// Counts for shifts of the low and of the high half.
static inline __m512i pair_of_shifts(int low, int high) {
    return _mm512_inserti64x4(_mm512_set1_epi64(low), _mm256_set1_epi64x(high), 1);
}

// Which of 16 words each of 32 words takes: 8 of each of four from `first` on.
static inline __m512i takes8(int first) {
    __m512i quarters = _mm512_setr_epi64(0, 0, 0x0001000100010001, 0x0001000100010001, 0x0002000200020002, 0x0002000200020002,
                                         0x0003000300030003, 0x0003000300030003);
    return _mm512_add_epi16(quarters, _mm512_set1_epi16((short)first));
}

static inline __m512i block_q6k(const uint8_t *p, const uint8_t *x, __m256i words) {
    const __m512i f = _mm512_set1_epi8(15), top = _mm512_set1_epi8(0x30);
    __m256i s = _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)(p + 192)));
    __m512i scales = _mm512_castsi256_si512(s), sum = _mm512_setzero_si512();
    for (int n = 0; n < 2; n++, x += 128) {
        __m512i q = _mm512_loadu_si512(p + 64 * n);
        __m512i h = _mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)(p + 128 + 32 * n)));
        __m512i low = _mm512_and_si512(q, f), high = _mm512_and_si512(_mm512_srli_epi16(q, 4), f);
        // a | (b & c)
        low = _mm512_ternarylogic_epi64(low, _mm512_sllv_epi64(h, _mm512_setr_epi64(4, 4, 4, 4, 2, 2, 2, 2)), top, 0xf8);
        high = _mm512_ternarylogic_epi64(high, _mm512_srlv_epi64(h, _mm512_setr_epi64(0, 0, 0, 0, 2, 2, 2, 2)), top, 0xf8);
        sum = _mm512_dpwssd_epi32(sum, _mm512_maddubs_epi16(low, _mm512_loadu_si512(x)), _mm512_permutexvar_epi16(takes8(8 * n), scales));
        sum = _mm512_dpwssd_epi32(sum, _mm512_maddubs_epi16(high, _mm512_loadu_si512(x + 64)), _mm512_permutexvar_epi16(takes8(8 * n + 4), scales));
    }
    // levels are stored with 32 added
    return _mm512_sub_epi32(sum, _mm512_zextsi256_si512(_mm256_slli_epi32(_mm256_madd_epi16(s, words), 5)));
}

// The 16 signed scales of Q3_K. In registers: a load that spans stores would wait for all of them.
static inline __m128i scales_q3k(const uint8_t *s) {
    uint32_t a = u32(s), b = u32(s + 4), c = u32(s + 8), four = 0x0f0f0f0f, two = 0x30303030;
    __m128i bytes = _mm_setr_epi32((int)((a & four) | (c << 4 & two)), (int)((b & four) | (c << 2 & two)),
                                   (int)((a >> 4 & four) | (c & two)), (int)((b >> 4 & four) | (c >> 2 & two)));
    return _mm_sub_epi8(bytes, _mm_set1_epi8(32));
}

// Levels of 2 bits in four planes; Q3_K has a third bit elsewhere.
static inline __attribute__((always_inline)) __m512i block_q23k(int type, const uint8_t *p, const uint8_t *x, __m256i s, __m256i words) {
    __m512i scales = _mm512_castsi256_si512(s), sum = _mm512_setzero_si512();
    const __m512i two = _mm512_set1_epi8(3), third = _mm512_set1_epi8(4);
    for (int n = 0; n < 2; n++) {
        __m512i q = _mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)(p + (type == Q2_K ? 16 : 32) + 32 * n)));
        for (int j = 0; j < 4; j += 2, x += 64) {
            __m512i w = _mm512_and_si512(_mm512_srlv_epi64(q, pair_of_shifts(2 * j, 2 * j + 2)), two);
            if (type == Q3_K) { // bit 4 n + j to bit 2
                __m512i h = _mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)p));
                int bit = 4 * n + j;
                h = bit < 2 ? _mm512_sllv_epi64(h, pair_of_shifts(2 - bit, 1 - bit)) : _mm512_srlv_epi64(h, pair_of_shifts(bit - 2, bit - 1));
                w = _mm512_or_si512(w, _mm512_and_si512(h, third));
            }
            sum = _mm512_dpwssd_epi32(sum, _mm512_maddubs_epi16(w, _mm512_loadu_si512(x)),
                                      _mm512_permutexvar_epi16(takes8(8 * n + 2 * j), scales));
        }
    }
    if (type == Q2_K) return sum;
    return _mm512_sub_epi32(sum, _mm512_zextsi256_si512(_mm256_slli_epi32(_mm256_madd_epi16(s, words), 2)));
}

static inline __m512i block_iq4xs(const uint8_t *p, const uint8_t *x, const uint8_t *words) {
    const __m512i f = _mm512_set1_epi8(15), bias = _mm512_set1_epi8(-128);
    const __m512i quarters = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    int32_t scale[8];
    uint32_t low = u32(p + 4), high = u16(p + 2);
    for (int i = 0; i < 8; i++) scale[i] = (int32_t)((low >> 4 * i & 15) | (high >> 2 * i & 3) << 4) - 32;
    __m256i scales = _mm256_loadu_si256((const void *)scale);
    __m512i sum = _mm512_setzero_si512();
    for (int i = 0; i < 2; i++, x += 128) {
        __m512i q = _mm512_loadu_si512(p + 8 + 64 * i);
        __m512i a = _mm512_loadu_si512(x), b = _mm512_loadu_si512(x + 64); // halves of 16 of each part of 32: all first, all second
        __m512i first = _mm512_permutex2var_epi64(a, _mm512_setr_epi64(0, 1, 4, 5, 8, 9, 12, 13), b);
        __m512i second = _mm512_permutex2var_epi64(a, _mm512_setr_epi64(2, 3, 6, 7, 10, 11, 14, 15), b);
        __m512i w = _mm512_xor_si512(looked_up(LEVELS_IQ4, _mm512_and_si512(q, f)), bias);
        __m512i part = _mm512_dpbusd_epi32(_mm512_setzero_si512(), w, first);
        w = _mm512_xor_si512(looked_up(LEVELS_IQ4, _mm512_and_si512(_mm512_srli_epi16(q, 4), f)), bias);
        part = _mm512_dpbusd_epi32(part, w, second);
        __m512i index = _mm512_add_epi32(quarters, _mm512_set1_epi32(4 * i));
        sum = _mm512_add_epi32(sum, _mm512_mullo_epi32(part, _mm512_permutexvar_epi32(index, _mm512_castsi256_si512(scales))));
    }
    __m256i x32 = _mm256_cvtepi16_epi32(_mm_loadu_si128((const void *)words));
    return _mm512_sub_epi32(sum, _mm512_zextsi256_si512(_mm256_slli_epi32(_mm256_mullo_epi32(scales, x32), 7)));
}

// 16 rows of blocks of 256.
static inline __attribute__((always_inline)) void rows_super(int type, const uint8_t *const rows[16], int in, const uint8_t *x,
                                                             column_layout c, uint8_t *scratch, float *y) {
    super_sums *s = (super_sums *)(void *)scratch;
    size_t size = (size_t)format_of(type).bytes;
    __m512 total = _mm512_setzero_ps();
    for (int from = 0; from < in; from += SUPER_COLUMNS) {
        int blocks = (in - from < SUPER_COLUMNS ? in - from : SUPER_COLUMNS) / 256;
        for (int r = 0; r < 16; r++) {
            const uint8_t *p = rows[r] + (size_t)(from / 256) * size;
            for (int i = 0; i < blocks; i++, p += size) {
                const uint8_t *v = x + from + 256 * i;
                __m256i words = _mm256_loadu_si256((const void *)(x + c.words16 + (from + 256 * i) / 8));
                fetch(p + AHEAD, size);
                switch (type) {
                    case Q2_K: {
                        __m128i both = _mm_loadu_si128((const void *)p), f = _mm_set1_epi8(15);
                        __m256i minimums = _mm256_cvtepu8_epi16(_mm_and_si128(_mm_srli_epi16(both, 4), f));
                        s->minimums[i][r] = _mm512_zextsi256_si512(_mm256_madd_epi16(minimums, words));
                        s->sums[i][r] = block_q23k(Q2_K, p, v, _mm256_cvtepu8_epi16(_mm_and_si128(both, f)), words);
                        s->d[i][r] = u16(p + 80);
                        s->m[i][r] = u16(p + 82);
                        break;
                    }
                    case Q3_K: {
                        s->sums[i][r] = block_q23k(Q3_K, p, v, _mm256_cvtepi8_epi16(scales_q3k(p + 96)), words);
                        s->d[i][r] = u16(p + 108);
                        break;
                    }
                    case Q6_K:
                        s->sums[i][r] = block_q6k(p, v, words);
                        s->d[i][r] = u16(p + 208);
                        break;
                    case IQ4_XS:
                        s->sums[i][r] = block_iq4xs(p, v, x + c.words32 + (from + 256 * i) / 16);
                        s->d[i][r] = u16(p);
                        break;
                    default: // Q5_K
                        s->sums[i][r] = block_q5k(p, v, s->least[i][r % 4][r / 4]);
                        s->d[i][r] = u16(p);
                        s->m[i][r] = u16(p + 2);
                        break;
                }
            }
        }
        for (int i = 0; i < blocks; i++) {
            __m512i low, high;
            add_halves(s->sums[i], &low, &high);
            __m512 dx = _mm512_set1_ps(f32(x + c.scales + (from + 256 * i) / 8));
            total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_add_epi32(low, high)), _mm512_mul_ps(halves_of(s->d[i]), dx), total);
            __m512 dm = _mm512_xor_ps(halves_of(s->m[i]), _mm512_set1_ps(-0.0f));
            if (type == Q2_K) {
                add_halves(s->minimums[i], &low, &high);
                total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_add_epi32(low, high)), _mm512_mul_ps(dm, dx), total);
            } else if (type == Q5_K) {
                __m512i words = _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)(x + c.words32 + (from + 256 * i) / 16))), m[4];
                for (int j = 0; j < 4; j++)
                    m[j] = _mm512_madd_epi16(_mm512_cvtepu8_epi16(_mm256_loadu_si256((const void *)s->least[i][j])), words);
                total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(add_four(m)), _mm512_mul_ps(dm, dx), total);
            }
        }
    }
    _mm512_storeu_ps(y, total);
}

// One column of rows; 0 if the type has no such kernel.
static int stream(int type, const uint8_t *w, size_t row_bytes, int in, int rows, const uint8_t *x, column_layout c, float *y,
                  uint8_t *scratch) {
    for (int r = 0; r < rows; r += 16) {
        int count = rows - r < 16 ? rows - r : 16;
        const uint8_t *row[16], *next = w + (size_t)(r + 16) * row_bytes;
        for (int i = 0; i < 16; i++) row[i] = w + (size_t)(r + (i < count ? i : count - 1)) * row_bytes;
        float sums[16];
#define STREAM_SIMPLE(kind) case kind: rows_simple(kind, row, next, in, x, c, sums); break;
#define STREAM_SUPER(kind) case kind: rows_super(kind, row, in, x, c, scratch, sums); break;
        switch (type) {
            STREAM_SIMPLE(Q4_0) STREAM_SIMPLE(Q4_1) STREAM_SIMPLE(Q5_0) STREAM_SIMPLE(Q5_1) STREAM_SIMPLE(Q8_0) STREAM_SIMPLE(IQ4_NL)
            STREAM_SIMPLE(MXFP4)
            STREAM_SUPER(Q2_K) STREAM_SUPER(Q3_K) STREAM_SUPER(Q5_K) STREAM_SUPER(Q6_K) STREAM_SUPER(IQ4_XS)
            case Q4_K: rows_q4k(row, next, in, x, c, sums); break;
            default: return 0;
        }
        memcpy(y + r, sums, (size_t)count * sizeof(float));
    }
    return 1;
}
