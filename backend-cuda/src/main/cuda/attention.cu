// Attention over pages of keys and values, in 32-bit floats: the kernels by number of query heads a block, and what puts the runs of a
// token together.
#include "attention-any.cuh"
#include "attention-halves.cuh"
#include "attention-join.cuh"

#define ATTENTION(NAME, BODY, HEADS) \
    KERNEL(THREADS) NAME##_##HEADS(const int* step, const uint8_t* keys, const uint8_t* values, int key_type, int value_type, \
            int64_t key_row, int64_t value_row, int block_tokens, const float* q, float* y, float* partial, int heads, int kv_heads, \
            int key_size, int value_size, float scale, int causal, int window, int chunked, float soft_cap, const float* slopes, \
            const float* sinks, int splits) { \
        DYNAMIC_SHARED(memory); \
        BODY<HEADS>(step, {keys, values, key_type, value_type, key_row, value_row, block_tokens}, \
                Query{q, y, partial, heads, kv_heads, key_size, value_size, scale, causal, window, chunked, soft_cap, slopes, sinks, splits}, \
                memory); \
    } \
    EXPORT(NAME##_##HEADS)

ATTENTION(attention, attend, 1)
ATTENTION(attention, attend, 4)
ATTENTION(attention, attend, 8)
ATTENTION(attention_f16, attend_halves, 1)
ATTENTION(attention_f16, attend_halves, 4)
ATTENTION(attention_f16, attend_halves, 8)

KERNEL(128) attention_join(const int* step, const float* partial, float* y, int heads, int value_size, int causal, int window, int chunked,
        int cached, const float* sinks, int splits) {
    SHARED float weights[32];
    Query a = {};
    a.causal = causal;
    a.window = window;
    a.chunked = chunked;
    join(step, partial, y, heads, value_size, a, cached != 0, sinks, splits, weights);
}
EXPORT(attention_join)
