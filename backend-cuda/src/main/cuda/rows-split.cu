// Products along rows of K-quants as rows.cu does them, cut another way: the four warps of a block share their rows, each taking every fourth
// run of 32 chunks. A part of the input that a lane loads serves ROWS rows, and the next run is on its way while one is added up. What a
// column gives does not depend on how many there are, nor on ROWS; it differs from that of rows.cu in the order of sums.
#include "products.cuh"

template <int TYPE, int ROWS>
DEVICE void load_run(typename Format<TYPE>::Raw raw[ROWS], const Matrix& m, int64_t block, int64_t row_blocks, int rows, int chunk) {
    typedef Format<TYPE> F;
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        raw[r] = F::load(m, block + (r < rows ? r : 0) * row_blocks + chunk / F::CHUNKS, chunk % F::CHUNKS);
    }
}

template <int TYPE, int COLUMNS, int ROWS>
DEVICE void split_sums(const Matrix& m, int64_t block, int64_t row_blocks, int rows, const Rounded& x, int in, int columns,
        float sum[ROWS][COLUMNS]) {
    int chunks = in / 32;
    int chunk = threadIdx.x;
    if (chunk >= chunks) {
        return;
    }
    typename Format<TYPE>::Raw raw[ROWS];
    load_run<TYPE, ROWS>(raw, m, block, row_blocks, rows, chunk);
    while (true) {
        int next = chunk + 32 * WARPS;
        typename Format<TYPE>::Raw ahead[ROWS];
        if (next < chunks) {
            load_run<TYPE, ROWS>(ahead, m, block, row_blocks, rows, next);
        }
        add_chunk<TYPE, COLUMNS, ROWS>(raw, chunk, x, in, columns, sum);
        if (next >= chunks) {
            return;
        }
        chunk = next;
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            raw[r] = ahead[r];
        }
    }
}

template <int TYPE, int COLUMNS, int ROWS>
DEVICE void split_rows(const uint8_t* weights, int64_t blocks, int64_t first, int64_t stack, const int8_t* x, int64_t piece, int in, int rows,
        int columns, const float* bias, const float* residual, float* y, int stride, Choice choice, int pairs, float* shares) {
    int row = blockIdx.x * ROWS;
    int64_t row_blocks = in / (32 * Format<TYPE>::CHUNKS);
    Matrix m = {weights, blocks, 0};
    int warp = threadIdx.x / 32;
    int lane = threadIdx.x % 32;
    for (int pair = blockIdx.y; pair < pairs; pair += gridDim.y) {
        int expert = choice.expert(pair);
        int64_t input = (int64_t)choice.input(pair) * in;
        const float* scales = (const float*)(x + 2 * piece);
        Rounded rounded = {x + input, x + piece + input, scales + input / 32, scales + piece / 32 + input / 16};
        float sum[ROWS][COLUMNS] = {};
        split_sums<TYPE, COLUMNS, ROWS>(m, first + expert * stack + row * row_blocks, row_blocks, rows - row, rounded, in, columns, sum);
        block_barrier(); // the shares of the pair before are read
        for (int r = 0; r < ROWS; r++) {
            for (int c = 0; c < COLUMNS; c++) {
                float share = warp_sum(sum[r][c]);
                if (lane == 0) {
                    shares[(warp * ROWS + r) * COLUMNS + c] = share;
                }
            }
        }
        block_barrier();
        int r = threadIdx.x / COLUMNS;
        int c = threadIdx.x % COLUMNS;
        if (r < ROWS && row + r < rows && c < columns) {
            float total = 0;
            for (int w = 0; w < WARPS; w++) {
                total += shares[(w * ROWS + r) * COLUMNS + c];
            }
            store(y + (int64_t)pair * stride, stride, row + r, c, total * choice.factor(pair), bias ? bias + (int64_t)expert * rows : nullptr,
                    residual ? residual + (int64_t)pair * stride : nullptr);
        }
    }
}

#define SPLIT(NAME, TYPE, COLUMNS, ROWS) \
    KERNEL_RESIDENT(32 * WARPS, 3) split_##NAME##_##COLUMNS##x##ROWS(const uint8_t* weights, int64_t blocks, int64_t first, int64_t stack, \
            const int8_t* x, int64_t piece, int in, int rows, int columns, const float* bias, const float* residual, float* y, \
            int stride, const float* route, int used, int shared, int scaled, int heads, int pairs) { \
        SHARED float shares[WARPS * ROWS * COLUMNS]; \
        split_rows<TYPE, COLUMNS, ROWS>(weights, blocks, first, stack, x, piece, in, rows, columns, bias, residual, y, stride, \
                {route, used, shared, scaled, heads}, pairs, shares); \
    } \
    EXPORT(split_##NAME##_##COLUMNS##x##ROWS)

#define WIDTHS(NAME, TYPE) \
    SPLIT(NAME, TYPE, 1, 4) \
    SPLIT(NAME, TYPE, 2, 4) \
    SPLIT(NAME, TYPE, 4, 2) \
    SPLIT(NAME, TYPE, 8, 1)

WIDTHS(q4_k, Q4_K)
WIDTHS(q6_k, Q6_K)
