// Norms, activations and sums of vectors. What is left of less than a vector goes through a padded one.

static inline vf load_some(const float *p, int left) {
    if (left >= LANES) return vf_load(p);
    float padded[LANES] = {0};
    memcpy(padded, p, (size_t)left * sizeof(float));
    return vf_load(padded);
}

static inline void store_some(float *p, int left, vf v) {
    if (left >= LANES) {
        vf_store(p, v);
    } else {
        float padded[LANES];
        vf_store(padded, v);
        memcpy(p, padded, (size_t)left * sizeof(float));
    }
}

#define EACH(i, n) for (int i = 0; i < n; i += LANES)

// e^x to about one unit in the last place, by e^x = 2^n e^r with |r| <= ln 2 / 2; 0 below -87, the largest power above 88.
static inline vf vf_exp(vf x) {
    vf z = vf_max(vf_min(x, vf_all(88)), vf_all(-87.5f));
    vf shifted = vf_fma(z, vf_all(1.44269504f), vf_all(ROUNDING));
    vf n = vf_sub(shifted, vf_all(ROUNDING));
    vf r = vf_fma(n, vf_all(-1.42860677e-6f), vf_fma(n, vf_all(-0.693145751953125f), z));
    vf p = vf_all(1.9875691500e-4f);
    p = vf_fma(p, r, vf_all(1.3981999507e-3f));
    p = vf_fma(p, r, vf_all(8.3334519073e-3f));
    p = vf_fma(p, r, vf_all(4.1665795894e-2f));
    p = vf_fma(p, r, vf_all(1.6666665459e-1f));
    p = vf_fma(p, r, vf_all(5.0000001201e-1f));
    p = vf_fma(p, vf_mul(r, r), vf_add(r, vf_all(1)));
    vi power = vi_add(vi_shl(vf_bits(shifted), 23), vi_all(0x3f800000));
    return vf_zero_below(vf_mul(p, vi_as_float(power)), x, -87.4f);
}

static inline vf vf_sigmoid(vf x) { return vf_div(vf_all(1), vf_add(vf_exp(vf_sub(vf_all(0), x)), vf_all(1))); }

static inline vf vf_tanh(vf x) { return vf_sub(vf_mul(vf_sigmoid(vf_add(x, x)), vf_all(2)), vf_all(1)); }

enum { SILU, GELU_TANH, GELU_QUICK, RELU, RELU_SQUARED, SIGMOID, TANH, SWIGLU_CLAMPED };

static inline __attribute__((always_inline)) vf function_of(int function, vf z) {
    switch (function) {
        case SILU: return vf_mul(z, vf_sigmoid(z));
        case GELU_TANH: { // 2 sqrt(2 / pi) (z + 0.044715 z^3)
            vf cubic = vf_fma(vf_mul(vf_mul(z, z), z), vf_all(0.044715f), z);
            return vf_mul(z, vf_sigmoid(vf_mul(cubic, vf_all(1.5957691216f))));
        }
        case GELU_QUICK: return vf_mul(z, vf_sigmoid(vf_mul(z, vf_all(1.702f))));
        case RELU: return vf_max(z, vf_all(0));
        case RELU_SQUARED: z = vf_max(z, vf_all(0)); return vf_mul(z, z);
        case SIGMOID: return vf_sigmoid(z);
        default: return vf_tanh(z);
    }
}

// The bounds of the clamped kind, and the partner plus 1.
static inline __attribute__((always_inline)) vf gated(int function, vf g, vf up) {
    if (function == SWIGLU_CLAMPED) {
        g = vf_min(g, vf_all(7));
        up = vf_max(vf_min(up, vf_all(7)), vf_all(-7));
        return vf_mul(function_of(GELU_QUICK, g), vf_add(up, vf_all(1)));
    }
    return vf_mul(function_of(function, g), up);
}

#define FOR_FUNCTION(f) \
    switch (function) { \
        case SILU: f(SILU); break; \
        case GELU_TANH: f(GELU_TANH); break; \
        case GELU_QUICK: f(GELU_QUICK); break; \
        case RELU: f(RELU); break; \
        case RELU_SQUARED: f(RELU_SQUARED); break; \
        case SIGMOID: f(SIGMOID); break; \
        case TANH: f(TANH); break; \
        default: f(SWIGLU_CLAMPED); break; \
    }

void LEVEL(activate)(int function, const float *x, float *y, int n) {
#define ACTIVATE(kind) EACH(i, n) store_some(y + i, n - i, function_of(kind, load_some(x + i, n - i)))
    FOR_FUNCTION(ACTIVATE)
}

void LEVEL(gate)(int function, const float *g, const float *up, float *y, int n) {
#define GATE(kind) EACH(i, n) store_some(y + i, n - i, gated(kind, load_some(g + i, n - i), load_some(up + i, n - i)))
    FOR_FUNCTION(GATE)
}

void LEVEL(soft_cap)(const float *x, float cap, float *y, int n) {
    EACH(i, n) store_some(y + i, n - i, vf_mul(vf_tanh(vf_div(load_some(x + i, n - i), vf_all(cap))), vf_all(cap)));
}

void LEVEL(add)(const float *a, const float *b, float *y, int n) {
    EACH(i, n) store_some(y + i, n - i, vf_add(load_some(a + i, n - i), load_some(b + i, n - i)));
}

void LEVEL(multiply)(const float *a, const float *b, float *y, int n) {
    EACH(i, n) store_some(y + i, n - i, vf_mul(load_some(a + i, n - i), load_some(b + i, n - i)));
}

void LEVEL(scale)(const float *x, float factor, float *y, int n) {
    EACH(i, n) store_some(y + i, n - i, vf_mul(load_some(x + i, n - i), vf_all(factor)));
}

void LEVEL(accumulate)(const float *x, float factor, float *y, int n) {
    EACH(i, n) store_some(y + i, n - i, vf_fma(load_some(x + i, n - i), vf_all(factor), load_some(y + i, n - i)));
}

// Rounds to the nearest number of 16 bits, of two the even one.
void LEVEL(halves)(const float *x, uint8_t *y, int n) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) vf_store_f16(y + 2 * i, vf_load(x + i));
    for (; i < n; i++) {
        uint16_t half = float_to_half(x[i]);
        memcpy(y + 2 * i, &half, 2);
    }
}

void LEVEL(rms_norm)(const float *x, const float *weight, float *y, int n, float epsilon) {
    vf squares = vf_all(0);
    EACH(i, n) {
        vf v = load_some(x + i, n - i);
        squares = vf_fma(v, v, squares);
    }
    vf factor = vf_all((float)(1 / __builtin_sqrt((double)vf_sum(squares) / n + (double)epsilon)));
    EACH(i, n) {
        vf v = vf_mul(load_some(x + i, n - i), factor);
        store_some(y + i, n - i, weight ? vf_mul(v, load_some(weight + i, n - i)) : v);
    }
}

void LEVEL(layer_norm)(const float *x, const float *weight, const float *bias, float *y, int n, float epsilon) {
    vf sums = vf_all(0), squares = vf_all(0);
    EACH(i, n) sums = vf_add(sums, load_some(x + i, n - i));
    float mean = (float)((double)vf_sum(sums) / n);
    EACH(i, n) {
        float off[LANES];
        vf_store(off, vf_sub(load_some(x + i, n - i), vf_all(mean)));
        vf v = load_some(off, n - i); // padding counts nothing
        squares = vf_fma(v, v, squares);
    }
    vf factor = vf_all((float)(1 / __builtin_sqrt((double)vf_sum(squares) / n + (double)epsilon)));
    EACH(i, n) {
        vf v = vf_mul(vf_sub(load_some(x + i, n - i), vf_all(mean)), factor);
        if (weight) v = vf_mul(v, load_some(weight + i, n - i));
        store_some(y + i, n - i, bias ? vf_add(v, load_some(bias + i, n - i)) : v);
    }
}
