// Attention for elements and heads of every kind: a block does one token, the query heads of one key head (up to HEADS of them) and one run
// of positions.
#pragma once
#include "attention-sight.cuh"

DEVICE float element(int type, const uint8_t* row, int i) {
    switch (type) {
        case F32: return ((const float*)row)[i];
        case F16: return half_to_float(load16(row + 2 * i));
        case BF16: return bfloat_to_float(load16(row + 2 * i));
        case Q8_0: return raw_value(Q8_0, row + i / 32 * 34, i % 32, nullptr);
        default: return raw_value(Q4_0, row + i / 32 * 18, i % 32, nullptr);
    }
}

template <int HEADS, class QUERY>
DEVICE void attend(const int* step, const Store& store, const QUERY& a, unsigned char* memory) {
    Step s = {step};
    float* q = (float*)memory;                       // [HEADS, key_size]
    float* weights = q + HEADS * a.key_size;         // [TILE, HEADS]
    float* most = weights + TILE * HEADS;            // [HEADS]
    float* total = most + HEADS;
    float* shrink = total + HEADS;
    int token = blockIdx.x;
    int group = a.heads / a.kv_heads;
    int parts = (group + HEADS - 1) / HEADS;
    int kv_head = blockIdx.y / parts;
    int head0 = kv_head * group + blockIdx.y % parts * HEADS;
    int heads = group - blockIdx.y % parts * HEADS < HEADS ? group - blockIdx.y % parts * HEADS : HEADS;
    bool cached = store.block_tokens > 0;
    int first, end;
    visible(s, a, cached, token, &first, &end);
    int run = run_length(end - first, a.splits);
    int from = first + blockIdx.z * run;
    int to = from + run < end ? from + run : end;
    if (from >= to) {
        return;
    }
    for (int i = threadIdx.x; i < heads * a.key_size; i += THREADS) {
        q[i] = a.q[((int64_t)token * a.heads + head0) * a.key_size + i] * a.scale;
    }
    if (threadIdx.x < HEADS) {
        most[threadIdx.x] = -INFINITY;
        total[threadIdx.x] = 0;
    }
    int sequence = s.sequence_of(token);
    const int* table = s.table(sequence);
    int begin = s.first_token(sequence);
    int position = s.position(token);
    float sum[4][HEADS] = {};
    int lane = threadIdx.x % 32;
    int eighth = threadIdx.x % 8;
    for (int at = from; at < to; at += TILE) {
        block_barrier();
        // scores: eight lanes a position
        for (int i = threadIdx.x / 8; i < TILE; i += THREADS / 8) {
            int index = at + i < to ? at + i : to - 1;
            int64_t row = cached ? ((int64_t)table[index / store.block_tokens] * a.kv_heads + kv_head) * store.block_tokens
                            + index % store.block_tokens
                    : (int64_t)(begin + index) * a.kv_heads + kv_head;
            const uint8_t* key = store.keys + row * store.key_row;
            float score[HEADS] = {};
            for (int e = eighth; e < a.key_size; e += 8) {
                float k = element(store.key_type, key, e);
#pragma unroll
                for (int h = 0; h < HEADS; h++) {
                    score[h] = fmaf(h < heads ? q[h * a.key_size + e] : 0, k, score[h]);
                }
            }
            int distance = (cached ? index : s.position(begin + index)) - position;
            distance = distance < 0 ? -distance : distance;
#pragma unroll
            for (int h = 0; h < HEADS; h++) {
                float value = score[h];
                value += shuffle_xor(value, 4);
                value += shuffle_xor(value, 2);
                value += shuffle_xor(value, 1);
                if (a.soft_cap != 0) {
                    value = a.soft_cap * tanhf(value / a.soft_cap);
                }
                if (a.slopes && h < heads) {
                    value -= a.slopes[head0 + h] * distance;
                }
                if (h < heads) {
                    add_learned(a, head0 + h, (cached ? index : s.position(begin + index)) - position, &value);
                }
                if (eighth == 0) {
                    weights[i * HEADS + h] = at + i < to ? value : -INFINITY;
                }
            }
        }
        block_barrier();
        // softmax: a warp a head
        for (int h = threadIdx.x / 32; h < heads; h += THREADS / 32) {
            float s0 = weights[lane * HEADS + h];
            float s1 = weights[(lane + 32) * HEADS + h];
            float peak = fmaxf(most[h], warp_max(fmaxf(s0, s1)));
            float w0 = expf(s0 - peak);
            float w1 = expf(s1 - peak);
            weights[lane * HEADS + h] = w0;
            weights[(lane + 32) * HEADS + h] = w1;
            float part = warp_sum(w0 + w1);
            if (lane == 0) {
                shrink[h] = expf(most[h] - peak);
                total[h] = total[h] * shrink[h] + part;
                most[h] = peak;
            }
        }
        block_barrier();
        // values: threads are their elements
        int count = to - at < TILE ? to - at : TILE;
#pragma unroll
        for (int j = 0; j < 4; j++) {
            int e = threadIdx.x + THREADS * j;
            if (e < a.value_size) {
#pragma unroll
                for (int h = 0; h < HEADS; h++) {
                    sum[j][h] *= h < heads ? shrink[h] : 0;
                }
                for (int i = 0; i < count; i++) {
                    int index = at + i;
                    int64_t row = cached ? ((int64_t)table[index / store.block_tokens] * a.kv_heads + kv_head) * store.block_tokens
                                    + index % store.block_tokens
                            : (int64_t)(begin + index) * a.kv_heads + kv_head;
                    float v = element(store.value_type, store.values + row * store.value_row, e);
#pragma unroll
                    for (int h = 0; h < HEADS; h++) {
                        sum[j][h] = fmaf(h < heads ? weights[i * HEADS + h] : 0, v, sum[j][h]);
                    }
                }
            }
        }
    }
    block_barrier();
    for (int h = 0; h < heads; h++) {
        int64_t result = (int64_t)token * a.heads + head0 + h;
        if (a.splits > 1) {
            float* out = a.partial + (result * a.splits + blockIdx.z) * (a.value_size + 2);
            for (int j = 0; j < 4; j++) {
                int e = threadIdx.x + THREADS * j;
                if (e < a.value_size) {
                    out[2 + e] = sum[j][h];
                }
            }
            if (threadIdx.x == 0) {
                out[0] = most[h];
                out[1] = total[h];
            }
        } else {
            float sink = a.sinks ? a.sinks[head0 + h] : -INFINITY;
            float peak = fmaxf(most[h], sink);
            float factor = expf(most[h] - peak) / (total[h] * expf(most[h] - peak) + (a.sinks ? expf(sink - peak) : 0));
            for (int j = 0; j < 4; j++) {
                int e = threadIdx.x + THREADS * j;
                if (e < a.value_size) {
                    a.y[result * a.value_size + e] = sum[j][h] * factor;
                }
            }
        }
    }
}
