// Attention of tokens of one sequence over a run of positions, with an online softmax (Milakov and Gimelshein 2018): each query row keeps
// the largest score m, the sum l of e^(s - m) and, in its result, the sum of values; all are scaled down when m grows. Keys and values are
// loaded once for all query heads of the group.
#define ATTENTION_POSITIONS 64

typedef struct {
    float max, sum;
} row_state;

typedef struct {
    int32_t low, high; // the positions of the run that a token sees
} seen;

// The sizes of what an attention computes; all numbers are those of the Java side.
typedef struct {
    int32_t key_type, value_type, key_size, value_size, heads, group, tokens, count;
    float scale, soft_cap;
    int64_t key_stride, value_stride;
} attention;

static void expand_block(int type, const uint8_t *s, float *to) {
    float d = half_to_float(u16(s));
    for (int j = 0; j < 32; j++) {
        int level = type == Q8_0 ? (int8_t)s[2 + j] : (j < 16 ? s[2 + j] & 15 : s[2 + j - 16] >> 4) - 8;
        to[j] = (float)level * d;
    }
}

// Rows of a quantised cache as floats.
static void expand_rows(int type, const uint8_t *rows, size_t stride, int size, int count, float *to) {
    size_t bytes = type == Q8_0 ? 34 : 18;
    for (int p = 0; p < count; p++)
        for (int b = 0; b < size / 32; b++) expand_block(type, rows + (size_t)p * stride + (size_t)b * bytes, to + p * size + 32 * b);
}

static inline __attribute__((always_inline)) void add_values_of(int type, int rows, const uint8_t *values, size_t stride, int size, seen s,
                                                                const float *weights, const float *factors, float *y) {
    int i = 0;
    for (; i <= size - 2 * LANES; i += 2 * LANES) {
        vf a[4], b[4];
        for (int r = 0; r < rows; r++) {
            a[r] = vf_mul(vf_load(y + r * size + i), vf_all(factors[r]));
            b[r] = vf_mul(vf_load(y + r * size + i + LANES), vf_all(factors[r]));
        }
        for (int p = s.low; p < s.high; p++) {
            const uint8_t *v = values + (size_t)p * stride;
            vf v0 = weights_at(type, v, i), v1 = weights_at(type, v, i + LANES);
            for (int r = 0; r < rows; r++) {
                vf w = vf_all(weights[r * ATTENTION_POSITIONS + p - s.low]);
                a[r] = vf_fma(v0, w, a[r]);
                b[r] = vf_fma(v1, w, b[r]);
            }
        }
        for (int r = 0; r < rows; r++) {
            vf_store(y + r * size + i, a[r]);
            vf_store(y + r * size + i + LANES, b[r]);
        }
    }
    for (; i < size; i++)
        for (int r = 0; r < rows; r++) {
            float sum = y[r * size + i] * factors[r];
            for (int p = s.low; p < s.high; p++)
                sum += weights[r * ATTENTION_POSITIONS + p - s.low] * weight_at(type, values + (size_t)p * stride, i);
            y[r * size + i] = sum;
        }
}

static void add_values(int type, int rows, const uint8_t *values, size_t stride, int size, seen s, const float *weights,
                       const float *factors, float *y) {
    for (int r = 0; r < rows;) {
        int n = rows - r >= 4 ? 4 : 1;
        const float *w = weights + r * ATTENTION_POSITIONS;
        float *to = y + r * size;
#define ADD(kind) \
    if (n == 4) add_values_of(kind, 4, values, stride, size, s, w, factors + r, to); \
    else add_values_of(kind, 1, values, stride, size, s, w, factors + r, to);
        if (type == F32) { ADD(F32) } else if (type == F16) { ADD(F16) } else { ADD(BF16) }
        r += n;
    }
}

// Scores to weights e^(s - m); returns by how much the sums so far shrink.
static float weigh(const attention *a, float *scores, int count, row_state *state) {
    for (int i = count; i % LANES; i++) scores[i] = -1e30f;
    vf most = vf_all(-1e30f), sums = vf_all(0);
    for (int i = 0; i < count; i += LANES) {
        vf s = vf_mul(vf_load(scores + i), vf_all(a->scale));
        if (a->soft_cap != 0) s = vf_mul(vf_tanh(vf_div(s, vf_all(a->soft_cap))), vf_all(a->soft_cap));
        vf_store(scores + i, s);
    }
    for (int i = count; i % LANES; i++) scores[i] = -1e30f;
    for (int i = 0; i < count; i += LANES) most = vf_max(most, vf_load(scores + i));
    float max = vf_peak(most), factor = 1;
    if (max > state->max) {
        float shrink[LANES];
        vf_store(shrink, vf_exp(vf_all(state->max - max)));
        factor = shrink[0];
        state->max = max;
    }
    for (int i = 0; i < count; i += LANES) {
        vf w = vf_exp(vf_sub(vf_load(scores + i), vf_all(state->max)));
        vf_store(scores + i, w);
        sums = vf_add(sums, w);
    }
    state->sum = state->sum * factor + vf_sum(sums);
    return factor;
}

size_t LEVEL(attention_scratch)(int key_size, int value_size, int group) {
    return lines(sizeof(float) * ATTENTION_POSITIONS * (size_t)(key_size + value_size + group)) + lines(sizeof(float) * (size_t)group);
}

// One run of at most ATTENTION_POSITIONS positions. q and y: those of the group's first head and the first token.
void LEVEL(attend)(const attention *a, const seen *sight, const uint8_t *keys, const uint8_t *values, const float *q, float *y,
                   row_state *states, float *scratch) {
    int key_type = a->key_type, value_type = a->value_type;
    size_t key_stride = (size_t)a->key_stride, value_stride = (size_t)a->value_stride;
    float *scores = scratch + ATTENTION_POSITIONS * (a->key_size + a->value_size);
    float *factors = scores + ATTENTION_POSITIONS * a->group;
    if (key_type == Q8_0 || key_type == Q4_0) {
        expand_rows(key_type, keys, key_stride, a->key_size, a->count, scratch);
        keys = (const uint8_t *)scratch;
        key_stride = sizeof(float) * (size_t)a->key_size;
        key_type = F32;
    }
    if (value_type == Q8_0 || value_type == Q4_0) {
        float *expanded = scratch + ATTENTION_POSITIONS * a->key_size;
        expand_rows(value_type, values, value_stride, a->value_size, a->count, expanded);
        values = (const uint8_t *)expanded;
        value_stride = sizeof(float) * (size_t)a->value_size;
        value_type = F32;
    }
    for (int t = 0; t < a->tokens; t++) {
        seen s = sight[t];
        if (s.low >= s.high) continue;
        const float *queries = q + (size_t)t * (size_t)(a->heads * a->key_size);
        float *results = y + (size_t)t * (size_t)(a->heads * a->value_size);
        const uint8_t *k = keys + (size_t)s.low * key_stride;
        int count = s.high - s.low;
        switch (key_type) {
            case F32: float_product(F32, k, key_stride, a->key_size, count, queries, a->group, scores, ATTENTION_POSITIONS); break;
            case F16: float_product(F16, k, key_stride, a->key_size, count, queries, a->group, scores, ATTENTION_POSITIONS); break;
            default: float_product(BF16, k, key_stride, a->key_size, count, queries, a->group, scores, ATTENTION_POSITIONS); break;
        }
        for (int g = 0; g < a->group; g++)
            factors[g] = weigh(a, scores + g * ATTENTION_POSITIONS, count, states + t * a->group + g);
        add_values(value_type, a->group, values, value_stride, a->value_size, s, scores, factors, results);
    }
}
