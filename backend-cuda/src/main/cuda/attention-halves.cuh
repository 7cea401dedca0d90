// Attention for keys and values of 16-bit floats, whose heads are multiples of 8 elements and values at most 128: 16 bytes a load, and
// several loads on their way.
#pragma once
#include "attention-sight.cuh"

template <int HEADS, class QUERY>
DEVICE void attend_halves(const int* step, const Store& store, const QUERY& a, unsigned char* memory) {
    Step s = {step};
    float* q = (float*)memory;                        // [HEADS, key_size]
    float* weights = q + HEADS * a.key_size;          // [TILE, HEADS]
    float* most = weights + TILE * HEADS;             // [HEADS]
    float* total = most + HEADS;
    float* shrink = total + HEADS;
    int* rows = (int*)(shrink + HEADS);               // [TILE]
    float* shares = (float*)(rows + TILE);            // [4 warps, HEADS, 128]
    int token = blockIdx.x;
    int group = a.heads / a.kv_heads;
    int parts = (group + HEADS - 1) / HEADS;
    int kv_head = blockIdx.y / parts;
    int head0 = kv_head * group + blockIdx.y % parts * HEADS;
    int heads = group - blockIdx.y % parts * HEADS < HEADS ? group - blockIdx.y % parts * HEADS : HEADS;
    int first, end;
    visible(s, a, true, token, &first, &end);
    int run = run_length(end - first, a.splits);
    int from = first + blockIdx.z * run;
    int to = from + run < end ? from + run : end;
    if (from >= to) {
        return;
    }
    for (int i = threadIdx.x; i < HEADS * a.key_size; i += THREADS) {
        q[i] = i < heads * a.key_size ? a.q[((int64_t)token * a.heads + head0) * a.key_size + i] * a.scale : 0;
    }
    if (threadIdx.x < HEADS) {
        most[threadIdx.x] = -INFINITY;
        total[threadIdx.x] = 0;
        shrink[threadIdx.x] = 0;
    }
    const int* table = s.table(s.sequence_of(token));
    int position = s.position(token);
    int lane = threadIdx.x % 32;
    int eighth = threadIdx.x % 8;
    int part = threadIdx.x % 16 * 8; // the thread's elements of a value
    float sum[HEADS][8] = {};
    for (int at = from; at < to; at += TILE) {
        block_barrier();
        if (threadIdx.x < TILE) {
            int index = at + (int)threadIdx.x < to ? at + threadIdx.x : to - 1;
            rows[threadIdx.x] = (table[index / store.block_tokens] * a.kv_heads + kv_head) * store.block_tokens + index % store.block_tokens;
        }
        block_barrier();
        float score[4][HEADS] = {};
        for (int e = 8 * eighth; e < a.key_size; e += 64) {
            uint4 keys[4];
#pragma unroll
            for (int i = 0; i < 4; i++) {
                keys[i] = *(const uint4*)(store.keys + rows[threadIdx.x / 8 + 16 * i] * store.key_row + 2 * e);
            }
#pragma unroll
            for (int i = 0; i < 4; i++) {
                const uint32_t w[4] = {keys[i].x, keys[i].y, keys[i].z, keys[i].w};
                float k[8];
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    k[2 * j] = half_to_float((uint16_t)w[j]);
                    k[2 * j + 1] = half_to_float((uint16_t)(w[j] >> 16));
                }
#pragma unroll
                for (int h = 0; h < HEADS; h++) {
                    const float4 q0 = *(const float4*)(q + h * a.key_size + e);
                    const float4 q1 = *(const float4*)(q + h * a.key_size + e + 4);
                    const float v[8] = {q0.x, q0.y, q0.z, q0.w, q1.x, q1.y, q1.z, q1.w};
#pragma unroll
                    for (int j = 0; j < 8; j++) {
                        score[i][h] = fmaf(v[j], k[j], score[i][h]);
                    }
                }
            }
        }
#pragma unroll
        for (int i = 0; i < 4; i++) {
            int place = threadIdx.x / 8 + 16 * i;
            int distance = at + place - position;
            distance = distance < 0 ? -distance : distance;
#pragma unroll
            for (int h = 0; h < HEADS; h++) {
                float value = score[i][h];
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
                    add_learned(a, head0 + h, at + place - position, &value);
                }
                if (eighth == 0) {
                    weights[place * HEADS + h] = at + place < to ? value : -INFINITY;
                }
            }
        }
        block_barrier();
        for (int h = threadIdx.x / 32; h < heads; h += THREADS / 32) {
            float s0 = weights[lane * HEADS + h];
            float s1 = weights[(lane + 32) * HEADS + h];
            float peak = fmaxf(most[h], warp_max(fmaxf(s0, s1)));
            float w0 = expf(s0 - peak);
            float w1 = expf(s1 - peak);
            weights[lane * HEADS + h] = w0;
            weights[(lane + 32) * HEADS + h] = w1;
            float share = warp_sum(w0 + w1);
            if (lane == 0) {
                shrink[h] = expf(most[h] - peak);
                total[h] = total[h] * shrink[h] + share;
                most[h] = peak;
            }
        }
        block_barrier();
#pragma unroll
        for (int h = 0; h < HEADS; h++) {
#pragma unroll
            for (int j = 0; j < 8; j++) {
                sum[h][j] *= shrink[h];
            }
        }
        if (part < a.value_size) {
#pragma unroll 4
            for (int i = threadIdx.x / 16; i < TILE; i += THREADS / 16) {
                const uint4 value = *(const uint4*)(store.values + rows[i] * store.value_row + 2 * part);
                const uint32_t w[4] = {value.x, value.y, value.z, value.w};
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    float low = half_to_float((uint16_t)w[j]);
                    float high = half_to_float((uint16_t)(w[j] >> 16));
#pragma unroll
                    for (int h = 0; h < HEADS; h++) {
                        float weight = h < heads ? weights[i * HEADS + h] : 0;
                        sum[h][2 * j] = fmaf(weight, low, sum[h][2 * j]);
                        sum[h][2 * j + 1] = fmaf(weight, high, sum[h][2 * j + 1]);
                    }
                }
            }
        }
    }
    // sixteen threads have all elements of every eighth position: these eight shares come together
#pragma unroll
    for (int h = 0; h < HEADS; h++) {
#pragma unroll
        for (int j = 0; j < 8; j++) {
            float share = sum[h][j] + shuffle_xor(sum[h][j], 16);
            if (lane < 16) {
                shares[(threadIdx.x / 32 * HEADS + h) * 128 + part + j] = share;
            }
        }
    }
    block_barrier();
    int e = threadIdx.x;
    if (e >= a.value_size) {
        return;
    }
    for (int h = 0; h < heads; h++) {
        float value = 0;
        for (int w = 0; w < 4; w++) {
            value += shares[(w * HEADS + h) * 128 + e];
        }
        int64_t result = (int64_t)token * a.heads + head0 + h;
        if (a.splits > 1) {
            float* out = a.partial + (result * a.splits + blockIdx.z) * (a.value_size + 2);
            out[2 + e] = value;
            if (e == 0) {
                out[0] = most[h];
                out[1] = total[h];
            }
        } else {
            float sink = a.sinks ? a.sinks[head0 + h] : -INFINITY;
            float peak = fmaxf(most[h], sink);
            float factor = expf(most[h] - peak) / (total[h] * expf(most[h] - peak) + (a.sinks ? expf(sink - peak) : 0));
            a.y[result * a.value_size + e] = value * factor;
        }
    }
}
