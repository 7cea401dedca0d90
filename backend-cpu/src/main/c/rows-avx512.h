// Products with one column, for the types that people use most, on rows as the file has them. Each block of a row gives 16 partial sums;
// a tree adds those of 16 rows across and ends with one lane a row; then the arithmetic is that of product.h.
//
// Blocks of 32 are so little work that 16 rows advance side by side. Blocks of 256 keep their partial sums until 16 rows are done, so that
// memory is one stream.

#define AHEAD 8192         // bytes: how far before its use a line is asked for
#define SUPER_COLUMNS 4096 // columns whose partial sums are kept

typedef struct {
    __m512i sums[SUPER_COLUMNS / 256][16];
    uint8_t least[SUPER_COLUMNS / 256][4][4][8]; // [block][row % 4][row / 4][part]
    uint16_t d[SUPER_COLUMNS / 256][16], m[SUPER_COLUMNS / 256][16];
} super_sums;

// Not _mm_prefetch: gcc takes loops of it for loops without effect and drops them.
static inline void fetch(const uint8_t *p, size_t bytes) {
    for (size_t i = 0; i < bytes; i += 64) __asm__ volatile("prefetcht1 %0" : : "m"(p[i]));
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

static inline __m512 halves(const uint16_t *d) { return _mm512_cvtph_ps(_mm256_loadu_si256((const void *)d)); }

static inline __m512i levels_q80(const uint8_t *p, int blocks) {
    __m512i w = _mm512_zextsi256_si512(_mm256_loadu_si256((const void *)(p + 2)));
    if (blocks == 2) w = _mm512_inserti64x4(w, _mm256_loadu_si256((const void *)(p + 36)), 1);
    return _mm512_xor_si512(w, _mm512_set1_epi8(-128));
}

static inline __m512i levels_q40(const uint8_t *p, int blocks) {
    __m512i w = _mm512_broadcast_i64x2(_mm_loadu_si128((const void *)(p + 2)));
    if (blocks == 2) w = _mm512_mask_broadcast_i64x2(w, 0xf0, _mm_loadu_si128((const void *)(p + 20)));
    return _mm512_and_si512(_mm512_srlv_epi64(w, _mm512_setr_epi64(0, 0, 4, 4, 0, 0, 4, 4)), _mm512_set1_epi8(15));
}

static inline __m512 add_block(__m512 y, __m512i sum, int offset, const uint8_t *x, column_layout c, int b, __m512 d) {
    __m512i whole = _mm512_sub_epi32(sum, _mm512_set1_epi32(offset * i32(x + c.sums32 + 4 * b)));
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(whole), _mm512_mul_ps(d, _mm512_set1_ps(f32(x + c.scales + 4 * b))), y);
}

static inline __m512 halves_at(const uint8_t *const rows[16], size_t at) {
    uint16_t d[16];
    for (int r = 0; r < 16; r++) memcpy(d + r, rows[r] + at, 2);
    return halves(d);
}

// 16 rows of blocks of 32, two blocks of each row at a time.
static inline __attribute__((always_inline)) void rows_simple(int type, size_t size, int offset, const uint8_t *const rows[16],
                                                              const uint8_t *next, int in, const uint8_t *x, column_layout c, float *y) {
    __m512 total = _mm512_setzero_ps();
    for (int k = 0; k < in; k += 64) {
        int blocks = in - k >= 64 ? 2 : 1;
        size_t at = (size_t)(k / 32) * size;
        __m512i v = blocks == 2 ? _mm512_loadu_si512(x + k) : _mm512_zextsi256_si512(_mm256_loadu_si256((const void *)(x + k)));
        __m512i sums[16], low, high;
        fetch(next + 16 * at, 32 * size);
        for (int r = 0; r < 16; r++) {
            __m512i w = type == Q8_0 ? levels_q80(rows[r] + at, blocks) : levels_q40(rows[r] + at, blocks);
            sums[r] = _mm512_dpbusd_epi32(_mm512_setzero_si512(), w, v);
        }
        add_halves(sums, &low, &high);
        total = add_block(total, low, offset, x, c, k / 32, halves_at(rows, at));
        if (blocks == 2) total = add_block(total, high, offset, x, c, k / 32 + 1, halves_at(rows, at + size));
    }
    _mm512_storeu_ps(y, total);
}

static inline __m512i pair(const uint8_t *low, const uint8_t *high) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256((const void *)low)), _mm256_loadu_si256((const void *)high), 1);
}

// Which of 8 words each of 32 words takes: 16 of `a`, then 16 of `b`.
static inline __m512i takes16(int a, int b) {
    return _mm512_inserti64x4(_mm512_set1_epi16((short)a), _mm256_set1_epi16((short)b), 1);
}

// One super-block of Q4_K or Q5_K: the sum of scale times level times input in 16 parts. `least` takes its 8 minimums.
static inline __attribute__((always_inline)) __m512i block_q45k(int five, const uint8_t *p, const uint8_t *x, uint8_t *least) {
    const __m512i f = _mm512_set1_epi8(15), fifth = _mm512_set1_epi8(16);
    uint64_t s, m;
    scales_k4(p + 4, &s, &m);
    memcpy(least, &m, 8);
    __m512i scales = _mm512_castsi128_si512(_mm_cvtepu8_epi16(_mm_cvtsi64_si128((long long)s)));
    __m512i sum = _mm512_setzero_si512();
    for (int i = 0; i < 2; i++, x += 128) {
        __m512i q = _mm512_loadu_si512(p + (five ? 48 : 16) + 64 * i);
        __m512i low = _mm512_and_si512(q, f), high = _mm512_and_si512(_mm512_srli_epi16(q, 4), f);
        if (five) { // bit 4 i + {0, 1 | 2, 3} of byte l to bit 4
            __m512i h = _mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)(p + 16)));
            h = i == 0 ? _mm512_sllv_epi64(h, _mm512_setr_epi64(4, 4, 4, 4, 2, 2, 2, 2))
                       : _mm512_srlv_epi64(h, _mm512_setr_epi64(0, 0, 0, 0, 2, 2, 2, 2));
            low = _mm512_or_si512(low, _mm512_and_si512(h, fifth));
            high = _mm512_or_si512(high, _mm512_and_si512(_mm512_srli_epi16(h, 1), fifth));
        }
        sum = _mm512_dpwssd_epi32(sum, _mm512_maddubs_epi16(low, pair(x, x + 64)), _mm512_permutexvar_epi16(takes16(4 * i, 4 * i + 2), scales));
        sum = _mm512_dpwssd_epi32(sum, _mm512_maddubs_epi16(high, pair(x + 32, x + 96)), _mm512_permutexvar_epi16(takes16(4 * i + 1, 4 * i + 3), scales));
    }
    return sum;
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

// 16 rows of blocks of 256.
static inline __attribute__((always_inline)) void rows_super(int type, size_t size, const uint8_t *const rows[16], int in, const uint8_t *x,
                                                             column_layout c, uint8_t *scratch, float *y) {
    super_sums *s = (super_sums *)(void *)scratch;
    __m512 total = _mm512_setzero_ps();
    for (int from = 0; from < in; from += SUPER_COLUMNS) {
        int blocks = (in - from < SUPER_COLUMNS ? in - from : SUPER_COLUMNS) / 256;
        for (int r = 0; r < 16; r++) {
            const uint8_t *p = rows[r] + (size_t)(from / 256) * size;
            for (int i = 0; i < blocks; i++, p += size) {
                const uint8_t *v = x + from + 256 * i;
                fetch(p + AHEAD, size);
                if (type == Q6_K) {
                    s->sums[i][r] = block_q6k(p, v, _mm256_loadu_si256((const void *)(x + c.words16 + (from + 256 * i) / 8)));
                    s->d[i][r] = u16(p + 208);
                } else {
                    s->sums[i][r] = block_q45k(type == Q5_K, p, v, s->least[i][r % 4][r / 4]);
                    s->d[i][r] = u16(p);
                    s->m[i][r] = u16(p + 2);
                }
            }
        }
        for (int i = 0; i < blocks; i++) {
            __m512i low, high;
            add_halves(s->sums[i], &low, &high);
            __m512 dx = _mm512_set1_ps(f32(x + c.scales + (from + 256 * i) / 8));
            total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_add_epi32(low, high)), _mm512_mul_ps(halves(s->d[i]), dx), total);
            if (type != Q6_K) {
                __m512i words = _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)(x + c.words32 + (from + 256 * i) / 16))), m[4];
                for (int j = 0; j < 4; j++)
                    m[j] = _mm512_madd_epi16(_mm512_cvtepu8_epi16(_mm256_loadu_si256((const void *)s->least[i][j])), words);
                __m512 dm = _mm512_xor_ps(halves(s->m[i]), _mm512_set1_ps(-0.0f));
                total = _mm512_fmadd_ps(_mm512_cvtepi32_ps(add_four(m)), _mm512_mul_ps(dm, dx), total);
            }
        }
    }
    _mm512_storeu_ps(y, total);
}

// Up to this many columns, rows are multiplied with one column after the other.
#define STREAMED_COLUMNS 3

static int stream(int type, const uint8_t *w, size_t row_bytes, int in, int rows, const uint8_t *x, column_layout c, int columns, float *y,
                  size_t stride, uint8_t *scratch) {
    if (columns > STREAMED_COLUMNS || (type != Q8_0 && type != Q4_0 && type != Q4_K && type != Q5_K && type != Q6_K)) return 0;
    for (int r = 0; r < rows; r += 16) {
        int count = rows - r < 16 ? rows - r : 16;
        const uint8_t *row[16];
        for (int i = 0; i < 16; i++) row[i] = w + (size_t)(r + (i < count ? i : count - 1)) * row_bytes;
        for (int j = 0; j < columns; j++) {
            float sums[16];
            const uint8_t *column = x + (size_t)j * c.bytes;
            switch (type) {
                case Q8_0: rows_simple(Q8_0, 34, 128, row, row[0] + 16 * row_bytes, in, column, c, sums); break;
                case Q4_0: rows_simple(Q4_0, 18, 8, row, row[0] + 16 * row_bytes, in, column, c, sums); break;
                case Q4_K: rows_super(Q4_K, 144, row, in, column, c, scratch, sums); break;
                case Q5_K: rows_super(Q5_K, 176, row, in, column, c, scratch, sums); break;
                default: rows_super(Q6_K, 210, row, in, column, c, scratch, sums); break;
            }
            memcpy(y + (size_t)j * stride + r, sums, (size_t)count * sizeof(float));
        }
    }
    return 1;
}
