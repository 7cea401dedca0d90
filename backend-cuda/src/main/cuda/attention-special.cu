// Attention of models that see images, and of encoders and their decoders: tokens that see the positions of their span, decoders that see
// what an encoder left, and scores with learned biases. The rest is that of attention.cu.
#include "attention-any.cuh"
#include "attention-halves.cuh"
#include "attention-join.cuh"

struct Special : Query {
    int spans;           // whether a token sees its span and nothing else; otherwise a causal one sees its span besides
    int cross;           // whether it sees the positions that an encoder filled
    const float* biases; // [2 * farthest + 1, heads], by the distance of key and query from -farthest on; null for none
    int farthest;
};

// The first of a sequence's tokens in the step that is at a position or behind it
DEVICE int index_of(const Step& s, int begin, int count, int position) {
    int low = 0;
    int high = count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (s.position(begin + middle) < position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

DEVICE void visible(const Step& s, const Special& a, bool cached, int token, int* first, int* end) {
    int sequence = s.sequence_of(token);
    if (a.cross) {
        *first = 0;
        *end = s.encoded(sequence);
        return;
    }
    visible(s, (const Query&)a, cached, token, first, end);
    if (!a.spans && !a.causal) {
        return;
    }
    int begin = s.first_token(sequence);
    int count = s.token_count(sequence);
    int last = s.span_last(token) + 1;
    last = cached ? last : index_of(s, begin, count, last);
    if (a.spans) {
        *first = cached ? s.span_first(token) : index_of(s, begin, count, s.span_first(token));
        *end = last;
    } else if (last > *end) {
        *end = last;
    }
}

DEVICE void add_learned(const Special& a, int head, int distance, float* score) {
    if (a.biases) {
        int near = distance < -a.farthest ? -a.farthest : distance > a.farthest ? a.farthest : distance;
        *score += a.biases[(int64_t)(near + a.farthest) * a.heads + head];
    }
}

#define SPECIAL(NAME, BODY, HEADS) \
    KERNEL(THREADS) NAME##_##HEADS(const int* step, const uint8_t* keys, const uint8_t* values, int key_type, int value_type, \
            int64_t key_row, int64_t value_row, int block_tokens, const float* q, float* y, float* partial, int heads, int kv_heads, \
            int key_size, int value_size, float scale, int causal, int window, int chunked, float soft_cap, const float* slopes, \
            const float* sinks, int splits, int spans, int cross, const float* biases, int farthest) { \
        DYNAMIC_SHARED(memory); \
        BODY<HEADS>(step, {keys, values, key_type, value_type, key_row, value_row, block_tokens}, \
                Special{{q, y, partial, heads, kv_heads, key_size, value_size, scale, causal, window, chunked, soft_cap, slopes, sinks, splits}, \
                        spans, cross, biases, farthest}, \
                memory); \
    } \
    EXPORT(NAME##_##HEADS)

SPECIAL(special, attend, 1)
SPECIAL(special, attend, 4)
SPECIAL(special, attend, 8)
SPECIAL(special_f16, attend_halves, 1)
SPECIAL(special_f16, attend_halves, 4)
SPECIAL(special_f16, attend_halves, 8)

KERNEL(128) special_join(const int* step, const float* partial, float* y, int heads, int value_size, int causal, int window, int chunked,
        int cached, const float* sinks, int splits, int spans, int cross) {
    SHARED float weights[32];
    Special a = {};
    a.causal = causal;
    a.window = window;
    a.chunked = chunked;
    a.spans = spans;
    a.cross = cross;
    join(step, partial, y, heads, value_size, a, cached != 0, sinks, splits, weights);
}
EXPORT(special_join)
