// What models that see images need besides: rows that tokens come with, runs of rows, and angles by several positions.
#include "step.cuh"

#define EACH(i, n) \
    for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += (int64_t)gridDim.x * blockDim.x)

// Elements from `start` on of the rows that tokens came with; zeros for those that came by their id. rows [any, row_width]; none are there
// if row_width is 0.
KERNEL(256) given_rows(const int* step, const float* rows, int row_width, int start, float* y, int64_t n, int width) {
    Step s = {step};
    EACH(i, n) {
        int id = s.id((int)(i / width));
        y[i] = id < 0 && row_width > 0 ? rows[(int64_t)(-1 - id) * row_width + start + i % width] : 0;
    }
}
EXPORT(given_rows)

// As given_rows from 0 on, but what came by its id stays.
KERNEL(256) given_embeddings(const int* step, const float* rows, int row_width, float* y, int64_t n, int width) {
    Step s = {step};
    EACH(i, n) {
        int id = s.id((int)(i / width));
        if (id < 0) {
            y[i] = rows[(int64_t)(-1 - id) * row_width + i % width];
        }
    }
}
EXPORT(given_embeddings)

// From each row asked for on, `size` elements: rows of `width`, side by side
KERNEL(256) select_runs(const int* step, const float* x, float* y, int64_t n, int size, int width) {
    Step s = {step};
    EACH(i, n) { y[i] = x[(int64_t)s.output_row((int)(i / size)) * width + i % size]; }
}
EXPORT(select_runs)

// As rope_table, where each pair has its axis.
KERNEL(128) rope_table_axes(const int* step, const double* turns, const int* axes, int pairs, float magnitude, float* table, int64_t n) {
    Step s = {step};
    EACH(i, n) {
        int pair = (int)(i % pairs);
        double angle = s.axis((int)(i / pairs), axes[pair]) * turns[pair];
        float rest = (float)(angle - rint(angle));
        table[2 * i] = magnitude * cospif(2 * rest);
        table[2 * i + 1] = magnitude * sinpif(2 * rest);
    }
}
EXPORT(rope_table_axes)
