// Keys and values of a step into the pages of the cache.
#include "raw.cuh"
#include "step.cuh"

// Warp: 32 elements of a head of a token, a block of the block types. x [tokens, heads, size]; the store is [blocks, heads, tokens, row].
KERNEL(128) cache_write(const int* step, const float* x, uint8_t* store, int type, int64_t row_bytes, int block_tokens, int heads, int size, int64_t warps) {
    Step s = {step};
    int64_t warp = (int64_t)blockIdx.x * 4 + threadIdx.x / 32;
    if (warp >= warps) {
        return;
    }
    int lane = threadIdx.x % 32;
    int runs = (size + 31) / 32;
    int run = (int)(warp % runs);
    int head = (int)(warp / runs % heads);
    int token = (int)(warp / runs / heads);
    int position = s.position(token);
    int block = s.table(s.sequence_of(token))[position / block_tokens];
    uint8_t* row = store + (((int64_t)block * heads + head) * block_tokens + position % block_tokens) * row_bytes;
    int e = 32 * run + lane;
    float value = e < size ? x[((int64_t)token * heads + head) * size + e] : 0;
    switch (type) {
        case F32:
            if (e < size) {
                ((float*)row)[e] = value;
            }
            break;
        case F16:
            if (e < size) {
                ((uint16_t*)row)[e] = float_to_half(value);
            }
            break;
        case BF16:
            if (e < size) {
                ((uint16_t*)row)[e] = (uint16_t)pack_bfloat(value, 0);
            }
            break;
        case Q8_0: {
            float d = warp_max(fabsf(value)) / 127;
            float inverse = d == 0 ? 0 : 1 / d;
            float level = value * inverse;
            row[34 * run + 2 + lane] = (uint8_t)(int8_t)(int)(level + (level < 0 ? -0.5f : 0.5f));
            if (lane == 0) {
                *(uint16_t*)(row + 34 * run) = float_to_half(d);
            }
            break;
        }
        default: { // Q4_0: d = x / -8 of the first x with the largest magnitude
            float most = warp_max(fabsf(value));
            float place = fabsf(value) == most ? (float)(32 - lane) : 0;
            float earliest = warp_max(place);
            bool mine = place > 0 && place == earliest;
            float peak = mine ? value : 0;
            for (int mask = 16; mask > 0; mask >>= 1) {
                peak += shuffle_xor(peak, mask);
            }
            float d = peak / -8;
            float inverse = d == 0 ? 0 : 1 / d;
            int level = (int)(value * inverse + 8.5f);
            level = level > 15 ? 15 : level;
            int other = (int)shuffle_xor((float)level, 16);
            if (lane < 16) {
                row[18 * run + 2 + lane] = (uint8_t)(level | other << 4);
            }
            if (lane == 0) {
                *(uint16_t*)(row + 18 * run) = float_to_half(d);
            }
        }
    }
}
EXPORT(cache_write)
