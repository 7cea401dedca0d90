// What the kernels of products along rows share: which matrix a result belongs to, inputs in bytes, and what a chunk of a row adds.
#pragma once
#include "format.cuh"

#define WARPS 4

// Which matrix of a stack and which input a result belongs to.
struct Choice {
    const float* route; // [tokens, 2 * used]: experts, then their weights; null for none
    int used;           // experts a token
    int shared;         // whether all experts of a token read its one input
    int scaled;         // whether a result is multiplied by the expert's weight
    int heads;          // without a route: matrices that take turns

    INLINE int expert(int pair) const {
        return route ? (int)route[(int64_t)(pair / used) * 2 * used + pair % used] : heads > 1 ? pair % heads : 0;
    }
    INLINE int input(int pair) const { return route && shared ? pair / used : pair; }
    INLINE float factor(int pair) const { return route && scaled ? route[(int64_t)(pair / used) * 2 * used + used + pair % used] : 1; }
};

DEVICE void store(float* y, int64_t stride, int row, int column, float sum, const float* bias, const float* residual) {
    if (bias) {
        sum += bias[row];
    }
    if (residual) {
        sum += residual[column * stride + row];
    }
    y[column * stride + row] = sum;
}

// Inputs rounded to 16 bits in two signed bytes, see prepare_bytes.
struct Rounded {
    const int8_t* high;
    const int8_t* low;
    const float* scales; // each 32 elements
    const float* sums;   // of each 16 elements
};

DEVICE int dot16(const int* levels, const int8_t* x) {
    const uint4 v = *(const uint4*)x;
    return dot4(levels[0], (int)v.x, dot4(levels[1], (int)v.y, dot4(levels[2], (int)v.z, dot4(levels[3], (int)v.w, 0))));
}

// What a chunk of each row adds to the sums with each column
template <int TYPE, int COLUMNS, int ROWS>
DEVICE void add_chunk(const typename Format<TYPE>::Raw raw[ROWS], int chunk, const Rounded& x, int in, int columns, float sum[ROWS][COLUMNS]) {
    typedef Format<TYPE> F;
    int part = chunk % F::CHUNKS;
    int base = chunk / F::CHUNKS * (32 * F::CHUNKS);
    Chunk k[ROWS];
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        k[r] = F::unpack(raw[r], part);
    }
#pragma unroll
    for (int c = 0; c < COLUMNS; c++) {
        int64_t column = (int64_t)(c < columns ? c : 0) * in;
#pragma unroll
        for (int run = 0; run < 2; run++) {
            int64_t at = column + base + F::start(part, run);
            float scale = x.scales[at / 32];
            float total = F::OFFSET ? x.sums[at / 16] : 0;
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                const int* w = k[r].levels + 4 * run;
                float dot = fmaf((float)dot16(w, x.low + at), 1 / 254.0f, (float)dot16(w, x.high + at));
                sum[r][c] = fmaf(k[r].scale[run] * scale, dot, sum[r][c]);
                if (F::OFFSET) {
                    sum[r][c] = fmaf(-k[r].minimum[run], total, sum[r][c]);
                }
            }
        }
    }
}
