// Rotary position embedding. Cosines and sines of a step's tokens are computed once for all layers that rotate alike: [tokens, pairs, 2].
#include "step.cuh"

// turns: by pair, the full turns of a position
KERNEL(128) rope_table(const int* step, const double* turns, int pairs, float magnitude, float* table, int64_t n) {
    Step s = {step};
    int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        double angle = s.position((int)(i / pairs)) * turns[i % pairs];
        float rest = (float)(angle - rint(angle));
        table[2 * i] = magnitude * cospif(2 * rest);
        table[2 * i + 1] = magnitude * sinpif(2 * rest);
    }
}
EXPORT(rope_table)

// Thread: an element of a row. Rows are `heads` heads of `size`.
KERNEL(256) rope(const int* step, int kind, const float* x, const float* table, float* y, int size, int heads, int start, int pairs, int adjacent,
        int64_t n) {
    Step s = {step};
    int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) {
        return;
    }
    int at = (int)(i % size) - start;
    if (at < 0 || at >= 2 * pairs) {
        y[i] = x[i];
        return;
    }
    int pair = adjacent ? at / 2 : at % pairs;
    bool second = adjacent ? at % 2 : at >= pairs;
    int distance = adjacent ? 1 : pairs;
    const float* angles = table + 2 * ((int64_t)s.token(kind, (int)(i / ((int64_t)size * heads))) * pairs + pair);
    float own = x[i];
    float other = second ? x[i - distance] : x[i + distance];
    y[i] = second ? other * angles[1] + own * angles[0] : own * angles[0] - other * angles[1];
}
EXPORT(rope)
