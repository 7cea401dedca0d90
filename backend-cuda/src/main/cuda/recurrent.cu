// Operators with state along a sequence.
#include "step.cuh"

#define MOST 8 // registers of state a lane: rows of up to 256

// Channel c at step t of a sequence; before its first token of this step, from the state.
DEVICE float sample(const float* x, const float* state, int first, int t, int taps, int channels, int c) {
    return t >= 0 ? x[(int64_t)(first + t) * channels + c] : state[(int64_t)(taps - 1 + t) * channels + c];
}

KERNEL(128) conv1d(const int* step, const float* x, const float* kernel, const float* bias, float* states, float* y, int taps, int channels) {
    Step s = {step};
    int c = blockIdx.x * blockDim.x + threadIdx.x;
    if (c >= channels) {
        return;
    }
    float* state = states + (int64_t)s.slot(blockIdx.y) * (taps - 1) * channels;
    int first = s.first_token(blockIdx.y);
    int count = s.token_count(blockIdx.y);
    for (int t = 0; t < count; t++) {
        float sum = bias ? bias[c] : 0;
        for (int j = 0; j < taps; j++) {
            sum += kernel[c * taps + j] * sample(x, state, first, t - taps + 1 + j, taps, channels, c);
        }
        y[(int64_t)(first + t) * channels + c] = sum;
    }
    for (int j = 0; j < taps - 1; j++) {
        state[(int64_t)j * channels + c] = sample(x, state, first, count - taps + 1 + j, taps, channels, c);
    }
}
EXPORT(conv1d)

// A warp: one element p of a head, lanes are states.
KERNEL(128) ssm_scan(const int* step, const float* x, const float* dt, const float* b, const float* c, const float* a, const float* d,
        float* states, float* y, int heads, int head_size, int count, int groups, int per_state) {
    Step s = {step};
    int p = blockIdx.x * 4 + threadIdx.x / 32;
    int h = blockIdx.y;
    int sequence = blockIdx.z;
    int lane = threadIdx.x % 32;
    if (p >= head_size) {
        return;
    }
    float* state = states + (((int64_t)s.slot(sequence) * heads + h) * head_size + p) * count;
    int group = h / (heads / groups);
    float kept[MOST];
    float rate[MOST];
    for (int i = 0; i < MOST; i++) {
        int n = lane + 32 * i;
        kept[i] = n < count ? state[n] : 0;
        rate[i] = n < count ? a[per_state ? h * count + n : h] : 0;
    }
    int first = s.first_token(sequence);
    int end = first + s.token_count(sequence);
    for (int t = first; t < end; t++) {
        float delta = dt[(int64_t)t * heads + h];
        float value = x[((int64_t)t * heads + h) * head_size + p];
        float sum = 0;
        for (int i = 0; i < MOST; i++) {
            int n = lane + 32 * i;
            if (n < count) {
                kept[i] = expf(delta * rate[i]) * kept[i] + delta * b[((int64_t)t * groups + group) * count + n] * value;
                sum += c[((int64_t)t * groups + group) * count + n] * kept[i];
            }
        }
        sum = warp_sum(sum);
        if (lane == 0) {
            y[((int64_t)t * heads + h) * head_size + p] = sum + d[h] * value;
        }
    }
    for (int i = 0; i < MOST; i++) {
        if (lane + 32 * i < count) {
            state[lane + 32 * i] = kept[i];
        }
    }
}
EXPORT(ssm_scan)

// A warp: one row of a head's state, lanes are elements of the key.
KERNEL(128) delta_net(const int* step, const float* q, const float* k, const float* v, const float* g, const float* beta, float* states, float* y,
        int key_heads, int value_heads, int key_size, int value_size, int tiled) {
    Step s = {step};
    int row = blockIdx.x * 4 + threadIdx.x / 32;
    int h = blockIdx.y;
    int sequence = blockIdx.z;
    int lane = threadIdx.x % 32;
    if (row >= value_size) {
        return;
    }
    float* state = states + (((int64_t)s.slot(sequence) * value_heads + h) * value_size + row) * key_size;
    int key_head = tiled ? h % key_heads : h / (value_heads / key_heads);
    float kept[MOST];
    for (int i = 0; i < MOST; i++) {
        kept[i] = lane + 32 * i < key_size ? state[lane + 32 * i] : 0;
    }
    int first = s.first_token(sequence);
    int end = first + s.token_count(sequence);
    for (int t = first; t < end; t++) {
        const float* key = k + ((int64_t)t * key_heads + key_head) * key_size;
        const float* query = q + ((int64_t)t * key_heads + key_head) * key_size;
        float decay = g[(int64_t)t * value_heads + h];
        float known = 0;
        for (int i = 0; i < MOST; i++) {
            int e = lane + 32 * i;
            kept[i] *= decay;
            known += e < key_size ? kept[i] * key[e] : 0;
        }
        known = warp_sum(known);
        int64_t at = ((int64_t)t * value_heads + h) * value_size + row;
        float update = beta[(int64_t)t * value_heads + h] * (v[at] - known);
        float sum = 0;
        for (int i = 0; i < MOST; i++) {
            int e = lane + 32 * i;
            if (e < key_size) {
                kept[i] += update * key[e];
                sum += kept[i] * query[e];
            }
        }
        sum = warp_sum(sum);
        if (lane == 0) {
            y[at] = sum;
        }
    }
    for (int i = 0; i < MOST; i++) {
        if (lane + 32 * i < key_size) {
            state[lane + 32 * i] = kept[i];
        }
    }
}
EXPORT(delta_net)
