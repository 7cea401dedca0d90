// Mixtures of experts: choice, order by expert, and the sum of what they give.
#include "device.cuh"

#define SMALLEST_SUM 6.103515625e-5f // the smallest normal number of half precision

enum Gating { SOFTMAX, GATE_SIGMOID, SOFTMAX_CHOSEN };

// The index of the largest number, the smallest index of equal ones; by a warp
DEVICE int best_of(const float* numbers, int from, int to, int lane) {
    float most = -INFINITY;
    int best = to;
    for (int i = from + lane; i < to; i += 32) {
        if (numbers[i] > most || best == to) {
            most = numbers[i];
            best = i;
        }
    }
    for (int mask = 16; mask > 0; mask >>= 1) {
        float other = shuffle_xor(most, mask);
        int index = (int)as_bits(shuffle_xor(as_float((uint32_t)best), mask));
        if (index < to && (best == to || other > most || (other == most && index < best))) {
            most = other;
            best = index;
        }
    }
    return best;
}

DEVICE void drop_groups(float* scores, float* sums, int experts, int groups, int groups_used, int lane) {
    int size = experts / groups;
    for (int g = 0; g < groups; g++) {
        int first = best_of(scores, g * size, (g + 1) * size, lane);
        float best = scores[first];
        warp_barrier();
        if (lane == 0) {
            scores[first] = -INFINITY;
        }
        warp_barrier();
        float second = size == 1 ? 0 : scores[best_of(scores, g * size, (g + 1) * size, lane)];
        warp_barrier();
        if (lane == 0) {
            scores[first] = best;
            sums[g] = best + second;
        }
        warp_barrier();
    }
    for (int i = 0; i < groups_used; i++) {
        int best = best_of(sums, 0, groups, lane);
        warp_barrier();
        if (lane == 0) {
            sums[best] = -INFINITY;
        }
        warp_barrier();
    }
    for (int e = lane; e < experts; e += 32) {
        if (sums[e / size] != -INFINITY) {
            scores[e] = -INFINITY;
        }
    }
    warp_barrier();
}

// A warp: a row. Shared memory: gates and scores of all experts, sums of all groups.
KERNEL(32) moe_route(const float* logits, const float* bias, const float* factors, float* y, int experts, int used, int gating, int normalize,
        float scale, int groups, int groups_used) {
    DYNAMIC_SHARED(memory);
    float* gates = (float*)memory;
    float* scores = gates + experts;
    float* sums = scores + experts;
    int lane = threadIdx.x;
    const float* row = logits + (int64_t)blockIdx.x * experts;
    float* out = y + (int64_t)blockIdx.x * 2 * used;
    float most = -INFINITY;
    for (int e = lane; e < experts; e += 32) {
        most = fmaxf(most, row[e]);
    }
    most = warp_max(most);
    float sum = 0;
    for (int e = lane; e < experts; e += 32) {
        float z = row[e];
        gates[e] = gating == SOFTMAX ? expf(z - most) : gating == GATE_SIGMOID ? 1 / (1 + expf(-z)) : z;
        sum += gates[e];
    }
    sum = warp_sum(sum);
    for (int e = lane; e < experts; e += 32) {
        gates[e] = gating == SOFTMAX ? gates[e] / sum : gates[e];
        scores[e] = gates[e] + (bias ? bias[e] : 0);
    }
    warp_barrier();
    if (groups > 1) {
        drop_groups(scores, sums, experts, groups, groups_used, lane);
    }
    float total = 0;
    for (int i = 0; i < used; i++) {
        int best = best_of(scores, 0, experts, lane);
        warp_barrier();
        if (lane == 0) {
            scores[best] = -INFINITY;
            out[i] = (float)best;
            out[used + i] = gates[best];
        }
        total += gates[best];
        warp_barrier();
    }
    if (lane != 0) {
        return;
    }
    float first = out[used];
    float chosen = 0;
    for (int i = 0; i < used; i++) {
        chosen += expf(out[used + i] - first);
    }
    for (int i = 0; i < used; i++) {
        float weight = gating == SOFTMAX_CHOSEN ? expf(out[used + i] - first) / chosen : out[used + i];
        weight = normalize ? weight / fmaxf(total, SMALLEST_SUM) : weight;
        out[used + i] = weight * scale * (factors ? factors[(int)out[i]] : 1);
    }
}
EXPORT(moe_route)

// Sorts pairs (token, place) by expert, and cuts each expert's into tiles: tiles [3, most] = expert, first and end in `order`; the rest has
// expert -1. One block; shared memory: two numbers an expert.
KERNEL(256) moe_order(const float* route, int pairs, int used, int experts, int tile, int* order, int* tiles, int most) {
    DYNAMIC_SHARED(memory);
    int* counts = (int*)memory;
    int* starts = counts + experts;
    for (int e = threadIdx.x; e < experts; e += blockDim.x) {
        counts[e] = 0;
    }
    block_barrier();
    for (int p = threadIdx.x; p < pairs; p += blockDim.x) {
        atomicAdd(counts + (int)route[(int64_t)(p / used) * 2 * used + p % used], 1);
    }
    block_barrier();
    if (threadIdx.x == 0) {
        int start = 0;
        int next = 0;
        for (int e = 0; e < experts; e++) {
            starts[e] = start;
            for (int from = start; from < start + counts[e]; from += tile) {
                tiles[3 * next] = e;
                tiles[3 * next + 1] = from;
                tiles[3 * next + 2] = from + tile < start + counts[e] ? from + tile : start + counts[e];
                next++;
            }
            start += counts[e];
        }
        for (; next < most; next++) {
            tiles[3 * next] = -1;
        }
    }
    block_barrier();
    for (int p = threadIdx.x; p < pairs; p += blockDim.x) {
        order[atomicAdd(starts + (int)route[(int64_t)(p / used) * 2 * used + p % used], 1)] = p;
    }
}
EXPORT(moe_order)

// y[t] = sum over places of weight * x[t, place]
KERNEL(256) moe_sum(const float* x, const float* route, int weighted, float* y, int width, int used, int64_t n) {
    int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) {
        int64_t token = i / width;
        float sum = 0;
        for (int p = 0; p < used; p++) {
            float weight = weighted ? route[token * 2 * used + used + p] : 1;
            sum = fmaf(weight, x[(token * used + p) * width + i % width], sum);
        }
        y[i] = sum;
    }
}
EXPORT(moe_sum)
