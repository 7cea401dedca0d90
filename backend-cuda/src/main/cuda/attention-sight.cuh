// What all kernels of attention share: where keys and values are, what a query is, which indices a token sees and which of them one run
// of positions takes.
#pragma once
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

// A plain query's scores have nothing learned besides.
DEVICE void add_learned(const Query&, int, int, float*) {}

// The run of positions of a split: at least TILE, so many that `splits` runs reach. Depends on the token alone.
DEVICE int run_length(int visible, int splits) {
    int tiles = (visible + TILE - 1) / TILE;
    return (tiles + splits - 1) / splits * TILE;
}
