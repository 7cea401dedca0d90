// Products, preparation, element-wise functions and attention of one level over odd shapes, beside plain loops in double precision. All
// memory is as large as it must be and no larger, so that a sanitizer sees each access outside of it.
//   check.sh compiles this with the sources of a level; LEVEL_NAME is the end of its functions' names.
#include "layout.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define JOIN(a, b) a##_##b
#define NAMED(a, b) JOIN(a, b)
#define FN(name) NAMED(name, LEVEL_NAME)
#define TEXT(s) #s
#define NAME_OF(s) TEXT(s)

typedef struct { int32_t low, high; } seen;
typedef struct { float max, sum; } row_state;
typedef struct {
    int32_t key_type, value_type, key_size, value_size, heads, group, tokens, count;
    float scale, soft_cap;
    int64_t key_stride, value_stride;
} attention;

void FN(product)(int, const uint8_t *, const uint8_t *, int64_t, int, int, int, const uint8_t *, int, float *, int64_t, uint8_t *);
int64_t FN(packed_bytes)(int, int, int64_t);
void FN(pack)(int, const uint8_t *, int64_t, int, int, int, uint8_t *);
void FN(prepare)(int, const float *, int, uint8_t *);
int64_t FN(column_bytes)(int);
size_t FN(product_scratch)(int64_t);
size_t FN(attention_scratch)(int, int, int);
void FN(attend)(const attention *, const seen *, const uint8_t *, const uint8_t *, const float *, float *, row_state *, float *);
void FN(halves)(const float *, uint8_t *, int);
void FN(rms_norm)(const float *, const float *, float *, int, float);
void FN(gate)(int, const float *, const float *, float *, int);

static uint64_t seed = 88172645463325252u;
static int failures;

static uint32_t random_bits(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 16);
}

static float random_float(void) { return (float)(int32_t)random_bits() / 2147483648.0f; }

static void *memory(size_t bytes) {
    void *p = aligned_alloc(64, lines(bytes));
    if (!p) exit(2);
    return p;
}

static void fail(const char *what, int a, int b, int c, double wanted, double got) {
    if (failures++ < 20) printf("%s %d %d %d: %g instead of %g\n", what, a, b, c, got, wanted);
}

static double half(const uint8_t *p) {
    uint32_t h = u16(p), exponent = h >> 10 & 31, fraction = h & 1023;
    double v = exponent == 0 ? ldexp(fraction, -24) : ldexp(1024 + fraction, (int)exponent - 25);
    return h >> 15 ? -v : v;
}

typedef struct { int type, block, bytes; } kind;
static const kind KINDS[] = {{F32, 1, 4}, {F16, 1, 2}, {BF16, 1, 2}, {Q4_0, 32, 18}, {Q4_1, 32, 20}, {Q5_0, 32, 22}, {Q5_1, 32, 24}, {Q8_0, 32, 34},
    {Q2_K, 256, 84}, {Q3_K, 256, 110}, {Q4_K, 256, 144}, {Q5_K, 256, 176}, {Q6_K, 256, 210}, {IQ4_NL, 32, 18}, {IQ4_XS, 256, 136}, {MXFP4, 32, 17}};

static const int IQ4[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
static const double FP4[16] = {0, .5, 1, 1.5, 2, 3, 4, 6, -0., -.5, -1, -1.5, -2, -3, -4, -6};

static int scale_k4(const uint8_t *s, int part, int minimum) {
    const uint8_t *p = s + (minimum ? 4 : 0);
    if (part < 4) return p[part] & 63;
    return (minimum ? s[part + 4] >> 4 : s[part + 4] & 15) | (p[part - 4] >> 6) << 4;
}

// Element k of a block, by the definition of its type.
static double element(int type, const uint8_t *p, int k) {
    int half_of = k % 32 / 16, i = k % 16;
    switch (type) {
        case F32: return f32(p);
        case F16: return half(p);
        case BF16: return bits_f32((uint32_t)u16(p) << 16);
        case Q8_0: return half(p) * (int8_t)p[2 + k];
        case Q4_0: return half(p) * ((p[2 + i] >> 4 * half_of & 15) - 8);
        case Q4_1: return half(p) * (p[4 + i] >> 4 * half_of & 15) + half(p + 2);
        case Q5_0: return half(p) * (((p[6 + i] >> 4 * half_of & 15) | (u32(p + 2) >> k & 1) << 4) - 16.0);
        case Q5_1: return half(p) * ((p[8 + i] >> 4 * half_of & 15) | (u32(p + 4) >> k & 1) << 4) + half(p + 2);
        case IQ4_NL: return half(p) * IQ4[p[2 + i] >> 4 * half_of & 15];
        case MXFP4: return ldexp(FP4[p[1 + i] >> 4 * half_of & 15], p[0] - 127);
        case Q2_K: return half(p + 80) * (p[k / 16] & 15) * (p[16 + k / 128 * 32 + k % 32] >> 2 * (k / 32 % 4) & 3) - half(p + 82) * (p[k / 16] >> 4);
        case Q3_K: {
            int part = k / 16, low = part < 8 ? p[96 + part] & 15 : p[88 + part] >> 4, high = p[104 + part % 4] >> 2 * (part / 4) & 3;
            int level = (p[32 + k / 128 * 32 + k % 32] >> 2 * (k / 32 % 4) & 3) - (p[k % 32] >> k / 32 & 1 ? 0 : 4);
            return half(p + 108) * ((low | high << 4) - 32) * level;
        }
        case Q4_K:
        case Q5_K: {
            int level = p[(type == Q4_K ? 16 : 48) + k / 64 * 32 + k % 32] >> 4 * (k / 32 % 2) & 15;
            if (type == Q5_K) level |= (p[16 + k % 32] >> k / 32 & 1) << 4;
            return half(p) * scale_k4(p + 4, k / 32, 0) * level - half(p + 2) * scale_k4(p + 4, k / 32, 1);
        }
        case Q6_K: {
            int n = k / 128, j = k % 128 / 32, l = k % 32;
            int low = p[64 * n + (j & 1) * 32 + l] >> 4 * (j / 2) & 15, high = p[128 + 32 * n + l] >> 2 * j & 3;
            return half(p + 208) * (int8_t)p[192 + k / 16] * ((low | high << 4) - 32);
        }
        default: { // IQ4_XS
            int part = k / 32, scale = ((p[4 + part / 2] >> 4 * (part % 2) & 15) | (u16(p + 2) >> 2 * part & 3) << 4) - 32;
            return half(p) * scale * IQ4[p[8 + 16 * part + i] >> 4 * half_of & 15];
        }
    }
}

// Random bits, with scales that are small finite numbers.
static void fill(kind t, uint8_t *w, size_t bytes) {
    static const int HALVES[][3] = {{Q4_0, 0, -1}, {Q4_1, 0, 2}, {Q5_0, 0, -1}, {Q5_1, 0, 2}, {Q8_0, 0, -1}, {Q2_K, 80, 82}, {Q3_K, 108, -1},
        {Q4_K, 0, 2}, {Q5_K, 0, 2}, {Q6_K, 208, -1}, {IQ4_NL, 0, -1}, {IQ4_XS, 0, -1}, {F16, 0, -1}};
    for (size_t i = 0; i < bytes; i++) w[i] = (uint8_t)random_bits();
    for (size_t b = 0; b < bytes; b += (size_t)t.bytes) {
        if (t.type == MXFP4) w[b] = (uint8_t)(110 + random_bits() % 20 - (random_bits() % 8 == 0 ? 110 : 0));
        if (t.type == F32 || t.type == BF16) w[b + (size_t)t.bytes - 1] = (uint8_t)(0x3e | (random_bits() & 0x80));
        for (size_t i = 0; i < sizeof HALVES / sizeof *HALVES; i++)
            for (int j = 1; j < 3; j++)
                if (HALVES[i][0] == t.type && HALVES[i][j] >= 0) {
                    uint8_t *high = w + b + HALVES[i][j] + 1;
                    *high = (uint8_t)((*high & 0x83) | 0x20 | (random_bits() & 0xc));
                }
    }
}

// Packed weights give the same products to the bit.
static void packed(kind t, const uint8_t *w, size_t row_bytes, int in, int rows, const uint8_t *input, int columns, const float *wanted,
                   uint8_t *scratch) {
    size_t bytes = (size_t)FN(packed_bytes)(t.type, in, rows), count = (size_t)(rows * columns);
    if (bytes == 0) return;
    uint8_t *copy = memory(bytes);
    float *y = malloc(sizeof(float) * count);
    for (int r = 0; r < rows; r += 16) FN(pack)(t.type, w, (int64_t)row_bytes, in, r, rows < r + 16 ? rows : r + 16, copy);
    FN(product)(t.type, w, copy, (int64_t)row_bytes, in, 0, rows, input, columns, y, rows, scratch);
    for (size_t i = 0; i < count; i++)
        if (memcmp(y + i, wanted + i, 4) != 0) fail("packed, type", t.type, in, (int)i, wanted[i], y[i]);
    free(copy), free(y);
}

static void products(kind t, int in, int rows, int columns) {
    size_t row_bytes = (size_t)(in / t.block * t.bytes), column = (size_t)FN(column_bytes)(in);
    uint8_t *w = malloc(row_bytes * (size_t)rows), *scratch = memory(FN(product_scratch)(columns));
    float *x = malloc(sizeof(float) * (size_t)(in * columns)), *y = malloc(sizeof(float) * (size_t)(rows * columns)), one[1];
    uint8_t *prepared = memory(column * (size_t)columns);
    fill(t, w, row_bytes * (size_t)rows);
    for (int i = 0; i < in * columns; i++) x[i] = random_float();
    if (t.block > 1)
        for (int j = 0; j < columns; j++) FN(prepare)(t.block, x + j * in, in, prepared + (size_t)j * column);
    const uint8_t *input = t.block > 1 ? prepared : (const uint8_t *)(const void *)x;
    FN(product)(t.type, w, NULL, (int64_t)row_bytes, in, 0, rows, input, columns, y, rows, scratch);
    packed(t, w, row_bytes, in, rows, input, columns, y, scratch);
    column_layout c = column_of((size_t)in);
    for (int j = 0; j < columns; j++)
        for (int r = 0; r < rows; r++) {
            double sum = 0, size = 1e-30;
            for (int k = 0; k < in; k++) {
                const uint8_t *col = prepared + (size_t)j * column;
                double v = t.block == 1 ? x[j * in + k] : (int8_t)col[k] * (double)f32(col + c.scales + 4 * (k / 32));
                double term = v * element(t.type, w + (size_t)r * row_bytes + (size_t)(k / t.block * t.bytes), k % t.block);
                sum += term;
                size += fabs(term);
            }
            float got = y[j * rows + r];
            if (!(fabs(got - sum) <= 2e-5 * size)) fail("type", t.type, in, r, sum, got);
            if (r % 16 != 0) continue;
            FN(product)(t.type, w, NULL, (int64_t)row_bytes, in, r, r + 1, input + (size_t)j * (t.block > 1 ? column : 4 * (size_t)in), 1, one - r, 1, scratch);
            if (memcmp(one, &got, 4) != 0) fail("alone, type", t.type, in, r, got, one[0]);
        }
    free(w), free(scratch), free(x), free(y), free(prepared);
}

static void attentions(int type, int size, int group, int count) {
    size_t row = type == F32 ? 4 * (size_t)size : type == Q8_0 ? (size_t)size / 32 * 34 : type == Q4_0 ? (size_t)size / 32 * 18 : 2 * (size_t)size;
    kind t = {type, type == Q8_0 || type == Q4_0 ? 32 : 1, type == F32 ? 4 : type == Q8_0 ? 34 : type == Q4_0 ? 18 : 2};
    uint8_t *keys = malloc(row * (size_t)count), *values = malloc(row * (size_t)count);
    float *q = malloc(sizeof(float) * (size_t)(group * size)), *y = calloc((size_t)(group * size), sizeof(float));
    float *scratch = memory(FN(attention_scratch)(size, size, group));
    row_state *states = malloc(sizeof(row_state) * (size_t)group);
    fill(t, keys, row * (size_t)count);
    fill(t, values, row * (size_t)count);
    for (int i = 0; i < group * size; i++) q[i] = random_float();
    for (int g = 0; g < group; g++) states[g] = (row_state){-INFINITY, 0};
    attention a = {type, type, size, size, group, group, 1, count, 0.1f, 0, (int64_t)row, (int64_t)row};
    seen s = {count / 5, count};
    FN(attend)(&a, &s, keys, values, q, y, states, scratch);
    for (int g = 0; g < group; g++) {
        double scores[64], sum = 0, max = -INFINITY;
        for (int p = s.low; p < s.high; p++) {
            scores[p] = 0;
            for (int i = 0; i < size; i++)
                scores[p] += 0.1 * q[g * size + i] * element(type, keys + (size_t)p * row + (size_t)(i / t.block * t.bytes), i % t.block);
            max = scores[p] > max ? scores[p] : max;
        }
        for (int p = s.low; p < s.high; p++) sum += exp(scores[p] - max);
        for (int i = 0; i < size; i++) {
            double value = 0, scale = 0;
            for (int p = s.low; p < s.high; p++) {
                double v = exp(scores[p] - max) / sum * element(type, values + (size_t)p * row + (size_t)(i / t.block * t.bytes), i % t.block);
                value += v;
                scale += fabs(v);
            }
            double got = y[g * size + i] / states[g].sum;
            if (!(fabs(got - value) <= 1e-4 * scale + 1e-6)) fail("attention", type, size, i, value, got);
        }
    }
    free(keys), free(values), free(q), free(y), free(scratch), free(states);
}

static void elements(int n) {
    float *x = malloc(sizeof(float) * (size_t)n), *up = malloc(sizeof(float) * (size_t)n), *y = malloc(sizeof(float) * (size_t)n);
    double squares = 0;
    for (int i = 0; i < n; i++) {
        x[i] = 4 * random_float();
        up[i] = random_float();
        squares += (double)x[i] * x[i];
    }
    FN(rms_norm)(x, up, y, n, 1e-5f);
    for (int i = 0; i < n; i++) {
        double wanted = x[i] / sqrt(squares / n + 1e-5) * up[i];
        if (!(fabs(y[i] - wanted) <= 1e-5 * fabs(wanted) + 1e-7)) fail("norm", n, i, 0, wanted, y[i]);
    }
    FN(gate)(0, x, up, y, n);
    for (int i = 0; i < n; i++) {
        double wanted = x[i] / (1 + exp(-(double)x[i])) * up[i];
        if (!(fabs(y[i] - wanted) <= 1e-5 * fabs(wanted) + 1e-7)) fail("gate", n, i, 0, wanted, y[i]);
    }
    uint8_t *halves = malloc(2 * (size_t)n);
    FN(halves)(x, halves, n);
    for (int i = 0; i < n; i++) {
        double got = half(halves + 2 * i); // 11 bits are kept
        if (!(fabs(got - x[i]) <= fabs(x[i]) / 2048 + 1e-7)) fail("halves", n, i, 0, x[i], got);
    }
    free(x), free(up), free(y), free(halves);
}

int main(void) {
    static const int ROWS[] = {1, 17, 33}, COLUMNS[] = {1, 2, 3, 4, 5, 13}, BLOCKS[] = {1, 2, 3}, WIDTHS[] = {1, 33, 100}, COUNTS[] = {1, 17, 64};
    for (size_t t = 0; t < sizeof KINDS / sizeof *KINDS; t++)
        for (int b = 0; b < 3; b++)
            for (int r = 0; r < 3; r++)
                for (int c = 0; c < 6; c++)
                    products(KINDS[t], KINDS[t].block == 1 ? WIDTHS[b] : BLOCKS[b] * KINDS[t].block, ROWS[r], COLUMNS[c]);
    for (size_t t = 0; t < sizeof KINDS / sizeof *KINDS; t++) // panels of packed rows, two in a row
        if (KINDS[t].block > 1) products(KINDS[t], KINDS[t].block == 32 ? 33 * 32 : 3 * 256, 33, 65);
    products(KINDS[1], 2100, 70, 13); // floats in several blocks
    products(KINDS[7], 33 * 32, 33, 6); // more than a panel
    products(KINDS[10], 5 * 256, 33, 6);
    products(KINDS[12], 17 * 256, 3, 1);
    products(KINDS[15], 7 * 32, 17, 1); // units of four blocks with a rest
    products(KINDS[15], 37 * 32, 17, 2);
    static const int TYPES[] = {F32, F16, BF16, Q8_0, Q4_0};
    for (int t = 0; t < 5; t++)
        for (int c = 0; c < 3; c++)
            for (int group = 1; group < 8; group += 3) attentions(TYPES[t], t < 3 ? 80 : 96, group, COUNTS[c]);
    for (int n = 1; n < 70; n += 4) elements(n);
    printf("%s: %s\n", NAME_OF(LEVEL_NAME), failures ? "FAILED" : "as the plain loops");
    return failures != 0;
}
