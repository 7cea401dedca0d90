// Attention over pages of keys and values, in 32-bit floats: the kernels by number of query heads a block, and what puts the runs of a
// token together.
#include "attention-any.cuh"
#include "attention-halves.cuh"

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
