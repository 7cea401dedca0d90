// Attention of tokens of one sequence over a run of positions, with an online softmax (Milakov and Gimelshein 2018): each query row keeps
// the largest score m, the sum l of e^(s - m) and, in its result, the sum of values; all are scaled down when m grows. Keys and values are
// loaded once for all query heads of the group.
#define ATTENTION_POSITIONS 64
#define SCORES (ATTENTION_POSITIONS + LANES) // floats from the scores of a row to those of the next: a vector may end behind the last

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

// One row of a cache as floats.
static void expand_row(int type, const uint8_t *row, int size, float *to) {
    if (type == Q8_0 || type == Q4_0) {
        for (int b = 0; b < size / 32; b++) expand_block(type, row + (size_t)b * (type == Q8_0 ? 34 : 18), to + 32 * b);
        return;
    }
    int i = 0;
    for (; i <= size - LANES; i += LANES)
        vf_store(to + i, type == F32 ? vf_load(row + 4 * i) : type == F16 ? vf_f16(row + 2 * i) : vf_bf16(row + 2 * i));
    for (; i < size; i++) to[i] = weight_at(type, row, i);
}

static inline int whole_vectors(int size) { return (size + LANES - 1) / LANES * LANES; }

// Keys with LANES positions side by side: [position / LANES][element][position % LANES], so that scores need no sums across a vector and
// all query rows share the work. `rows`: scratch for LANES keys.
static void turn_keys(int type, const uint8_t *keys, size_t stride, int size, int count, float *rows, float *to) {
    int width = whole_vectors(size);
    for (int p = 0; p < count; p += LANES) {
        for (int r = 0; r < LANES; r++) expand_row(type, keys + (size_t)(p + r < count ? p + r : count - 1) * stride, size, rows + r * width);
        for (int i = 0; i < width; i += LANES)
            interleave((const uint8_t *)(rows + i), sizeof(float) * (size_t)width, (uint8_t *)(to + p * width + i * LANES));
    }
}

// Scores of some query rows with `vectors` times LANES positions.
static inline __attribute__((always_inline)) void score_tile(int queries, int vectors, const float *keys, int size, const float *q, float *scores) {
    int width = whole_vectors(size);
    vf sums[4][2];
    for (int r = 0; r < queries; r++)
        for (int v = 0; v < vectors; v++) sums[r][v] = vf_all(0);
    for (int i = 0; i < size; i++) {
        vf k[2];
        for (int v = 0; v < vectors; v++) k[v] = vf_load(keys + (v * width + i) * LANES);
        for (int r = 0; r < queries; r++) {
            vf x = vf_all(q[r * size + i]);
            for (int v = 0; v < vectors; v++) sums[r][v] = vf_fma(k[v], x, sums[r][v]);
        }
    }
    for (int r = 0; r < queries; r++)
        for (int v = 0; v < vectors; v++) vf_store(scores + r * SCORES + v * LANES, sums[r][v]);
}

// Scores of a group's query rows with the positions [low, high), and some around them.
static void score(const float *keys, int size, const float *q, int group, int low, int high, float *scores) {
    int width = whole_vectors(size);
    for (int p = low / LANES * LANES; p < high;) {
        int vectors = p + LANES < high ? 2 : 1;
        for (int r = 0; r < group;) {
            int n = group - r >= 4 ? 4 : 1;
            const float *k = keys + p * width, *queries = q + r * size;
            float *to = scores + r * SCORES + p;
            if (n == 4) {
                if (vectors == 2) score_tile(4, 2, k, size, queries, to); else score_tile(4, 1, k, size, queries, to);
            } else {
                if (vectors == 2) score_tile(1, 2, k, size, queries, to); else score_tile(1, 1, k, size, queries, to);
            }
            r += n;
        }
        p += vectors * LANES;
    }
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
                vf w = vf_all(weights[r * SCORES + p]);
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
                sum += weights[r * SCORES + p] * weight_at(type, values + (size_t)p * stride, i);
            y[r * size + i] = sum;
        }
}

static void add_values(int type, int rows, const uint8_t *values, size_t stride, int size, seen s, const float *weights,
                       const float *factors, float *y) {
    for (int r = 0; r < rows;) {
        int n = rows - r >= 4 ? 4 : 1;
        const float *w = weights + r * SCORES;
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

// Scratch: turned keys, values as floats, some keys as floats, scores, factors.
size_t LEVEL(attention_scratch)(int key_size, int value_size, int group) {
    size_t width = (size_t)whole_vectors(key_size);
    return lines(sizeof(float) * (ATTENTION_POSITIONS * (width + (size_t)value_size) + LANES * width + SCORES * (size_t)group))
           + lines(sizeof(float) * (size_t)group);
}

// One run of at most ATTENTION_POSITIONS positions. q and y: those of the group's first head and the first token.
void LEVEL(attend)(const attention *a, const seen *sight, const uint8_t *keys, const uint8_t *values, const float *q, float *y,
                   row_state *states, float *scratch) {
    int value_type = a->value_type, width = whole_vectors(a->key_size);
    size_t value_stride = (size_t)a->value_stride;
    float *expanded = scratch + ATTENTION_POSITIONS * width, *rows = expanded + ATTENTION_POSITIONS * a->value_size;
    float *scores = rows + LANES * width, *factors = scores + SCORES * a->group;
    turn_keys(a->key_type, keys, (size_t)a->key_stride, a->key_size, a->count, rows, scratch);
    if (value_type == Q8_0 || value_type == Q4_0) {
        for (int p = 0; p < a->count; p++) expand_row(value_type, values + (size_t)p * value_stride, a->value_size, expanded + p * a->value_size);
        values = (const uint8_t *)expanded;
        value_stride = sizeof(float) * (size_t)a->value_size;
        value_type = F32;
    }
    for (int t = 0; t < a->tokens; t++) {
        seen s = sight[t];
        if (s.low >= s.high) continue;
        const float *queries = q + (size_t)t * (size_t)(a->heads * a->key_size);
        float *results = y + (size_t)t * (size_t)(a->heads * a->value_size);
        score(scratch, a->key_size, queries, a->group, s.low, s.high, scores);
        for (int g = 0; g < a->group; g++)
            factors[g] = weigh(a, scores + g * SCORES + s.low, s.high - s.low, states + t * a->group + g);
        add_values(value_type, a->group, values, value_stride, a->value_size, s, scores, factors, results);
    }
}
