// Operators that need sums over a row or a part of one; a block does a part.
#include "device.cuh"

// Part g of row r: blockIdx.x = r * groups + g. `shared` weights are one part long.
KERNEL(256) rms_norm(const float* x, const float* weight, int shared, float* y, int part, int groups, float epsilon) {
    SHARED float scratch[8];
    const float* from = x + (int64_t)blockIdx.x * part;
    const float* w = weight && !shared ? weight + blockIdx.x % groups * part : weight;
    float* to = y + (int64_t)blockIdx.x * part;
    float sum = 0;
    if (part % 4 != 0) {
        for (int i = threadIdx.x; i < part; i += blockDim.x) {
            sum += from[i] * from[i];
        }
        float factor = 1 / sqrtf(block_sum(sum, scratch) / part + epsilon);
        for (int i = threadIdx.x; i < part; i += blockDim.x) {
            to[i] = from[i] * factor * (w ? w[i] : 1);
        }
        return;
    }
    // four at once, and several of these on their way
#pragma unroll 4
    for (int i = 4 * threadIdx.x; i < part; i += 4 * blockDim.x) {
        const float4 v = *(const float4*)(from + i);
        sum += v.x * v.x + v.y * v.y + (v.z * v.z + v.w * v.w);
    }
    float factor = 1 / sqrtf(block_sum(sum, scratch) / part + epsilon);
#pragma unroll 4
    for (int i = 4 * threadIdx.x; i < part; i += 4 * blockDim.x) {
        const float4 v = *(const float4*)(from + i);
        float4 scales = {1, 1, 1, 1};
        if (w) {
            scales = *(const float4*)(w + i);
        }
        *(float4*)(to + i) = {v.x * factor * scales.x, v.y * factor * scales.y, v.z * factor * scales.z, v.w * factor * scales.w};
    }
}
EXPORT(rms_norm)

KERNEL(256) layer_norm(const float* x, const float* weight, int shared_weight, const float* bias, int shared_bias, float* y, int part, int groups,
        float epsilon) {
    SHARED float scratch[8];
    const float* from = x + (int64_t)blockIdx.x * part;
    const float* w = weight && !shared_weight ? weight + blockIdx.x % groups * part : weight;
    const float* b = bias && !shared_bias ? bias + blockIdx.x % groups * part : bias;
    float sum = 0;
    for (int i = threadIdx.x; i < part; i += blockDim.x) {
        sum += from[i];
    }
    float mean = block_sum(sum, scratch) / part;
    float squares = 0;
    for (int i = threadIdx.x; i < part; i += blockDim.x) {
        squares += (from[i] - mean) * (from[i] - mean);
    }
    float factor = 1 / sqrtf(block_sum(squares, scratch) / part + epsilon);
    for (int i = threadIdx.x; i < part; i += blockDim.x) {
        y[(int64_t)blockIdx.x * part + i] = (from[i] - mean) * factor * (w ? w[i] : 1) + (b ? b[i] : 0);
    }
}
EXPORT(layer_norm)

KERNEL(256) match_norm(const float* x, const float* like, float* y, int width) {
    SHARED float scratch[8];
    int64_t start = (int64_t)blockIdx.x * width;
    float own = 0;
    float wanted = 0;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        own += x[start + i] * x[start + i];
        wanted += like[start + i] * like[start + i];
    }
    own = block_sum(own, scratch);
    wanted = block_sum(wanted, scratch);
    float factor = own == 0 ? 0 : sqrtf(wanted / own);
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        y[start + i] = x[start + i] * factor;
    }
}
EXPORT(match_norm)

KERNEL(256) deviation_cut(const float* x, float factor, float* y, int width) {
    SHARED float scratch[8];
    int64_t start = (int64_t)blockIdx.x * width;
    float sum = 0;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        sum += x[start + i];
    }
    float mean = block_sum(sum, scratch) / width;
    float squares = 0;
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        squares += (x[start + i] - mean) * (x[start + i] - mean);
    }
    float cut = mean + factor * sqrtf(block_sum(squares, scratch) / (width - 1));
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        y[start + i] = fmaxf(0, x[start + i] - cut);
    }
}
EXPORT(deviation_cut)
