// What puts the runs of positions of a token's head together.
#pragma once
#include "attention-sight.cuh"

// A block: a head of a token. Of the query only what decides the sight is read; `weights` has room for 32 runs.
template <class QUERY>
DEVICE void join(const int* step, const float* partial, float* y, int heads, int value_size, const QUERY& a, bool cached, const float* sinks,
        int splits, float* weights) {
    Step s = {step};
    int token = blockIdx.x / heads;
    int first, end;
    visible(s, a, cached, token, &first, &end);
    int run = run_length(end - first, splits);
    int runs = (end - first + run - 1) / run;
    const float* in = partial + (int64_t)blockIdx.x * splits * (value_size + 2);
    float sink = sinks ? sinks[blockIdx.x % heads] : -INFINITY;
    // a lane a run; there are at most 32
    if (threadIdx.x < 32) {
        bool there = (int)threadIdx.x < runs;
        float own = there ? in[(int64_t)threadIdx.x * (value_size + 2)] : -INFINITY;
        float size = there ? in[(int64_t)threadIdx.x * (value_size + 2) + 1] : 0;
        float peak = fmaxf(sink, warp_max(own));
        float weight = there ? expf(own - peak) : 0;
        float total = warp_sum(weight * size) + (sinks ? expf(sink - peak) : 0);
        weights[threadIdx.x] = weight / total;
    }
    block_barrier();
    for (int e = threadIdx.x; e < value_size; e += 128) {
        float sum = 0;
#pragma unroll 8
        for (int r = 0; r < runs; r++) {
            sum = fmaf(weights[r], in[(int64_t)r * (value_size + 2) + 2 + e], sum);
        }
        y[(int64_t)blockIdx.x * value_size + e] = sum;
    }
}
