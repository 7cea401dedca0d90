// Rows of quantised weights into a panel, 16 rows side by side: lane = row from the first load on, so that scales and levels of all rows
// are unpacked together. All loads stay within the rows.

static inline void fetch(const uint8_t *p, size_t bytes) {
    for (size_t i = 0; i < bytes; i += 64) fetch_line(p + i);
}

static inline __m128i bytes16(const uint8_t *p) { return _mm_loadu_si128((const void *)p); }

// 16 bytes of each of 16 rows: v[k] has dword k of every row.
static inline __attribute__((always_inline)) void quads(const uint8_t *const rows[16], size_t at, __m512i v[4]) {
    __m512i a[4]; // rows i, 4 + i, 8 + i, 12 + i
    for (int i = 0; i < 4; i++) {
        a[i] = _mm512_castsi128_si512(bytes16(rows[i] + at));
        a[i] = _mm512_mask_broadcast_i32x4(a[i], 0x00f0, bytes16(rows[4 + i] + at));
        a[i] = _mm512_mask_broadcast_i32x4(a[i], 0x0f00, bytes16(rows[8 + i] + at));
        a[i] = _mm512_mask_broadcast_i32x4(a[i], 0xf000, bytes16(rows[12 + i] + at));
    }
    __m512i s = _mm512_unpacklo_epi32(a[0], a[1]), t = _mm512_unpackhi_epi32(a[0], a[1]);
    __m512i u = _mm512_unpacklo_epi32(a[2], a[3]), w = _mm512_unpackhi_epi32(a[2], a[3]);
    v[0] = _mm512_unpacklo_epi64(s, u);
    v[1] = _mm512_unpackhi_epi64(s, u);
    v[2] = _mm512_unpacklo_epi64(t, w);
    v[3] = _mm512_unpackhi_epi64(t, w);
}

static inline __m512i each(int byte) { return _mm512_set1_epi8((char)byte); }
static inline __m512i low_nibbles(__m512i v) { return _mm512_and_si512(v, each(15)); }
static inline __m512i high_nibbles(__m512i v) { return _mm512_and_si512(_mm512_srli_epi32(v, 4), each(15)); }
// a | (b & c)
static inline __m512i or_and(__m512i a, __m512i b, __m512i c) { return _mm512_ternarylogic_epi64(a, b, c, 0xf8); }
static inline __m512 low_half(__m512i v) { return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(v)); }
static inline __m512 high_half(__m512i v) { return low_half(_mm512_srli_epi32(v, 16)); }
static inline __m512i looked_up(const int8_t *table, __m512i nibbles) {
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(bytes16((const uint8_t *)table)), nibbles);
}

static inline void put(panel *p, int k, __m512i levels) { _mm512_storeu_si512(p->levels + k * LANES, levels); }

// Byte `i` of every lane, as it is and with its sign.
static inline __m512i byte_of(__m512i v, int i) { return _mm512_and_si512(_mm512_srli_epi32(v, (unsigned)(8 * i)), _mm512_set1_epi32(255)); }
static inline __m512i signed_byte_of(__m512i v, int i) { return _mm512_srai_epi32(_mm512_slli_epi32(v, (unsigned)(24 - 8 * i)), 24); }

// The 4 bytes of a lane as words: the first two and the last two.
static inline void words_of(__m512i v, __m512i words[2]) {
    const __m512i low = _mm512_set1_epi32(0x00ff00ff);
    __m512i even = _mm512_and_si512(v, low), odd = _mm512_and_si512(_mm512_srli_epi16(v, 8), low);
    words[0] = _mm512_mask_blend_epi16(0xaaaaaaaa, even, _mm512_slli_epi32(odd, 16));
    words[1] = _mm512_mask_blend_epi16(0xaaaaaaaa, _mm512_srli_epi32(even, 16), odd);
}

static inline void put_minimums(panel *p, int part, __m512i v) {
    __m512i words[2];
    words_of(v, words);
    for (int i = 0; i < 2; i++) _mm512_storeu_si512(p->minimums + (part + 2 * i) * LANES, words[i]);
}

// The bits of a lane to bit 4 of the bytes of levels 4 i .. 4 i + 3.
static inline __m512i fifth_bits(__m512i bits, int i) {
    const __m512i from = _mm512_set1_epi64((long long)0x1f1e1d1c3f3e3d3c);
    return _mm512_multishift_epi64_epi8(_mm512_add_epi8(from, each(4 * i)), bits);
}

// Two blocks of 32 of each row, or one: levels without sign, w[i] having 4 i .. 4 i + 3, and a dword of scales, d and above it m (MXFP4:
// the exponent, in the low byte).
typedef struct {
    __m512i w[2][8], scales[2];
} pair_32;

// The dword that begins two bytes after dword `a`; `b` is the next one.
static inline __m512i after_half(__m512i a, __m512i b) { return _mm512_or_si512(_mm512_srli_epi32(a, 16), _mm512_slli_epi32(b, 16)); }

static inline __attribute__((always_inline)) void levels_32(int type, const __m512i v[4], __m512i fifths, __m512i w[8]) {
    for (int i = 0; i < 8; i++) {
        w[i] = i < 4 ? low_nibbles(v[i]) : high_nibbles(v[i - 4]);
        if (type == Q5_0 || type == Q5_1) w[i] = or_and(w[i], fifth_bits(fifths, i), each(16));
        if (type == IQ4_NL) w[i] = _mm512_xor_si512(looked_up(LEVELS_IQ4, w[i]), each(128));
        if (type == MXFP4) w[i] = looked_up(LEVELS_FP4, w[i]);
    }
}

static inline __attribute__((always_inline)) void load_32(int type, size_t size, const uint8_t *const rows[16], size_t at, int blocks,
                                                          pair_32 *p) {
    const int words = type == Q4_0 || type == IQ4_NL || type == Q8_0; // d and levels only: the second block is on a dword again
    if (words && blocks == 2) {
        const int n = type == Q8_0 ? 8 : 4; // dwords of levels
        __m512i v[20];
        for (int i = 0; i < n / 2; i++) quads(rows, at + 16 * (size_t)i, v + 4 * i);
        quads(rows, at + 2 * size - 16, v + 2 * n - 3);
        for (int i = 0; i < n; i++) {
            p->w[0][i] = after_half(v[i], v[i + 1]);
            p->w[1][i] = v[n + 1 + i];
        }
        p->scales[0] = v[0];
        p->scales[1] = _mm512_srli_epi32(v[n], 16);
    } else {
        for (int b = 0; b < blocks; b++, at += size) {
            __m512i h[4], *w = p->w[b];
            quads(rows, at, h);
            p->scales[b] = h[0];
            quads(rows, at + size - 16, type == Q8_0 ? w + 4 : w);
            if (type == Q8_0) quads(rows, at + 2, w);
            if (type == Q5_0) w[4] = after_half(h[0], h[1]);
            if (type == Q5_1) w[4] = h[1];
        }
    }
    for (int b = 0; b < blocks; b++) {
        __m512i *w = p->w[b];
        if (type == Q8_0) {
            for (int i = 0; i < 8; i++) w[i] = _mm512_xor_si512(w[i], each(128));
        } else {
            const __m512i v[4] = {w[0], w[1], w[2], w[3]};
            levels_32(type, v, w[4], w);
        }
    }
}

// The scale; that of MXFP4 is 2^(e - 128).
static inline __m512 scale_of(int type, __m512i scales) {
    if (type != MXFP4) return low_half(scales);
    __m512i e = byte_of(scales, 0), one = _mm512_set1_epi32(1);
    __m512i small = _mm512_sllv_epi32(_mm512_set1_epi32(0x00200000), e), large = _mm512_slli_epi32(_mm512_sub_epi32(e, one), 23);
    return _mm512_castsi512_ps(_mm512_mask_mov_epi32(large, _mm512_cmple_epu32_mask(e, one), small));
}

static inline __attribute__((always_inline)) void unpack_simple(int type, format f, const uint8_t *const rows[16], const uint8_t *next,
                                                                size_t skip, int count, panel *p) {
    size_t size = (size_t)f.bytes;
    for (int b = 0; b < count / 32; b += 2) {
        pair_32 two;
        size_t at = skip + (size_t)b * size;
        int blocks = count / 32 - b >= 2 ? 2 : 1;
        fetch(next + 16 * at, 32 * size);
        if (blocks == 2) load_32(type, size, rows, at, 2, &two); else load_32(type, size, rows, at, 1, &two);
        for (int i = 0; i < blocks; i++) {
            for (int k = 0; k < 8; k++) put(p, 32 * (b + i) + 4 * k, two.w[i][k]);
            vf_store(p->d + (b + i) * LANES, scale_of(type, two.scales[i]));
            if (f.minimum) vf_store(p->m + (b + i) * LANES, high_half(two.scales[i]));
        }
    }
}

static inline void put_scales(panel *p, int part, __m512i bytes) {
    for (int i = 0; i < 4; i++) _mm512_storeu_si512(p->scales + (part + i) * LANES, byte_of(bytes, i));
}

// What Q4_K and Q5_K have before their levels; scales and minimums of 6 bits are bytes, 4 a lane.
typedef struct {
    __m512 d, m;
    __m512i scales[2], minimums[2];
} header_k4;

static inline header_k4 header_of(const uint8_t *const rows[16], size_t at) {
    const __m512i six = each(63), top = each(0x30);
    __m512i h[4];
    quads(rows, at, h);
    return (header_k4){low_half(h[0]), _mm512_xor_ps(high_half(h[0]), _mm512_set1_ps(-0.0f)),
                       {_mm512_and_si512(h[1], six), or_and(low_nibbles(h[3]), _mm512_srli_epi32(h[1], 2), top)},
                       {_mm512_and_si512(h[2], six), or_and(high_nibbles(h[3]), _mm512_srli_epi32(h[2], 2), top)}};
}

static inline __attribute__((always_inline)) void unpack_q45k(int five, const uint8_t *const rows[16], size_t at, panel *p, int b) {
    header_k4 h = header_of(rows, at);
    __m512i fifth[8];
    vf_store(p->d + b * LANES, h.d);
    vf_store(p->m + b * LANES, h.m);
    for (int i = 0; i < 2; i++) {
        put_scales(p, 8 * b + 4 * i, h.scales[i]);
        put_minimums(p, 8 * b + 4 * i, h.minimums[i]);
    }
    if (five) {
        quads(rows, at + 16, fifth);
        quads(rows, at + 32, fifth + 4);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) { // 16 bytes: levels of two parts
        __m512i v[4];
        quads(rows, at + (five ? 48 : 16) + 16 * (size_t)i, v);
        int j = i / 2, k = 256 * b + 64 * j + 16 * (i % 2);
        for (int n = 0; n < 4; n++) {
            __m512i low = low_nibbles(v[n]), high = high_nibbles(v[n]);
            if (five) { // bits 2 j and 2 j + 1 to bit 4
                __m512i bits = fifth[4 * (i % 2) + n];
                low = or_and(low, j < 2 ? _mm512_slli_epi32(bits, (unsigned)(4 - 2 * j)) : _mm512_srli_epi32(bits, (unsigned)(2 * j - 4)), each(16));
                high = or_and(high, j < 2 ? _mm512_slli_epi32(bits, (unsigned)(3 - 2 * j)) : _mm512_srli_epi32(bits, (unsigned)(2 * j - 3)), each(16));
            }
            put(p, k + 4 * n, low);
            put(p, k + 32 + 4 * n, high);
        }
    }
}

static inline void unpack_q6k(const uint8_t *const rows[16], size_t at, panel *p, int b) {
    const __m512i top = each(0x30);
    __m512i scales[4];
    quads(rows, at + 192, scales);
    for (int part = 0; part < 16; part++)
        _mm512_storeu_si512(p->scales + (16 * b + part) * LANES, signed_byte_of(scales[part / 4], part % 4));
    for (int i = 0; i < 4; i++) { // 16 bytes of high bits, which 64 levels share
        size_t n = (size_t)i / 2, h = (size_t)i % 2;
        __m512i first[4], second[4], bits[4];
        quads(rows, at + 64 * n + 16 * h, first);
        quads(rows, at + 64 * n + 32 + 16 * h, second);
        quads(rows, at + 128 + 32 * n + 16 * h, bits);
        int k = 256 * b + (int)(128 * n + 16 * h);
        for (int j = 0; j < 4; j++, k += 4) {
            put(p, k, or_and(low_nibbles(first[j]), _mm512_slli_epi32(bits[j], 4), top));
            put(p, k + 32, or_and(low_nibbles(second[j]), _mm512_slli_epi32(bits[j], 2), top));
            put(p, k + 64, or_and(high_nibbles(first[j]), bits[j], top));
            put(p, k + 96, or_and(high_nibbles(second[j]), _mm512_srli_epi32(bits[j], 2), top));
        }
    }
}

// Levels of 2 bits in four planes; Q3_K has a third bit elsewhere.
static inline __attribute__((always_inline)) void unpack_q23k(int three, const uint8_t *const rows[16], size_t at, panel *p, int b) {
    const __m512i two = each(3), four = each(15), third = each(4);
    __m512i h[4], bits[8];
    if (three) {
        quads(rows, at + 94, h); // two bytes, 12 of scales, d
        __m512i s[3];
        for (int i = 0; i < 3; i++) s[i] = _mm512_or_si512(_mm512_srli_epi32(h[i], 16), _mm512_slli_epi32(h[i + 1], 16));
        vf_store(p->d + b * LANES, high_half(h[3]));
        for (int part = 0; part < 16; part++) {
            int g = part / 4;
            __m512i low = g < 2 ? s[g] : _mm512_srli_epi32(s[g - 2], 4), high = _mm512_slli_epi32(_mm512_srli_epi32(s[2], (unsigned)(2 * g)), 4);
            __m512i bytes = or_and(_mm512_and_si512(low, four), high, each(0x30));
            _mm512_storeu_si512(p->scales + (16 * b + part) * LANES, _mm512_sub_epi32(byte_of(bytes, part % 4), _mm512_set1_epi32(32)));
        }
        quads(rows, at, bits);
        quads(rows, at + 16, bits + 4);
    } else {
        quads(rows, at + 68, h);
        vf_store(p->d + b * LANES, low_half(h[3]));
        vf_store(p->m + b * LANES, _mm512_xor_ps(high_half(h[3]), _mm512_set1_ps(-0.0f)));
        quads(rows, at, h);
        for (int g = 0; g < 4; g++) {
            put_scales(p, 16 * b + 4 * g, low_nibbles(h[g]));
            put_minimums(p, 16 * b + 4 * g, high_nibbles(h[g]));
        }
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) { // 16 bytes: levels of four parts
        __m512i v[4];
        int n = i / 2, k = 256 * b + 128 * n + 16 * (i % 2);
        quads(rows, at + (three ? 32 : 16) + 16 * (size_t)i, v);
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++) {
            for (int l = 0; l < 4; l++) {
                __m512i w = _mm512_and_si512(_mm512_srli_epi32(v[l], (unsigned)(2 * j)), two);
                if (three) { // bit 4 n + j to bit 2
                    int bit = 4 * n + j;
                    __m512i from = bits[4 * (i % 2) + l];
                    w = or_and(w, bit < 2 ? _mm512_slli_epi32(from, (unsigned)(2 - bit)) : _mm512_srli_epi32(from, (unsigned)(bit - 2)), third);
                }
                put(p, k + 32 * j + 4 * l, w);
            }
        }
    }
}

static inline void unpack_iq4xs(const uint8_t *const rows[16], size_t at, panel *p, int b) {
    __m512i h[4], v[4];
    quads(rows, at, h); // d, high bits of the scales, their low bits
    vf_store(p->d + b * LANES, low_half(h[0]));
    __m512i tops = _mm512_srli_epi32(h[0], 16), four = _mm512_set1_epi32(15), two = _mm512_set1_epi32(3);
    for (int part = 0; part < 8; part++) {
        __m512i low = _mm512_and_si512(_mm512_srli_epi32(h[1], (unsigned)(4 * part)), four);
        __m512i high = _mm512_slli_epi32(_mm512_and_si512(_mm512_srli_epi32(tops, (unsigned)(2 * part)), two), 4);
        _mm512_storeu_si512(p->scales + (8 * b + part) * LANES, _mm512_sub_epi32(_mm512_or_si512(low, high), _mm512_set1_epi32(32)));
        quads(rows, at + 8 + 16 * (size_t)part, v);
        for (int i = 0; i < 4; i++) {
            put(p, 256 * b + 32 * part + 4 * i, _mm512_xor_si512(looked_up(LEVELS_IQ4, low_nibbles(v[i])), each(128)));
            put(p, 256 * b + 32 * part + 16 + 4 * i, _mm512_xor_si512(looked_up(LEVELS_IQ4, high_nibbles(v[i])), each(128)));
        }
    }
}

static inline __attribute__((always_inline)) void unpack_super(int type, format f, const uint8_t *const rows[16], const uint8_t *next,
                                                               size_t skip, int count, panel *p) {
    uint16_t d[PANEL_COLUMNS / 256 * 16];
    for (int b = 0; b < count / 256; b++) {
        size_t size = (size_t)f.bytes, at = skip + (size_t)b * size;
        fetch(next + 16 * at, 16 * size);
        switch (type) {
            case Q2_K: unpack_q23k(0, rows, at, p, b); break;
            case Q3_K: unpack_q23k(1, rows, at, p, b); break;
            case Q4_K: unpack_q45k(0, rows, at, p, b); break;
            case Q5_K: unpack_q45k(1, rows, at, p, b); break;
            case Q6_K:
                unpack_q6k(rows, at, p, b);
                for (int r = 0; r < 16; r++) memcpy(d + 16 * b + r, rows[r] + at + 208, 2);
                break;
            default: unpack_iq4xs(rows, at, p, b); break;
        }
    }
    if (type != Q6_K) return;
    for (int b = 0; b < count / 256; b++) vf_store(p->d + b * LANES, _mm512_cvtph_ps(_mm256_loadu_si256((const void *)(d + 16 * b))));
}

// Columns [from, from + count) of `rows` rows to a panel; lanes without a row repeat the last one. `ahead`: rows until the panel of
// these lanes that comes next.
static void unpack_panel(int type, format f, const uint8_t *w, size_t row_bytes, int rows, int from, int count, int ahead, panel *p) {
    const uint8_t *row[16], *next = w + (size_t)ahead * row_bytes;
    for (int i = 0; i < 16; i++) row[i] = w + (size_t)(i < rows ? i : rows - 1) * row_bytes;
    size_t skip = (size_t)(from / f.block) * (size_t)f.bytes;
    switch (type) {
#define SIMPLE(kind) case kind: unpack_simple(kind, format_of(kind), row, next, skip, count, p); break;
#define SUPER(kind) case kind: unpack_super(kind, format_of(kind), row, next, skip, count, p); break;
        SIMPLE(Q4_0) SIMPLE(Q4_1) SIMPLE(Q5_0) SIMPLE(Q5_1) SIMPLE(Q8_0) SIMPLE(IQ4_NL) SIMPLE(MXFP4)
        SUPER(Q2_K) SUPER(Q3_K) SUPER(Q4_K) SUPER(Q5_K) SUPER(Q6_K) SUPER(IQ4_XS)
    }
}
