// Weights as the kernels of products read them: fields of blocks apart from each other, so that 16 bytes can be read at once
// (WeightForm.java makes this layout). A chunk is 32 elements in two runs of 16.
#pragma once

#include "raw.cuh"

// A matrix of blocks: all quants of the tensor, then the next field, and so on.
struct Matrix {
    const uint8_t* data;
    int64_t blocks; // of the whole tensor
    int64_t first;  // block of row 0
};

// Elements are scale * level - minimum.
struct Chunk {
    int levels[8]; // four signed bytes each; four words a run
    float scale[2];
    float minimum[2];
};

template <int TYPE>
struct Format;

DEVICE int nibbles(uint32_t word, int high) { return (int)(word >> 4 * high & 0x0F0F0F0Fu); }

template <>
struct Format<Q8_0> {
    static constexpr int CHUNKS = 1; // a block
    static constexpr bool OFFSET = false; // whether there are minimums
    struct Raw {
        uint4 low, high;
        uint16_t scale;
    };
    MEMBER int start(int, int run) { return 16 * run; }
    MEMBER Raw load(const Matrix& m, int64_t block, int) {
        const uint8_t* levels = m.data + 32 * block;
        return {load_once(levels), load_once(levels + 16), load16(m.data + 32 * m.blocks + 2 * block)};
    }
    MEMBER Chunk unpack(const Raw& r, int) {
        float d = half_to_float(r.scale);
        return {{(int)r.low.x, (int)r.low.y, (int)r.low.z, (int)r.low.w, (int)r.high.x, (int)r.high.y, (int)r.high.z, (int)r.high.w},
                {d, d}, {0, 0}};
    }
};

template <>
struct Format<Q4_0> {
    static constexpr int CHUNKS = 1;
    static constexpr bool OFFSET = true;
    struct Raw {
        uint4 levels;
        uint16_t scale;
    };
    MEMBER int start(int, int run) { return 16 * run; }
    MEMBER Raw load(const Matrix& m, int64_t block, int) {
        return {load_once(m.data + 16 * block), load16(m.data + 16 * m.blocks + 2 * block)};
    }
    MEMBER Chunk unpack(const Raw& r, int) {
        float d = half_to_float(r.scale);
        const uint32_t w[4] = {r.levels.x, r.levels.y, r.levels.z, r.levels.w};
        Chunk c = {{}, {d, d}, {8 * d, 8 * d}};
        for (int i = 0; i < 4; i++) {
            c.levels[i] = nibbles(w[i], 0);
            c.levels[4 + i] = nibbles(w[i], 1);
        }
        return c;
    }
};

template <>
struct Format<MXFP4> {
    static constexpr int CHUNKS = 1;
    static constexpr bool OFFSET = false;
    struct Raw {
        uint4 levels;
        uint8_t scale;
    };
    MEMBER int start(int, int run) { return 16 * run; }
    MEMBER Raw load(const Matrix& m, int64_t block, int) {
        return {load_once(m.data + 16 * block), m.data[16 * m.blocks + block]};
    }
    // Four bytes of magnitudes by four 3-bit selectors, negated where bit 3 of the code is set.
    MEMBER int levels(uint32_t codes) {
        uint32_t selectors = codes & 0x07070707u;
        selectors = (selectors | selectors >> 4) & 0x00FF00FFu;
        selectors = (selectors | selectors >> 8) & 0xFFFFu;
        uint32_t magnitude = byte_perm(0x03020100u, 0x0C080604u, selectors);
        uint32_t negative = codes >> 3 & 0x01010101u;
        // the borrow of a zero byte would reach its neighbour: bytes are kept apart by their top bits
        uint32_t flipped = magnitude ^ negative * 0xFFu;
        uint32_t low = (flipped & 0x7F7F7F7Fu) + negative;
        return (int)(low ^ (flipped & 0x80808080u));
    }
    MEMBER Chunk unpack(const Raw& r, int) {
        float d = e8m0_half(r.scale);
        const uint32_t w[4] = {r.levels.x, r.levels.y, r.levels.z, r.levels.w};
        Chunk c = {{}, {d, d}, {0, 0}};
        for (int i = 0; i < 4; i++) {
            c.levels[i] = levels(nibbles(w[i], 0));
            c.levels[4 + i] = levels(nibbles(w[i], 1));
        }
        return c;
    }
};

// Of Q4_K and Q5_K: d, dmin and 12 bytes of scales, as four words
DEVICE void k_scales(const uint4& head, int part, float* scale, float* minimum) {
    int shift = 8 * (part % 4);
    uint32_t a = head.y >> shift;
    uint32_t b = head.z >> shift;
    uint32_t c = head.w >> shift;
    uint32_t s = part < 4 ? a & 63 : (c & 15) | (a >> 6 & 3) << 4;
    uint32_t m = part < 4 ? b & 63 : (c >> 4 & 15) | (b >> 6 & 3) << 4;
    *scale = half_to_float((uint16_t)head.x) * s;
    *minimum = half_to_float((uint16_t)(head.x >> 16)) * m;
}

// Chunk 2j + h of 8: bytes 16h.. of run j of 32 bytes of levels, the low halves being elements 64j.. and the high ones 64j + 32..
template <>
struct Format<Q4_K> {
    static constexpr int CHUNKS = 8;
    static constexpr bool OFFSET = true;
    struct Raw {
        uint4 head, levels;
    };
    MEMBER int start(int chunk, int run) { return 64 * (chunk / 2) + 16 * (chunk % 2) + 32 * run; }
    MEMBER Raw load(const Matrix& m, int64_t block, int chunk) {
        const uint8_t* at = m.data + 144 * block;
        return {load_once(at), load_once(at + 16 + 16 * chunk)};
    }
    MEMBER Chunk unpack(const Raw& r, int chunk) {
        const uint32_t w[4] = {r.levels.x, r.levels.y, r.levels.z, r.levels.w};
        Chunk c;
        for (int run = 0; run < 2; run++) {
            k_scales(r.head, chunk / 2 * 2 + run, &c.scale[run], &c.minimum[run]);
            for (int i = 0; i < 4; i++) {
                c.levels[4 * run + i] = nibbles(w[i], run);
            }
        }
        return c;
    }
};

template <>
struct Format<Q5_K> {
    static constexpr int CHUNKS = 8;
    static constexpr bool OFFSET = true;
    struct Raw {
        uint4 head, fifth, levels;
    };
    MEMBER int start(int chunk, int run) { return 64 * (chunk / 2) + 16 * (chunk % 2) + 32 * run; }
    MEMBER Raw load(const Matrix& m, int64_t block, int chunk) {
        const uint8_t* at = m.data + 176 * block;
        return {load_once(at), load_once(at + 16 + 16 * (chunk % 2)), load_once(at + 48 + 16 * chunk)};
    }
    MEMBER Chunk unpack(const Raw& r, int chunk) {
        const uint32_t w[4] = {r.levels.x, r.levels.y, r.levels.z, r.levels.w};
        const uint32_t f[4] = {r.fifth.x, r.fifth.y, r.fifth.z, r.fifth.w};
        Chunk c;
        for (int run = 0; run < 2; run++) {
            int part = chunk / 2 * 2 + run;
            k_scales(r.head, part, &c.scale[run], &c.minimum[run]);
            for (int i = 0; i < 4; i++) {
                c.levels[4 * run + i] = nibbles(w[i], run) | (int)(f[i] >> part & 0x01010101u) << 4;
            }
        }
        return c;
    }
};

// Chunk of 8: half h = chunk / 4, pair p = chunk / 2 % 2, sixteen s = chunk % 2: quarters p and p + 2 of the half.
template <>
struct Format<Q6_K> {
    static constexpr int CHUNKS = 8;
    static constexpr bool OFFSET = true;
    struct Raw {
        uint4 low, high;
        int8_t scale[2];
        uint16_t d;
    };
    MEMBER int start(int chunk, int run) { return 128 * (chunk / 4) + 32 * (chunk / 2 % 2) + 16 * (chunk % 2) + 64 * run; }
    MEMBER Raw load(const Matrix& m, int64_t block, int chunk) {
        const uint8_t* high = m.data + 128 * m.blocks;
        const int8_t* scales = (const int8_t*)high + 64 * m.blocks + 16 * block;
        return {load_once(m.data + 128 * block + 16 * chunk), load_once(high + 64 * block + 32 * (chunk / 4) + 16 * (chunk % 2)),
                {scales[start(chunk, 0) / 16], scales[start(chunk, 1) / 16]}, load16(high + 80 * m.blocks + 2 * block)};
    }
    MEMBER Chunk unpack(const Raw& r, int chunk) {
        float d = half_to_float(r.d);
        const uint32_t w[4] = {r.low.x, r.low.y, r.low.z, r.low.w};
        const uint32_t h[4] = {r.high.x, r.high.y, r.high.z, r.high.w};
        Chunk c;
        for (int run = 0; run < 2; run++) {
            int quarter = chunk / 2 % 2 + 2 * run;
            c.scale[run] = d * r.scale[run];
            c.minimum[run] = 32 * c.scale[run];
            for (int i = 0; i < 4; i++) {
                c.levels[4 * run + i] = nibbles(w[i], run) | (int)(h[i] >> 2 * quarter & 0x03030303u) << 4;
            }
        }
        return c;
    }
};

// The elements of a chunk as floats
DEVICE float chunk_value(const Chunk& c, int run, int i) {
    return fmaf(c.scale[run], (float)(int8_t)(c.levels[4 * run + i / 4] >> 8 * (i % 4)), -c.minimum[run]);
}
