// Attention over pages of keys and values, in 32-bit floats, for elements and heads of every kind: a block does one token, the query heads
// of one key head (up to HEADS of them) and one run of positions.
#include "raw.cuh"
#include "step.cuh"

#define TILE 64     // positions at a time
#define THREADS 128

struct Store {
    const uint8_t* keys;
    const uint8_t* values;
    int key_type, value_type;
    int64_t key_row, value_row; // bytes from a position to the next
    int block_tokens;           // 0 without a cache: keys and values are the step's, rows of all heads
};

struct Query {
    const float* q;
    float* y;
    float* partial; // [tokens, heads, splits, value_size + 2]
    int heads, kv_heads, key_size, value_size;
    float scale;
    int causal, window, chunked;
    float soft_cap;
    const float* slopes;
    const float* sinks;
    int splits; // runs of positions a token may have; 1: no partial results
};

// Which indices a token sees: positions with a cache, tokens of the step without one.
DEVICE void visible(const Step& s, const Query& a, bool cached, int token, int* first, int* end) {
    int sequence = s.sequence_of(token);
    int begin = s.first_token(sequence);
    int count = s.token_count(sequence);
    int position = s.position(token);
    int reach = a.causal ? a.window - 1 : a.window / 2;
    int lowest = a.window == 0 ? 0 : a.chunked ? position - position % a.window : position - reach > 0 ? position - reach : 0;
    int highest = s.position(begin + count - 1);
    if (a.causal) {
        highest = position;
    } else if (a.window > 0 && position + a.window / 2 < highest) {
        highest = position + a.window / 2;
    }
    if (cached) {
        *first = lowest;
        *end = highest + 1;
        return;
    }
    *first = 0;
    while (s.position(begin + *first) < lowest) {
        (*first)++;
    }
    *end = count;
    while (s.position(begin + *end - 1) > highest) {
        (*end)--;
    }
}

// The run of positions of a split: at least TILE, so many that `splits` runs reach. Depends on the token alone.
DEVICE int run_length(int visible, int splits) {
    int tiles = (visible + TILE - 1) / TILE;
    return (tiles + splits - 1) / splits * TILE;
}

DEVICE float element(int type, const uint8_t* row, int i) {
    switch (type) {
        case F32: return ((const float*)row)[i];
        case F16: return half_to_float(load16(row + 2 * i));
        case BF16: return bfloat_to_float(load16(row + 2 * i));
        case Q8_0: return raw_value(Q8_0, row + i / 32 * 34, i % 32, nullptr);
        default: return raw_value(Q4_0, row + i / 32 * 18, i % 32, nullptr);
    }
}

template <int HEADS>
DEVICE void attend(const int* step, const Store& store, const Query& a, unsigned char* memory) {
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

// The same for keys and values of 16-bit floats, whose heads are multiples of 8 elements and values at most 128: 16 bytes a load, and
// several loads on their way.
template <int HEADS>
DEVICE void attend_halves(const int* step, const Store& store, const Query& a, unsigned char* memory) {
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

#define ATTENTION(NAME, BODY, HEADS) \
    KERNEL(THREADS) NAME##_##HEADS(const int* step, const uint8_t* keys, const uint8_t* values, int key_type, int value_type, \
            int64_t key_row, int64_t value_row, int block_tokens, const float* q, float* y, float* partial, int heads, int kv_heads, \
            int key_size, int value_size, float scale, int causal, int window, int chunked, float soft_cap, const float* slopes, \
            const float* sinks, int splits) { \
        DYNAMIC_SHARED(memory); \
        BODY<HEADS>(step, {keys, values, key_type, value_type, key_row, value_row, block_tokens}, \
                {q, y, partial, heads, kv_heads, key_size, value_size, scale, causal, window, chunked, soft_cap, slopes, sinks, splits}, \
                memory); \
    } \
    EXPORT(NAME##_##HEADS)

ATTENTION(attention, attend, 1)
ATTENTION(attention, attend, 4)
ATTENTION(attention, attend, 8)
ATTENTION(attention_f16, attend_halves, 1)
ATTENTION(attention_f16, attend_halves, 4)
ATTENTION(attention_f16, attend_halves, 8)

// Puts the runs of a token's head together; a block: a head of a token.
KERNEL(128) attention_join(const int* step, const float* partial, float* y, int heads, int value_size, int causal, int window, int chunked,
        int cached, const float* sinks, int splits) {
    Step s = {step};
    Query a = {};
    a.causal = causal;
    a.window = window;
    a.chunked = chunked;
    int token = blockIdx.x / heads;
    int first, end;
    visible(s, a, cached != 0, token, &first, &end);
    int run = run_length(end - first, splits);
    int runs = (end - first + run - 1) / run;
    const float* in = partial + (int64_t)blockIdx.x * splits * (value_size + 2);
    float sink = sinks ? sinks[blockIdx.x % heads] : -INFINITY;
    // a lane a run; there are at most 32
    SHARED float weights[32];
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
EXPORT(attention_join)
