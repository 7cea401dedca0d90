// Quantised weights of 16 rows as levels, lane = row from the first load on, so that scales and levels of all rows are unpacked together;
// for panels, and for products with one column. All loads stay within the rows.
#include "packed-avx512.h"

static inline __m512i each(int byte) { return _mm512_set1_epi8((char)byte); }
static inline __m512i low_nibbles(__m512i v) { return _mm512_and_si512(v, each(15)); }
static inline __m512i high_nibbles(__m512i v) { return _mm512_and_si512(_mm512_srli_epi32(v, 4), each(15)); }
// a | (b & c)
static inline __m512i or_and(__m512i a, __m512i b, __m512i c) { return _mm512_ternarylogic_epi64(a, b, c, 0xf8); }
static inline __m512 low_half(__m512i v) { return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(v)); }
static inline __m512 high_half(__m512i v) { return low_half(_mm512_srli_epi32(v, 16)); }
static inline __m512 negated(__m512 v) { return _mm512_xor_ps(v, _mm512_set1_ps(-0.0f)); }
static inline __m512i looked_up(const int8_t *table, __m512i nibbles) {
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(bytes16((const uint8_t *)table)), nibbles);
}

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

// ---- blocks of 32

// The bits of a lane to bit 4 of the bytes of levels 4 i .. 4 i + 3.
static inline __m512i fifth_bits(__m512i bits, int i) {
    const __m512i from = _mm512_set1_epi64((long long)0x1f1e1d1c3f3e3d3c);
    return _mm512_multishift_epi64_epi8(_mm512_add_epi8(from, each(4 * i)), bits);
}

// Two blocks of each row, or one: levels without sign, w[i] having 4 i .. 4 i + 3, and a dword of scales, d and above it m (MXFP4: the
// exponent, in the low byte).
typedef struct {
    __m512i w[2][8], scales[2];
} pair_32;

// The dword that begins two bytes after dword `a`; `b` is the next one.
static inline __m512i after_half(__m512i a, __m512i b) { return _mm512_or_si512(_mm512_srli_epi32(a, 16), _mm512_slli_epi32(b, 16)); }

// Whether the upper nibbles of a type are levels as they are.
static inline int plain_nibbles(int type) { return type == Q4_0 || type == Q4_1; }

// `v`: the dwords of nibbles of a block, or of Q8_0 all levels; `fifths`: the fifth bits. `times_16`: plain upper nibbles stay in their place.
static inline __attribute__((always_inline)) void levels_32(int type, int times_16, const __m512i *v, __m512i fifths, __m512i w[8]) {
    for (int i = 0; i < 8; i++) {
        if (type == Q8_0) {
            w[i] = _mm512_xor_si512(v[i], each(128));
            continue;
        }
        if (i >= 4 && times_16 && plain_nibbles(type)) {
            w[i] = _mm512_and_si512(v[i - 4], each(0xf0));
            continue;
        }
        w[i] = i < 4 ? low_nibbles(v[i]) : high_nibbles(v[i - 4]);
        if (type == Q5_0 || type == Q5_1) w[i] = or_and(w[i], fifth_bits(fifths, i), each(16));
        if (type == IQ4_NL) w[i] = _mm512_xor_si512(looked_up(LEVELS_IQ4, w[i]), each(128));
        if (type == MXFP4) w[i] = looked_up(LEVELS_FP4, w[i]);
    }
}

// Block `b + i` of packed rows; b is even, i 0 or 1. `heads`: those of the unit of `b`, of a type that has them.
static inline __attribute__((always_inline)) void packed_32(int type, int times_16, weights16 s, size_t b, size_t i, __m512i heads, __m512i w[8],
                                                            __m512i *scales) {
    const packing order = packing_of(type);
    const size_t body = body_of(type), at = packed_at(type, b) + i * body, nibbles = type == Q8_0 ? 32 : 16;
    __m512i v[8], first;
    if (order.head) {
        if (order.unit == 4) heads = _mm512_srl_epi32(heads, _mm_cvtsi32_si128(8 * (int)(b & 2)));
        *scales = _mm512_srli_epi32(heads, (unsigned)(8 * (size_t)order.head * i));
        first = type == Q5_0 ? _mm512_load_si512(s.packed + 16 * at) : *scales;
    } else {
        *scales = _mm512_load_si512(s.packed + 16 * at);
        first = type == Q5_1 ? _mm512_load_si512(s.packed + 16 * at + 64) : *scales;
    }
    for (size_t k = 0; k < nibbles; k += 16) quads(s, at + body - nibbles + k, v + k / 4);
    levels_32(type, times_16, v, first, w);
}

// Block `b` and, with 2 blocks, the next one; b is even.
static inline __attribute__((always_inline)) void load_32(int type, weights16 s, size_t b, int blocks, pair_32 *p) {
    const size_t size = (size_t)format_of(type).bytes, nibbles = type == Q8_0 ? 32 : 16;
    const int words = type == Q4_0 || type == IQ4_NL || type == Q8_0; // d and levels only: in a file the second block is on a dword again
    if (s.rows && words && blocks == 2) {
        const int n = (int)nibbles / 4;
        size_t at = b * size;
        __m512i v[20], first[8];
        for (int i = 0; i < n / 2; i++) quads(s, at + 16 * (size_t)i, v + 4 * i);
        quads(s, at + 2 * size - 16, v + 2 * n - 3);
        for (int i = 0; i < n; i++) first[i] = after_half(v[i], v[i + 1]);
        levels_32(type, 0, first, v[0], p->w[0]);
        levels_32(type, 0, v + n + 1, v[0], p->w[1]);
        p->scales[0] = v[0];
        p->scales[1] = _mm512_srli_epi32(v[n], 16);
        return;
    }
    const packing order = packing_of(type);
    const __m512i heads = !s.rows && order.head ? heads_of(type, s, b) : _mm512_setzero_si512();
    for (size_t i = 0; i < (size_t)blocks; i++) {
        if (!s.rows) {
            packed_32(type, 0, s, b, i, heads, p->w[i], p->scales + i);
            continue;
        }
        __m512i v[8], h[4];
        quads(s, (b + i) * size, h);
        for (size_t k = 0; k < nibbles; k += 16) quads(s, (b + i + 1) * size - nibbles + k, v + k / 4);
        p->scales[i] = h[0];
        levels_32(type, 0, v, order.head ? after_half(h[0], h[1]) : h[1], p->w[i]);
    }
}

// The scale; that of MXFP4 is 2^(e - 128).
static inline __m512 scale_of(int type, __m512i scales) {
    if (type != MXFP4) return low_half(scales);
    __m512i e = byte_of(scales, 0), one = _mm512_set1_epi32(1);
    __m512i small = _mm512_sllv_epi32(_mm512_set1_epi32(0x00200000), e), large = _mm512_slli_epi32(_mm512_sub_epi32(e, one), 23);
    return _mm512_castsi512_ps(_mm512_mask_mov_epi32(large, _mm512_cmple_epu32_mask(e, one), small));
}

// ---- blocks of 256

// What a block has beside its levels. Scales and minimums are bytes, 4 parts a lane; `bits` is what several slices share.
typedef struct {
    __m512 d, m;
    __m512i scales[4], minimums[4], bits[8];
} block_256;

static inline __attribute__((always_inline)) int signed_scales(int type) { return type == Q6_K || type == Q3_K || type == IQ4_XS; }

static inline __attribute__((always_inline)) __m512i scale_256(int type, const block_256 *h, int part) {
    return signed_scales(type) ? signed_byte_of(h->scales[part / 4], part % 4) : byte_of(h->scales[part / 4], part % 4);
}

// A half that a packed row keeps in the dword of its unit.
static inline __m512 head_half(int type, weights16 s, int b) {
    return low_half(_mm512_srl_epi32(heads_of(type, s, (size_t)b), _mm_cvtsi32_si128(16 * (b & 1))));
}

// 4 numbers of some bits from bit `from` of each lane on, `step` bits apart, each to a byte.
static inline __m512i spread(__m512i v, int from, int step) {
    long long one = from | (from + step) << 8 | (from + 2 * step) << 16 | (long long)(from + 3 * step) << 24;
    return _mm512_multishift_epi64_epi8(_mm512_set1_epi64(one | (one + 0x20202020) << 32), v);
}

static inline __attribute__((always_inline)) block_256 header_of(int type, weights16 s, size_t at, int b) {
    block_256 o;
    __m512i h[4];
    switch (type) {
        case Q4_K: case Q5_K: {
            quads(s, at, h);
            const __m512i six = each(63), top = each(0x30);
            o.d = low_half(h[0]);
            o.m = negated(high_half(h[0]));
            o.scales[0] = _mm512_and_si512(h[1], six);
            o.scales[1] = or_and(low_nibbles(h[3]), _mm512_srli_epi32(h[1], 2), top);
            o.minimums[0] = _mm512_and_si512(h[2], six);
            o.minimums[1] = or_and(high_nibbles(h[3]), _mm512_srli_epi32(h[2], 2), top);
            if (type == Q5_K) {
                quads(s, at + 16, o.bits);
                quads(s, at + 32, o.bits + 4);
            }
            break;
        }
        case Q6_K:
            quads(s, at + 192, o.scales);
            if (s.rows) quads(s, at + 194, h);
            o.d = s.rows ? high_half(h[3]) : head_half(type, s, b);
            break;
        case Q3_K: {
            __m512i v[3];
            quads(s, at + (s.rows ? 94 : 92), h); // of a file's rows two bytes, 12 of scales, d
            for (int i = 0; i < 3; i++) v[i] = s.rows ? after_half(h[i], h[i + 1]) : h[i + 1];
            o.d = s.rows ? high_half(h[3]) : head_half(type, s, b);
            for (int g = 0; g < 4; g++) {
                __m512i low = g < 2 ? low_nibbles(v[g]) : high_nibbles(v[g - 2]);
                __m512i high = _mm512_slli_epi32(_mm512_srli_epi32(v[2], (unsigned)(2 * g)), 4);
                o.scales[g] = _mm512_sub_epi8(or_and(low, high, each(0x30)), each(32));
            }
            quads(s, at, o.bits);
            quads(s, at + 16, o.bits + 4);
            break;
        }
        case Q2_K:
            quads(s, at + 68, h);
            o.d = low_half(h[3]);
            o.m = negated(high_half(h[3]));
            quads(s, at, h);
            for (int g = 0; g < 4; g++) {
                o.scales[g] = low_nibbles(h[g]);
                o.minimums[g] = high_nibbles(h[g]);
            }
            break;
        default: // IQ4_XS: d, high bits of the scales, their low bits
            quads(s, at, h);
            o.d = low_half(h[0]);
            for (int g = 0; g < 2; g++) {
                __m512i high = _mm512_slli_epi32(spread(h[0], 16 + 8 * g, 2), 4);
                o.scales[g] = _mm512_sub_epi8(or_and(low_nibbles(spread(h[1], 16 * g, 4)), high, each(0x30)), each(32));
            }
            break;
    }
    return o;
}

// A slice: 16 bytes of low bits and what belongs to them, which are some groups of 16 levels.
typedef struct {
    int slices, groups, stride; // of a block; of a slice; levels from a group to the next
} slicing;

static inline slicing slicing_of(int type) {
    switch (type) {
        case Q4_K: case Q5_K: return (slicing){8, 2, 32};
        case IQ4_XS: return (slicing){8, 2, 16};
        default: return (slicing){4, 4, 32};
    }
}

// The level of a block with which a slice begins.
static inline int first_level(int type, int slice) {
    switch (type) {
        case Q4_K: case Q5_K: return 64 * (slice / 2) + 16 * (slice % 2);
        case IQ4_XS: return 32 * slice;
        default: return 128 * (slice / 2) + 16 * (slice % 2);
    }
}

static inline __attribute__((always_inline)) __m512i shifted(__m512i v, int left) {
    return left >= 0 ? _mm512_slli_epi32(v, (unsigned)left) : _mm512_srli_epi32(v, (unsigned)-left);
}

// w[4 g + j] has levels 4 j .. 4 j + 3 of group g.
static inline __attribute__((always_inline)) void slice_of(int type, weights16 s, size_t at, int i, const block_256 *h, __m512i w[16]) {
    const size_t n = (size_t)i / 2, half = (size_t)i % 2;
    __m512i v[4], u[4], bits[4];
    switch (type) {
        case Q4_K: case Q5_K:
            quads(s, at + (type == Q5_K ? 48 : 16) + 16 * (size_t)i, v);
            for (int j = 0; j < 4; j++) {
                w[j] = low_nibbles(v[j]);
                w[4 + j] = high_nibbles(v[j]);
                if (type == Q5_K) { // bits 2 n and 2 n + 1 to bit 4
                    w[j] = or_and(w[j], shifted(h->bits[4 * half + j], 4 - 2 * (int)n), each(16));
                    w[4 + j] = or_and(w[4 + j], shifted(h->bits[4 * half + j], 3 - 2 * (int)n), each(16));
                }
            }
            break;
        case Q6_K:
            quads(s, at + 64 * n + 16 * half, v);
            quads(s, at + 64 * n + 32 + 16 * half, u);
            quads(s, at + 128 + 32 * n + 16 * half, bits);
            for (int j = 0; j < 4; j++) {
                w[j] = or_and(low_nibbles(v[j]), _mm512_slli_epi32(bits[j], 4), each(0x30));
                w[4 + j] = or_and(low_nibbles(u[j]), _mm512_slli_epi32(bits[j], 2), each(0x30));
                w[8 + j] = or_and(high_nibbles(v[j]), bits[j], each(0x30));
                w[12 + j] = or_and(high_nibbles(u[j]), _mm512_srli_epi32(bits[j], 2), each(0x30));
            }
            break;
        case IQ4_XS:
            quads(s, at + 8 + 16 * (size_t)i, v);
            for (int j = 0; j < 4; j++) {
                w[j] = _mm512_xor_si512(looked_up(LEVELS_IQ4, low_nibbles(v[j])), each(128));
                w[4 + j] = _mm512_xor_si512(looked_up(LEVELS_IQ4, high_nibbles(v[j])), each(128));
            }
            break;
        default: // 2 bits in four planes; Q3_K has a third bit elsewhere
            quads(s, at + (type == Q3_K ? 32 : 16) + 16 * (size_t)i, v);
            for (int g = 0; g < 4; g++)
                for (int j = 0; j < 4; j++) {
                    w[4 * g + j] = _mm512_and_si512(_mm512_srli_epi32(v[j], (unsigned)(2 * g)), each(3));
                    if (type == Q3_K) // bit 4 n + g to bit 2
                        w[4 * g + j] = or_and(w[4 * g + j], shifted(h->bits[4 * half + j], 2 - 4 * (int)n - g), each(4));
                }
            break;
    }
}

// ---- panels

static inline void put(panel *p, int k, __m512i levels) { _mm512_storeu_si512(p->levels + k * LANES, levels); }

static inline __attribute__((always_inline)) void unpack_32(int type, weights16 s, const uint8_t *next, int first, int count, panel *p) {
    format f = format_of(type);
    for (int b = 0; b < count / 32; b += 2) {
        pair_32 two;
        int blocks = count / 32 - b >= 2 ? 2 : 1;
        fetch(next + 16 * (size_t)((first + b) * f.bytes), 32 * (size_t)f.bytes);
        const size_t from = (size_t)(first + b);
        if (blocks == 2) load_32(type, s, from, 2, &two); else load_32(type, s, from, 1, &two);
        for (int i = 0; i < blocks; i++) {
            for (int k = 0; k < 8; k++) put(p, 32 * (b + i) + 4 * k, two.w[i][k]);
            vf_store(p->d + (b + i) * LANES, scale_of(type, two.scales[i]));
            if (f.minimum) vf_store(p->m + (b + i) * LANES, high_half(two.scales[i]));
        }
    }
}

static inline __attribute__((always_inline)) void unpack_256(int type, weights16 s, const uint8_t *next, int first, int count, panel *p) {
    format f = format_of(type);
    slicing cut = slicing_of(type);
    const int parts = 256 / f.part;
    for (int b = 0; b < count / 256; b++) {
        size_t size = (size_t)f.bytes, at = s.rows ? (size_t)(first + b) * size : packed_at(type, (size_t)(first + b));
        if (s.rows) fetch(next + 16 * size * (size_t)(first + b), 16 * size);
        block_256 h = header_of(type, s, at, first + b);
        vf_store(p->d + b * LANES, h.d);
        for (int part = 0; part < parts; part++) vi_store(p->scales + (b * parts + part) * LANES, scale_256(type, &h, part));
        if (f.minimum) {
            vf_store(p->m + b * LANES, h.m);
            for (int part = 0; part < parts; part += 4) {
                __m512i words[2];
                words_of(h.minimums[part / 4], words);
                for (int i = 0; i < 2; i++) vi_store(p->minimums + (b * parts + part + 2 * i) * LANES, words[i]);
            }
        }
#pragma GCC unroll 8
        for (int i = 0; i < cut.slices; i++) {
            __m512i w[16];
            slice_of(type, s, at, i, &h, w);
            for (int g = 0; g < cut.groups; g++)
                for (int j = 0; j < 4; j++) put(p, 256 * b + first_level(type, i) + cut.stride * g + 4 * j, w[4 * g + j]);
        }
    }
}

#define EACH_SIMPLE(DO) DO(Q4_0) DO(Q4_1) DO(Q5_0) DO(Q5_1) DO(Q8_0) DO(IQ4_NL) DO(MXFP4)
#define EACH_SUPER(DO) DO(Q2_K) DO(Q3_K) DO(Q4_K) DO(Q5_K) DO(Q6_K) DO(IQ4_XS)

// Columns [from, from + count) of `rows` rows to a panel; lanes without a row repeat the last one. `ahead`: rows until the panel of these
// lanes that comes next; packed blocks of 256 are asked for elsewhere.
static void unpack_panel(int type, format f, matrix m, int rows, int from, int count, int ahead, panel *p) {
    const uint8_t *row[16], *packed = m.packed, *next = packed ? packed + (size_t)ahead * m.packed_bytes : m.rows + (size_t)ahead * m.row_bytes;
    int first = from / f.block;
    if (!packed) row_pointers(m.rows, m.row_bytes, rows, row);
    switch (type) {
#define SIMPLE(kind) case kind: \
        if (packed) unpack_32(kind, (weights16){NULL, packed}, next, first, count, p); \
        else unpack_32(kind, (weights16){row, NULL}, next, first, count, p); \
        break;
#define SUPER(kind) case kind: \
        if (packed) unpack_256(kind, (weights16){NULL, packed}, next, first, count, p); \
        else unpack_256(kind, (weights16){row, NULL}, next, first, count, p); \
        break;
        EACH_SIMPLE(SIMPLE) EACH_SUPER(SUPER)
    }
}
