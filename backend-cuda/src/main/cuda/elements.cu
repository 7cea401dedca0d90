// Operators that treat elements on their own, and those that move rows.
#include "format.cuh"
#include "step.cuh"

// The order of dev.runtime.api.graph.Activation
enum Function {
    SILU, GELU_TANH, GELU_TANH_HALF, GELU_ERF, GELU_QUICK, RELU, RELU_SQUARED, SIGMOID, TANH, SOFTPLUS, EXP, SWIGLU_CLAMPED
};

DEVICE float gelu(float z) { return 0.5f * z * (1 + tanhf(0.7978845608f * (z + 0.044715f * z * z * z))); }

DEVICE float rounded(float z) { return half_to_float(float_to_half(z)); }

DEVICE float apply(int function, float z) {
    switch (function) {
        case SILU: return z / (1 + expf(-z));
        case GELU_TANH: return gelu(z);
        case GELU_TANH_HALF: return rounded(gelu(rounded(z)));
        case GELU_ERF: return 0.5f * z * (1 + erff(z * 0.7071067812f));
        case GELU_QUICK: return z / (1 + expf(-1.702f * z));
        case RELU: return fmaxf(z, 0);
        case RELU_SQUARED: return fmaxf(z, 0) * fmaxf(z, 0);
        case SIGMOID: return 1 / (1 + expf(-z));
        case TANH: return tanhf(z);
        case SOFTPLUS: return z > 20 ? z : log1pf(expf(z));
        default: return expf(z);
    }
}

DEVICE float gated(int function, float gate, float up) {
    if (function == SWIGLU_CLAMPED) {
        float g = fminf(gate, 7);
        float u = fminf(fmaxf(up, -7), 7);
        return g / (1 + expf(-1.702f * g)) * (u + 1);
    }
    return apply(function, gate) * up;
}

#define EACH(i, n) \
    for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += (int64_t)gridDim.x * blockDim.x)

KERNEL(256) activate(int function, const float* x, float* y, int64_t n) {
    EACH(i, n) { y[i] = apply(function, x[i]); }
}
EXPORT(activate)

KERNEL(256) gate(int function, const float* g, const float* u, float* y, int64_t n) {
    EACH(i, n) { y[i] = gated(function, g[i], u[i]); }
}
EXPORT(gate)

KERNEL(256) add(const float* a, const float* b, float* y, int64_t n) {
    EACH(i, n) { y[i] = a[i] + b[i]; }
}
EXPORT(add)

KERNEL(256) multiply(const float* a, const float* b, float* y, int64_t n) {
    EACH(i, n) { y[i] = a[i] * b[i]; }
}
EXPORT(multiply)

KERNEL(256) multiply_rows(const float* a, const float* b, float* y, int64_t n, int width) {
    EACH(i, n) { y[i] = a[i] * b[i / width]; }
}
EXPORT(multiply_rows)

KERNEL(256) scale(const float* x, float factor, float* y, int64_t n) {
    EACH(i, n) { y[i] = x[i] * factor; }
}
EXPORT(scale)

KERNEL(256) accumulate(const float* x, float factor, float* y, int64_t n) {
    EACH(i, n) { y[i] += factor * x[i]; }
}
EXPORT(accumulate)

KERNEL(256) soft_cap(const float* x, float cap, float* y, int64_t n) {
    EACH(i, n) { y[i] = cap * tanhf(x[i] / cap); }
}
EXPORT(soft_cap)

KERNEL(256) clamp(const float* x, float low, float high, float* y, int64_t n) {
    EACH(i, n) { y[i] = fminf(fmaxf(x[i], low), high); }
}
EXPORT(clamp)

KERNEL(256) position_scale(const int* step, int kind, const float* x, float beta, float length, float offset, float* y, int64_t n, int width) {
    Step s = {step};
    EACH(i, n) {
        float turns = floorf((s.position(s.token(kind, (int)(i / width))) + offset) / length);
        y[i] = x[i] * (1 + beta * logf(1 + turns));
    }
}
EXPORT(position_scale)

KERNEL(256) xielu(const float* x, float positive, float negative, float beta, float epsilon, float* y, int64_t n) {
    EACH(i, n) {
        float z = x[i];
        y[i] = z > 0 ? positive * z * z + beta * z : (expm1f(fminf(z, epsilon)) - z) * negative + beta * z;
    }
}
EXPORT(xielu)

// Of each row, `groups` pieces of `size` elements: from x_start + g * x_piece to y_start + g * y_piece
KERNEL(256) copy_pieces(const float* x, int x_row, int x_start, int x_piece, float* y, int y_row, int y_start, int y_piece, int groups, int size,
        int64_t n) {
    EACH(i, n) {
        int64_t row = i / ((int64_t)groups * size);
        int g = (int)(i / size % groups);
        int e = (int)(i % size);
        y[row * y_row + y_start + g * y_piece + e] = x[row * x_row + x_start + g * x_piece + e];
    }
}
EXPORT(copy_pieces)

KERNEL(256) select_outputs(const int* step, const float* x, float* y, int64_t n, int width) {
    Step s = {step};
    EACH(i, n) { y[i] = x[(int64_t)s.output_row((int)(i / width)) * width + i % width]; }
}
EXPORT(select_outputs)

// mode: mean (0), first (1) or last (2) row of each sequence
KERNEL(256) pool(const int* step, int mode, const float* x, float* y, int64_t n, int width) {
    Step s = {step};
    EACH(i, n) {
        int sequence = (int)(i / width);
        int first = s.first_token(sequence);
        int count = s.token_count(sequence);
        const float* column = x + i % width;
        if (mode == 0) {
            float sum = 0;
            for (int t = first; t < first + count; t++) {
                sum += column[(int64_t)t * width];
            }
            y[i] = sum / count;
        } else {
            y[i] = column[(int64_t)(mode == 1 ? first : first + count - 1) * width];
        }
    }
}
EXPORT(pool)

// index: token id (0), position (1) or row 0 (2); a negative id takes a row of `embeddings`. A block does a row.
DEVICE int64_t table_row(const Step& s, int index) {
    return index == 0 ? s.id(blockIdx.x) : index == 1 ? s.position(blockIdx.x) : 0;
}

DEVICE bool embedded(const Step& s, int index, const float* embeddings, float* y, int width) {
    int64_t row = table_row(s, index);
    if (index != 0 || row >= 0) {
        return false;
    }
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        y[(int64_t)blockIdx.x * width + i] = embeddings[(-1 - row) * width + i];
    }
    return true;
}

template <int TYPE>
DEVICE void embed_plain(const int* step, int index, const uint8_t* table, int64_t first, const float* embeddings, float factor, float* y, int width) {
    Step s = {step};
    if (embedded(s, index, embeddings, y, width)) {
        return;
    }
    int64_t start = first + table_row(s, index) * width;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        float value = TYPE == F32 ? ((const float*)table)[start + i]
                : TYPE == F16 ? half_to_float(load16(table + 2 * (start + i))) : bfloat_to_float(load16(table + 2 * (start + i)));
        y[(int64_t)blockIdx.x * width + i] = value * factor;
    }
}

template <int TYPE>
DEVICE void embed_blocks(const int* step, int index, const Matrix& table, const float* embeddings, float factor, float* y, int width) {
    typedef Format<TYPE> F;
    Step s = {step};
    if (embedded(s, index, embeddings, y, width)) {
        return;
    }
    int64_t row_blocks = width / (32 * F::CHUNKS);
    for (int i = threadIdx.x; i < width / 32; i += blockDim.x) {
        int part = i % F::CHUNKS;
        Chunk c = F::unpack(F::load(table, table.first + table_row(s, index) * row_blocks + i / F::CHUNKS, part), part);
        for (int run = 0; run < 2; run++) {
            float* to = y + (int64_t)blockIdx.x * width + i / F::CHUNKS * (32 * F::CHUNKS) + F::start(part, run);
            for (int e = 0; e < 16; e++) {
                to[e] = chunk_value(c, run, e) * factor;
            }
        }
    }
}

#define EMBED(NAME, BODY) \
    KERNEL(128) embed_##NAME(const int* step, int index, const uint8_t* table, int64_t blocks, int64_t first, const float* embeddings, \
            float factor, float* y, int width) { \
        BODY; \
    } \
    EXPORT(embed_##NAME)
#define PLAIN(TYPE) embed_plain<TYPE>(step, index, table, first, embeddings, factor, y, width)
#define BLOCKS(TYPE) embed_blocks<TYPE>(step, index, {table, blocks, first}, embeddings, factor, y, width)

EMBED(f32, PLAIN(F32))
EMBED(f16, PLAIN(F16))
EMBED(bf16, PLAIN(BF16))
EMBED(q8_0, BLOCKS(Q8_0))
EMBED(q4_0, BLOCKS(Q4_0))
EMBED(q4_k, BLOCKS(Q4_K))
EMBED(q5_k, BLOCKS(Q5_K))
EMBED(q6_k, BLOCKS(Q6_K))
EMBED(mxfp4, BLOCKS(MXFP4))
