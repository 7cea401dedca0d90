// Inputs of products in the form that the kernels of products read.
#include "device.cuh"

// To 16 bits in two signed bytes: x is about scale * (high + low / 254), with a scale each 32 elements. Lies as high bytes, low bytes (each
// `piece` long), scales, and sums of each 16 elements. A warp does 32 elements; the count is a multiple of 32.
KERNEL(256) prepare_bytes(const float* x, int64_t elements, int8_t* y, int64_t piece) {
    int64_t i = (int64_t)blockIdx.x * 256 + threadIdx.x;
    if (i - threadIdx.x % 32 >= elements) {
        return;
    }
    float value = x[i];
    float scale = warp_max(fabsf(value)) / 127;
    float level = scale == 0 ? 0 : value / scale;
    float high = rintf(level);
    y[i] = (int8_t)high;
    y[piece + i] = (int8_t)rintf((level - high) * 254);
    float sum = value;
    for (int mask = 8; mask > 0; mask >>= 1) {
        sum += shuffle_xor(sum, mask);
    }
    float* scales = (float*)(y + 2 * piece);
    if (threadIdx.x % 32 == 0) {
        scales[i / 32] = scale;
    }
    if (threadIdx.x % 16 == 0) {
        scales[piece / 32 + i / 16] = sum;
    }
}
EXPORT(prepare_bytes)

// To 16-bit floats whose rows are `padded` long, the rest zero. With two pieces the second holds what the first left, so that together
// they have about 22 bits. Rows are scaled by a power of two into the middle of the range of halves; `scales` undoes it.
template <bool BFLOAT>
DEVICE void prepare_halves(const float* x, int width, int padded, int pieces, int64_t piece_stride, uint16_t* y, float* scales, float* scratch) {
    const float* row = x + (int64_t)blockIdx.x * width;
    float up = 1;
    if (!BFLOAT) {
        float most = 0;
        for (int i = threadIdx.x; i < width; i += blockDim.x) {
            most = fmaxf(most, fabsf(row[i]));
        }
        most = block_max(most, scratch);
        int exponent = most > 0 && most < 3e38f ? (int)(as_bits(most) >> 23) - 127 : 0;
        int shift = 12 - exponent < 100 ? 12 - exponent : 100;
        up = as_float((uint32_t)(127 + shift) << 23);
        if (threadIdx.x == 0) {
            scales[blockIdx.x] = as_float((uint32_t)(127 - shift) << 23);
        }
    } else if (threadIdx.x == 0) {
        scales[blockIdx.x] = 1;
    }
    uint16_t* first = y + (int64_t)blockIdx.x * padded;
    for (int i = threadIdx.x; i < padded; i += blockDim.x) {
        float value = i < width ? row[i] * up : 0;
        uint16_t high = (uint16_t)(BFLOAT ? pack_bfloat(value, 0) : pack_half(value, 0));
        first[i] = high;
        if (pieces == 2) {
            float rest = value - (BFLOAT ? bfloat_to_float(high) : half_to_float(high));
            first[piece_stride + i] = (uint16_t)(BFLOAT ? pack_bfloat(rest, 0) : pack_half(rest, 0));
        }
    }
}

KERNEL(256) prepare_f16(const float* x, int width, int padded, int pieces, int64_t piece_stride, uint16_t* y, float* scales) {
    SHARED float scratch[8];
    prepare_halves<false>(x, width, padded, pieces, piece_stride, y, scales, scratch);
}
EXPORT(prepare_f16)

KERNEL(256) prepare_bf16(const float* x, int width, int padded, int pieces, int64_t piece_stride, uint16_t* y, float* scales) {
    SHARED float scratch[8];
    prepare_halves<true>(x, width, padded, pieces, piece_stride, y, scales, scratch);
}
EXPORT(prepare_bf16)
