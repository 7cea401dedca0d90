// Products with few columns, bound by reading the weights: a warp goes along one or two rows. What a column gives does not depend on
// how many there are.
#include "products.cuh"

// One sum of each row with each column
template <int TYPE, int COLUMNS, int ROWS>
DEVICE void sums(const Matrix& m, int64_t block, int64_t row_blocks, int rows, const Rounded& x, int in, int columns, int lane,
        float sum[ROWS][COLUMNS]) {
    typedef Format<TYPE> F;
    constexpr int AHEAD = COLUMNS == 1 ? 4 / ROWS : 1; // chunks of a row on their way at once
    int chunks = in / 32;
    for (int first = lane; first < chunks; first += 32 * AHEAD) {
        typename F::Raw raw[AHEAD][ROWS];
#pragma unroll
        for (int n = 0; n < AHEAD; n++) {
            int chunk = first + 32 * n < chunks ? first + 32 * n : first;
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                raw[n][r] = F::load(m, block + (r < rows ? r : 0) * row_blocks + chunk / F::CHUNKS, chunk % F::CHUNKS);
            }
        }
#pragma unroll
        for (int n = 0; n < AHEAD; n++) {
            int chunk = first + 32 * n;
            if (chunk < chunks) {
                add_chunk<TYPE, COLUMNS, ROWS>(raw[n], chunk, x, in, columns, sum);
            }
        }
    }
}

template <int TYPE, int COLUMNS, int ROWS>
DEVICE void rounded_rows(const uint8_t* weights, int64_t blocks, int64_t first, int64_t stack, const int8_t* x, int64_t piece, int in,
        int rows, int columns, const float* bias, const float* residual, float* y, int stride, Choice choice, int pairs) {
    int row = (blockIdx.x * WARPS + threadIdx.x / 32) * ROWS;
    if (row >= rows) {
        return;
    }
    int64_t row_blocks = in / (32 * Format<TYPE>::CHUNKS);
    Matrix m = {weights, blocks, 0};
    for (int pair = blockIdx.y; pair < pairs; pair += gridDim.y) {
        int expert = choice.expert(pair);
        int64_t input = (int64_t)choice.input(pair) * in;
        const float* scales = (const float*)(x + 2 * piece);
        Rounded rounded = {x + input, x + piece + input, scales + input / 32, scales + piece / 32 + input / 16};
        float sum[ROWS][COLUMNS] = {};
        sums<TYPE, COLUMNS, ROWS>(m, first + expert * stack + row * row_blocks, row_blocks, rows - row, rounded, in, columns,
                threadIdx.x % 32, sum);
        float factor = choice.factor(pair);
        for (int r = 0; r < ROWS; r++) {
            for (int c = 0; c < COLUMNS; c++) {
                float total = warp_sum(sum[r][c]);
                if (threadIdx.x % 32 == 0 && row + r < rows && c < columns) {
                    store(y + (int64_t)pair * stride, stride, row + r, c, total * factor, bias ? bias + (int64_t)expert * rows : nullptr,
                            residual ? residual + (int64_t)pair * stride : nullptr);
                }
            }
        }
    }
}

// Plain numbers: a run of 8 weights as floats
template <int TYPE>
DEVICE void run_of_8(const uint8_t* at, float w[8]) {
    if (TYPE == F32) {
        const uint4 a = load_once(at);
        const uint4 b = load_once(at + 16);
        const uint32_t words[8] = {a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w};
        for (int i = 0; i < 8; i++) {
            w[i] = as_float(words[i]);
        }
    } else {
        const uint4 a = load_once(at);
        const uint32_t words[4] = {a.x, a.y, a.z, a.w};
        for (int i = 0; i < 4; i++) {
            w[2 * i] = TYPE == F16 ? half_to_float((uint16_t)words[i]) : as_float(words[i] << 16);
            w[2 * i + 1] = TYPE == F16 ? half_to_float((uint16_t)(words[i] >> 16)) : as_float(words[i] & 0xFFFF0000u);
        }
    }
}

template <int TYPE, int COLUMNS, int ROWS>
DEVICE void plain_rows(const uint8_t* weights, int64_t first, int64_t stack, const float* x, int in, int rows, int columns, const float* bias,
        const float* residual, float* y, int stride, Choice choice, int pairs) {
    constexpr int SIZE = TYPE == F32 ? 4 : 2;
    int row = (blockIdx.x * WARPS + threadIdx.x / 32) * ROWS;
    if (row >= rows) {
        return;
    }
    int lane = threadIdx.x % 32;
    for (int pair = blockIdx.y; pair < pairs; pair += gridDim.y) {
        int expert = choice.expert(pair);
        const float* input = x + (int64_t)choice.input(pair) * in;
        const uint8_t* w0 = weights + SIZE * (first + expert * stack + (int64_t)row * in);
        float sum[ROWS][COLUMNS] = {};
        int whole = in % 8 == 0 ? in : 0;
        for (int k = 8 * lane; k < whole; k += 256) {
            float w[ROWS][8];
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                run_of_8<TYPE>(w0 + (int64_t)SIZE * ((int64_t)(row + r < rows ? r : 0) * in + k), w[r]);
            }
#pragma unroll
            for (int c = 0; c < COLUMNS; c++) {
                const float4* at = (const float4*)(input + (int64_t)(c < columns ? c : 0) * in + k);
                const float4 a = at[0];
                const float4 b = at[1];
                const float v[8] = {a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w};
#pragma unroll
                for (int r = 0; r < ROWS; r++) {
#pragma unroll
                    for (int i = 0; i < 8; i++) {
                        sum[r][c] = fmaf(w[r][i], v[i], sum[r][c]);
                    }
                }
            }
        }
        for (int k = whole + lane; k < in; k += 32) {
            for (int r = 0; r < ROWS; r++) {
                const uint8_t* at = w0 + (int64_t)SIZE * ((int64_t)(row + r < rows ? r : 0) * in + k);
                float w = TYPE == F32 ? *(const float*)at : TYPE == F16 ? half_to_float(load16(at)) : bfloat_to_float(load16(at));
                for (int c = 0; c < COLUMNS; c++) {
                    sum[r][c] = fmaf(w, input[(int64_t)(c < columns ? c : 0) * in + k], sum[r][c]);
                }
            }
        }
        float factor = choice.factor(pair);
        for (int r = 0; r < ROWS; r++) {
            for (int c = 0; c < COLUMNS; c++) {
                float total = warp_sum(sum[r][c]);
                if (lane == 0 && row + r < rows && c < columns) {
                    store(y + (int64_t)pair * stride, stride, row + r, c, total * factor, bias ? bias + (int64_t)expert * rows : nullptr,
                            residual ? residual + (int64_t)pair * stride : nullptr);
                }
            }
        }
    }
}

#define ROUNDED(NAME, TYPE, COLUMNS, ROWS) \
    KERNEL(32 * WARPS) rows_##NAME##_##COLUMNS##x##ROWS(const uint8_t* weights, int64_t blocks, int64_t first, int64_t stack, \
            const int8_t* x, int64_t piece, int in, int rows, int columns, const float* bias, const float* residual, float* y, \
            int stride, const float* route, int used, int shared, int scaled, int heads, int pairs) { \
        rounded_rows<TYPE, COLUMNS, ROWS>(weights, blocks, first, stack, x, piece, in, rows, columns, bias, residual, y, stride, \
                {route, used, shared, scaled, heads}, pairs); \
    } \
    EXPORT(rows_##NAME##_##COLUMNS##x##ROWS)

#define PLAIN(NAME, TYPE, COLUMNS, ROWS) \
    KERNEL(32 * WARPS) rows_##NAME##_##COLUMNS##x##ROWS(const uint8_t* weights, int64_t blocks, int64_t first, int64_t stack, \
            const float* x, int64_t, int in, int rows, int columns, const float* bias, const float* residual, float* y, \
            int stride, const float* route, int used, int shared, int scaled, int heads, int pairs) { \
        plain_rows<TYPE, COLUMNS, ROWS>(weights, first, stack, x, in, rows, columns, bias, residual, y, stride, \
                {route, used, shared, scaled, heads}, pairs); \
    } \
    EXPORT(rows_##NAME##_##COLUMNS##x##ROWS)

#define WIDTHS(KIND, NAME, TYPE) \
    KIND(NAME, TYPE, 1, 1) \
    KIND(NAME, TYPE, 1, 2) \
    KIND(NAME, TYPE, 2, 1) \
    KIND(NAME, TYPE, 4, 1) \
    KIND(NAME, TYPE, 8, 1)

WIDTHS(PLAIN, f32, F32)
WIDTHS(PLAIN, f16, F16)
WIDTHS(PLAIN, bf16, BF16)
WIDTHS(ROUNDED, q8_0, Q8_0)
WIDTHS(ROUNDED, q4_0, Q4_0)
WIDTHS(ROUNDED, q4_k, Q4_K)
WIDTHS(ROUNDED, q5_k, Q5_K)
WIDTHS(ROUNDED, q6_k, Q6_K)
WIDTHS(ROUNDED, mxfp4, MXFP4)
