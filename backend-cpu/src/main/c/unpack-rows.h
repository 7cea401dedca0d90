// Rows of quantised weights, each into one lane of a panel.

static inline void nibbles(const uint8_t *restrict q, int n, uint8_t *restrict to) {
#ifdef __AVX2__
    __m256i f = _mm256_set1_epi8(15);
    if (n == 16) {
        __m128i v = _mm_loadu_si128((const void *)q);
        __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(v), _mm_srli_epi16(v, 4), 1);
        _mm256_storeu_si256((void *)to, _mm256_and_si256(both, f));
        return;
    }
    __m256i v = _mm256_loadu_si256((const void *)q);
    _mm256_storeu_si256((void *)to, _mm256_and_si256(v, f));
    _mm256_storeu_si256((void *)(to + 32), _mm256_and_si256(_mm256_srli_epi16(v, 4), f));
#else
    for (int j = 0; j < n; j++) {
        to[j] = q[j] & 15;
        to[j + n] = q[j] >> 4;
    }
#endif
}

static inline void table_nibbles(const uint8_t *q, const int8_t *table, uint8_t *to) {
#ifdef __SSE4_1__
    __m128i t = _mm_loadu_si128((const void *)table), v = _mm_loadu_si128((const void *)q), f = _mm_set1_epi8(15);
    _mm_storeu_si128((void *)to, _mm_shuffle_epi8(t, _mm_and_si128(v, f)));
    _mm_storeu_si128((void *)(to + 16), _mm_shuffle_epi8(t, _mm_and_si128(_mm_srli_epi16(v, 4), f)));
#else
    for (int j = 0; j < 16; j++) {
        to[j] = (uint8_t)table[q[j] & 15];
        to[j + 16] = (uint8_t)table[q[j] >> 4];
    }
#endif
}

static inline void fifth_bits(uint32_t high, uint8_t *to) {
#ifdef __AVX2__
    // byte j takes byte j / 8 of the bits, and of it bit j % 8
    const __m256i bytes = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit = _mm256_set1_epi64x((long long)0x8040201008040201);
    __m256i h = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32((int)high), bytes), bit);
    h = _mm256_and_si256(_mm256_cmpeq_epi8(h, bit), _mm256_set1_epi8(16));
    _mm256_storeu_si256((void *)to, _mm256_or_si256(_mm256_loadu_si256((const void *)to), h));
#else
    for (int j = 0; j < 32; j++) to[j] |= (uint8_t)((high >> j & 1) << 4);
#endif
}

// The signed scales of Q3_K: 16 bytes.
static inline void scales_q3k(const uint8_t *s, int8_t *scale) {
    for (int k = 0; k < 16; k++) {
        int low = k < 8 ? s[k] & 15 : s[k - 8] >> 4;
        scale[k] = (int8_t)((low | (s[8 + k % 4] >> 2 * (k / 4) & 3) << 4) - 32);
    }
}

static inline void put_minimum(panel *p, int part, int lane, int value) {
    p->minimums[(part / 2 * LANES + lane) * 2 + part % 2] = (int16_t)value;
}

// One block of a type of 32, as levels; d and m of block b go to their lane.
static inline void unpack_32(int type, const uint8_t *s, uint8_t *to, panel *p, int b, int lane) {
    float *d = p->d + b * LANES + lane, *m = p->m + b * LANES + lane;
    *d = half_to_float(u16(s));
    switch (type) {
        case Q4_0: nibbles(s + 2, 16, to); break;
        case Q4_1: *m = half_to_float(u16(s + 2)); nibbles(s + 4, 16, to); break;
        case Q5_0: nibbles(s + 6, 16, to); fifth_bits(u32(s + 2), to); break;
        case Q5_1: *m = half_to_float(u16(s + 2)); nibbles(s + 8, 16, to); fifth_bits(u32(s + 4), to); break;
        case IQ4_NL: table_nibbles(s + 2, LEVELS_IQ4, to); break;
        case MXFP4: {
            uint32_t e = s[0];
            *d = bits_f32(e < 2 ? 0x00200000u << e : (e - 1) << 23);
            table_nibbles(s + 1, LEVELS_FP4, to);
            break;
        }
        default: memcpy(to, s + 2, 32); break; // Q8_0
    }
}

static inline void unpack_q2k(const uint8_t *restrict s, uint8_t *restrict to, panel *p, int b, int lane) {
    p->d[b * LANES + lane] = half_to_float(u16(s + 80));
    p->m[b * LANES + lane] = -half_to_float(u16(s + 82));
    for (int part = 0; part < 16; part++) {
        p->scales[(16 * b + part) * LANES + lane] = s[part] & 15;
        put_minimum(p, 16 * b + part, lane, s[part] >> 4);
    }
    for (int n = 0; n < 2; n++)
        for (int j = 0; j < 4; j++)
            for (int l = 0; l < 32; l++) to[128 * n + 32 * j + l] = s[16 + 32 * n + l] >> 2 * j & 3;
}

static inline void unpack_q3k(const uint8_t *restrict s, uint8_t *restrict to, panel *p, int b, int lane) {
    p->d[b * LANES + lane] = half_to_float(u16(s + 108));
    int8_t scale[16];
    scales_q3k(s + 96, scale);
    for (int part = 0; part < 16; part++) p->scales[(16 * b + part) * LANES + lane] = scale[part];
    for (int n = 0; n < 2; n++)
        for (int j = 0; j < 4; j++)
            for (int l = 0; l < 32; l++)
                to[128 * n + 32 * j + l] = (uint8_t)((s[32 + 32 * n + l] >> 2 * j & 3) | (s[l] >> (4 * n + j) & 1) << 2);
}

static inline void unpack_q45k(int type, const uint8_t *restrict s, uint8_t *restrict to, panel *p, int b, int lane) {
    p->d[b * LANES + lane] = half_to_float(u16(s));
    p->m[b * LANES + lane] = -half_to_float(u16(s + 2));
    uint64_t scale, minimum;
    scales_k4(s + 4, &scale, &minimum);
    for (int part = 0; part < 8; part++) {
        p->scales[(8 * b + part) * LANES + lane] = (int32_t)(scale >> 8 * part & 63);
        put_minimum(p, 8 * b + part, lane, (int)(minimum >> 8 * part & 63));
    }
    const uint8_t *q = s + (type == Q4_K ? 16 : 48);
    for (int pair = 0; pair < 4; pair++) nibbles(q + 32 * pair, 32, to + 64 * pair);
    if (type == Q5_K)
        for (int part = 0; part < 8; part++)
            for (int l = 0; l < 32; l++) to[32 * part + l] |= (uint8_t)((s[16 + l] >> part & 1) << 4);
}

static inline void unpack_q6k(const uint8_t *restrict s, uint8_t *restrict to, panel *p, int b, int lane) {
    p->d[b * LANES + lane] = half_to_float(u16(s + 208));
    for (int part = 0; part < 16; part++) p->scales[(16 * b + part) * LANES + lane] = (int8_t)s[192 + part];
    for (int n = 0; n < 2; n++) {
        const uint8_t *low = s + 64 * n, *high = s + 128 + 32 * n;
        uint8_t *t = to + 128 * n;
        for (int l = 0; l < 32; l++) {
            t[l] = (uint8_t)((low[l] & 15) | (high[l] & 3) << 4);
            t[l + 32] = (uint8_t)((low[l + 32] & 15) | (high[l] >> 2 & 3) << 4);
            t[l + 64] = (uint8_t)(low[l] >> 4 | (high[l] >> 4 & 3) << 4);
            t[l + 96] = (uint8_t)(low[l + 32] >> 4 | (high[l] >> 6) << 4);
        }
    }
}

static inline void unpack_iq4xs(const uint8_t *s, uint8_t *to, panel *p, int b, int lane) {
    p->d[b * LANES + lane] = half_to_float(u16(s));
    for (int part = 0; part < 8; part++) {
        int scale = (s[4 + part / 2] >> 4 * (part % 2) & 15) | (u16(s + 2) >> 2 * part & 3) << 4;
        p->scales[(8 * b + part) * LANES + lane] = scale - 32;
        table_nibbles(s + 8 + 16 * part, LEVELS_IQ4, to + 32 * part);
    }
}

// `count` elements of a row, a whole number of blocks, to one lane; their levels go to `row`.
static void unpack_row(int type, format f, const uint8_t *s, int count, uint8_t *row, panel *p, int lane) {
    for (int b = 0; b < count / f.block; b++, s += f.bytes, row += f.block) {
        switch (type) {
            case Q2_K: unpack_q2k(s, row, p, b, lane); break;
            case Q3_K: unpack_q3k(s, row, p, b, lane); break;
            case Q4_K: unpack_q45k(Q4_K, s, row, p, b, lane); break;
            case Q5_K: unpack_q45k(Q5_K, s, row, p, b, lane); break;
            case Q6_K: unpack_q6k(s, row, p, b, lane); break;
            case IQ4_XS: unpack_iq4xs(s, row, p, b, lane); break;
            case Q8_0: unpack_32(Q8_0, s, row, p, b, lane); break;
            case Q4_0: unpack_32(Q4_0, s, row, p, b, lane); break;
            case Q4_1: unpack_32(Q4_1, s, row, p, b, lane); break;
            case Q5_0: unpack_32(Q5_0, s, row, p, b, lane); break;
            case Q5_1: unpack_32(Q5_1, s, row, p, b, lane); break;
            case IQ4_NL: unpack_32(IQ4_NL, s, row, p, b, lane); break;
            case MXFP4: unpack_32(MXFP4, s, row, p, b, lane); break;
        }
    }
}

// Columns [from, from + count) of `rows` rows to a panel; lanes without a row repeat the last one.
static void unpack_panel(int type, format f, matrix m, int rows, int from, int count, int ahead, panel *p) {
    uint8_t rows_memory[LANES * PANEL_COLUMNS];
    (void)ahead;
    size_t skip = (size_t)(from / f.block) * (size_t)f.bytes;
    for (int lane = 0; lane < LANES; lane++) {
        const uint8_t *row = m.rows + (size_t)(lane < rows ? lane : rows - 1) * m.row_bytes + skip;
        unpack_row(type, f, row, count, rows_memory + lane * PANEL_COLUMNS, p, lane);
    }
    for (int k = 0; k < count; k += INTERLEAVED_BYTES) interleave(rows_memory + k, PANEL_COLUMNS, p->levels + k * LANES);
    if (f.wide && WIDE_BIAS)
        for (size_t i = 0; i < (size_t)count * LANES; i++) p->levels[i] ^= WIDE_BIAS;
}

// Weights stay in the order of the file.
int64_t LEVEL(packed_bytes)(int type, int in, int64_t rows) {
    (void)type, (void)in, (void)rows;
    return 0;
}

void LEVEL(pack)(int type, const uint8_t *w, int64_t row_bytes, int in, int from, int to, uint8_t *packed) {
    (void)type, (void)w, (void)row_bytes, (void)in, (void)from, (void)to, (void)packed;
}
