// Products with many columns, by the tensor cores: 128 columns (tokens) by 128 rows of the weight at a time, 64 elements deep, weights
// expanded to 16-bit floats on the way to shared memory.
#include "format.cuh"

#define TILE 128
#define DEPTH 64
#define PITCH 72 // halves from a row of a tile to the next: rows begin in different banks

struct Product {
    Matrix weights;
    int64_t stack; // blocks or elements of one expert
    const uint16_t* x;
    int64_t piece_stride;
    int pieces;
    const float* scales;
    int in;
    int padded;
    int rows;
    int columns;
    const float* bias;
    const float* residual;
    float* y;
    int64_t stride;
    const int* tiles;  // [3, tiles]: expert, first and end of `order`; null for one matrix
    const int* order;  // pairs sorted by expert
    const float* route;
    int used;
    int shared;
    int scaled;
};

// 32 elements of a row of blocks, from element k on or, of K types, those of the chunk with that number. Numbers of rows' first elements
// count in elements of the tensor.
template <int TYPE, bool BFLOAT>
struct Source {
    typedef Format<TYPE> F;
    static constexpr int BLOCK = 32 * F::CHUNKS;
    typename F::Raw raw;
    int chunk;
    bool inside;

    INLINE void load(const Matrix& m, int64_t row_start, int in, int k, int, bool valid) {
        inside = valid && k < in;
        chunk = k / 32 % F::CHUNKS;
        if (inside) {
            raw = F::load(m, row_start / (32 * F::CHUNKS) + k / (32 * F::CHUNKS), chunk);
        }
    }
    // The tile's row, whose first element is number `from`
    INLINE void keep(uint16_t* row, int half) const {
        Chunk c = {};
        if (inside) {
            c = F::unpack(raw, chunk);
        }
#pragma unroll
        for (int run = 0; run < 2; run++) {
            uint32_t words[8];
#pragma unroll
            for (int i = 0; i < 8; i++) {
                words[i] = inside ? pack_half(chunk_value(c, run, 2 * i), chunk_value(c, run, 2 * i + 1)) : 0;
            }
            int at = F::CHUNKS == 1 ? 32 * half + 16 * run : F::start(chunk, run) % DEPTH;
            uint4* to = (uint4*)(row + at);
            to[0] = {words[0], words[1], words[2], words[3]};
            to[1] = {words[4], words[5], words[6], words[7]};
        }
    }
};

// 32 elements of 16 bits; rows of odd lengths are read one by one
template <int TYPE, bool BFLOAT>
struct Halves {
    static constexpr int BLOCK = 1;
    uint4 words[4];

    INLINE void load(const Matrix& m, int64_t row_start, int in, int k, int, bool valid) {
        const uint16_t* at = (const uint16_t*)m.data + row_start + k;
        if (valid && in % 8 == 0) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                words[i] = k + 8 * i < in ? load_once(at + 8 * i) : uint4{0, 0, 0, 0};
            }
        } else {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                uint32_t w[4];
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    int e = 8 * i + 2 * j;
                    uint32_t low = valid && k + e < in ? at[e] : 0;
                    uint32_t high = valid && k + e + 1 < in ? at[e + 1] : 0;
                    w[j] = low | high << 16;
                }
                words[i] = {w[0], w[1], w[2], w[3]};
            }
        }
    }
    INLINE void keep(uint16_t* row, int half) const {
#pragma unroll
        for (int i = 0; i < 4; i++) {
            *(uint4*)(row + 32 * half + 8 * i) = words[i];
        }
    }
};

// The chunks of Q6_K reach over 128 elements, so here it is expanded run by run.
template <>
struct Source<Q6_K, false> {
    static constexpr int BLOCK = 256;
    uint4 low, high;
    uint4 upper_bits[2];
    int8_t scale[2];
    uint16_t d;
    int quarter;
    bool inside;

    INLINE void load(const Matrix& m, int64_t row_start, int in, int k, int, bool valid) {
        inside = valid && k < in;
        if (!inside) {
            return;
        }
        int64_t block = row_start / 256 + k / 256;
        int element = k % 256;
        quarter = element % 128 / 32;
        int half = element / 128;
        const uint8_t* highs = m.data + 128 * m.blocks;
        const uint8_t* at = m.data + 128 * block + 64 * half + 32 * (quarter % 2);
        low = load_once(at);
        high = load_once(at + 16);
        upper_bits[0] = load_once(highs + 64 * block + 32 * half);
        upper_bits[1] = load_once(highs + 64 * block + 32 * half + 16);
        const int8_t* scales = (const int8_t*)highs + 64 * m.blocks + 16 * block + element / 16;
        scale[0] = scales[0];
        scale[1] = scales[1];
        d = load16(highs + 80 * m.blocks + 2 * block);
    }
    INLINE void keep(uint16_t* row, int half) const {
#pragma unroll
        for (int run = 0; run < 2; run++) {
            const uint4 l = run == 0 ? low : high;
            const uint4 h = upper_bits[run];
            const uint32_t lows[4] = {l.x, l.y, l.z, l.w};
            const uint32_t highs[4] = {h.x, h.y, h.z, h.w};
            float s = inside ? half_to_float(d) * scale[run] : 0;
            uint32_t words[8];
#pragma unroll
            for (int i = 0; i < 4; i++) {
                int q = inside ? nibbles(lows[i], quarter / 2) | (int)(highs[i] >> 2 * quarter & 0x03030303u) << 4 : 0;
                float v[4];
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    v[j] = s * ((q >> 8 * j & 63) - 32);
                }
                words[2 * i] = pack_half(v[0], v[1]);
                words[2 * i + 1] = pack_half(v[2], v[3]);
            }
            uint4* to = (uint4*)(row + 32 * half + 16 * run);
            to[0] = {words[0], words[1], words[2], words[3]};
            to[1] = {words[4], words[5], words[6], words[7]};
        }
    }
};

// The copies of a tile of inputs, on their way: 128 rows of 64 halves, 16 bytes a time
DEVICE void fetch_inputs(const Product& p, const int64_t* inputs, int k, int piece, uint16_t* tile) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
        int row = threadIdx.x / 8 + 32 * i;
        int part = threadIdx.x % 8 * 8;
        copy16(tile + row * PITCH + part, p.x + piece * p.piece_stride + inputs[row] * p.padded + k + part);
    }
    copies_group();
}

template <class WEIGHTS, bool BFLOAT>
DEVICE void tiled(const Product& p, unsigned char* memory, int64_t* inputs) {
    uint16_t* x_tiles = (uint16_t*)memory;
    uint16_t* w_tiles = x_tiles + 2 * TILE * PITCH;
    int warp = threadIdx.x / 32;
    int lane = threadIdx.x % 32;
    int expert = 0;
    int from = blockIdx.x * TILE;
    int end = p.columns;
    if (p.tiles) {
        const int* tile = p.tiles + 3 * blockIdx.x;
        expert = tile[0];
        from = tile[1];
        end = tile[2];
        if (expert < 0) {
            return;
        }
    }
    if (threadIdx.x < TILE) {
        int place = from + (int)threadIdx.x < end ? from + threadIdx.x : end - 1;
        int pair = p.order ? p.order[place] : place;
        inputs[threadIdx.x] = p.order && p.shared ? pair / p.used : pair;
    }
    block_barrier();
    int tile_row = threadIdx.x / 2;
    int half = threadIdx.x % 2;
    int w_row = blockIdx.y * TILE + tile_row;
    bool valid = w_row < p.rows;
    Matrix m = p.weights;
    int64_t row_start = (m.first + expert * p.stack) * WEIGHTS::BLOCK + (int64_t)w_row * p.in;
    float c[4][4][4] = {};
    int depth = p.padded / DEPTH;
    int turns = depth * p.pieces;
    int m0 = warp % 2 * 64;
    int n0 = warp / 2 * 32;
    WEIGHTS next;
    next.load(m, row_start, p.in, 32 * half, half, valid);
    fetch_inputs(p, inputs, 0, 0, x_tiles);
    next.keep(w_tiles + tile_row * PITCH, half);
    for (int turn = 0; turn < turns; turn++) {
        int now = turn % 2;
        copies_done<0>();
        block_barrier();
        if (turn + 1 < turns) {
            int k = (turn + 1) % depth * DEPTH;
            fetch_inputs(p, inputs, k, (turn + 1) / depth, x_tiles + (1 - now) * TILE * PITCH);
            next.load(m, row_start, p.in, k + 32 * half, half, valid);
        }
        const uint16_t* xs = x_tiles + now * TILE * PITCH;
        const uint16_t* ws = w_tiles + now * TILE * PITCH;
#pragma unroll
        for (int k = 0; k < DEPTH; k += 16) {
            uint32_t a[4][4];
            uint32_t b[2][4];
#pragma unroll
            for (int i = 0; i < 4; i++) {
                load_matrices(a[i], xs + (m0 + 16 * i + lane % 16) * PITCH + k + lane / 16 * 8);
            }
#pragma unroll
            for (int j = 0; j < 2; j++) {
                load_matrices(b[j], ws + (n0 + 16 * j + lane % 8 + lane / 16 * 8) * PITCH + k + lane / 8 % 2 * 8);
            }
#pragma unroll
            for (int i = 0; i < 4; i++) {
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    multiply_tile<BFLOAT>(c[i][j], a[i], b[j / 2] + j % 2 * 2);
                }
            }
        }
        if (turn + 1 < turns) {
            next.keep(w_tiles + ((1 - now) * TILE + tile_row) * PITCH, half);
        }
    }
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
        for (int upper = 0; upper < 2; upper++) {
            int column = m0 + 16 * i + 8 * upper + lane / 4;
            if (from + column >= end) {
                continue;
            }
            int64_t place = p.order ? p.order[from + column] : from + column;
            float factor = p.scales[inputs[column]];
            if (p.scaled) {
                factor *= p.route[place / p.used * 2 * p.used + p.used + place % p.used];
            }
#pragma unroll
            for (int j = 0; j < 4; j++) {
#pragma unroll
                for (int e = 0; e < 2; e++) {
                    int row = blockIdx.y * TILE + n0 + 8 * j + 2 * (lane % 4) + e;
                    if (row < p.rows) {
                        float value = c[i][j][2 * upper + e] * factor;
                        value += p.bias ? p.bias[(int64_t)expert * p.rows + row] : 0;
                        value += p.residual ? p.residual[place * p.stride + row] : 0;
                        p.y[place * p.stride + row] = value;
                    }
                }
            }
        }
    }
}

#define TILES(NAME, WEIGHTS, BFLOAT) \
    KERNEL_RESIDENT(256, 2) tiles_##NAME(const uint8_t* weights, int64_t blocks, int64_t first, int64_t stack, const uint16_t* x, \
            int64_t piece_stride, int pieces, const float* scales, int in, int padded, int rows, int columns, const float* bias, \
            const float* residual, float* y, int stride, const int* tiles, const int* order, const float* route, int used, int shared, \
            int scaled) { \
        DYNAMIC_SHARED(memory); \
        SHARED int64_t inputs[TILE]; \
        Product p = {{weights, blocks, first}, stack, x, piece_stride, pieces, scales, in, padded, rows, columns, bias, residual, y, stride, \
                tiles, order, route, used, shared, scaled}; \
        tiled<WEIGHTS, BFLOAT>(p, memory, inputs); \
    } \
    EXPORT(tiles_##NAME)

#define COMMA ,
TILES(f16, Halves<F16 COMMA false>, false)
TILES(bf16, Halves<BF16 COMMA true>, true)
TILES(q8_0, Source<Q8_0 COMMA false>, false)
TILES(q4_0, Source<Q4_0 COMMA false>, false)
TILES(q4_k, Source<Q4_K COMMA false>, false)
TILES(q5_k, Source<Q5_K COMMA false>, false)
TILES(q6_k, Source<Q6_K COMMA false>, false)
TILES(mxfp4, Source<MXFP4 COMMA false>, false)
