// Weights into the forms that the other kernels read; once a model.
#include "raw.cuh"

// Takes one field out of each block: `size` bytes at `offset` of blocks of `block` bytes, side by side at the target.
KERNEL(256) split_blocks(const uint8_t* source, int block, int offset, int size, int64_t bytes, uint8_t* target) {
    for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x; i < bytes; i += (int64_t)gridDim.x * blockDim.x) {
        target[i] = source[i / size * block + offset + i % size];
    }
}
EXPORT(split_blocks)

// Any type to 32-bit floats
KERNEL(256) expand_floats(const uint8_t* source, int type, int block, int block_bytes, int64_t elements, const uint16_t* books, float* target) {
    for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x; i < elements; i += (int64_t)gridDim.x * blockDim.x) {
        target[i] = raw_value(type, source + i / block * block_bytes, (int)(i % block), books);
    }
}
EXPORT(expand_floats)

// Any type to 16-bit floats
KERNEL(256) expand_halves(const uint8_t* source, int type, int block, int block_bytes, int64_t elements, const uint16_t* books, uint16_t* target) {
    for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x; i < elements; i += (int64_t)gridDim.x * blockDim.x) {
        target[i] = float_to_half(raw_value(type, source + i / block * block_bytes, (int)(i % block), books));
    }
}
EXPORT(expand_halves)

// Any type of blocks to Q8_0 as kernels want it: levels and scales apart. A warp makes a block of 32.
KERNEL(256) requantize(const uint8_t* source, int type, int block, int block_bytes, int64_t elements, const uint16_t* books, int8_t* levels,
        uint16_t* scales) {
    for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x; i < elements; i += (int64_t)gridDim.x * blockDim.x) {
        float value = raw_value(type, source + i / block * block_bytes, (int)(i % block), books);
        float scale = half_to_float(float_to_half(warp_max(fabsf(value)) / 127));
        float level = scale == 0 ? 0 : value / scale;
        levels[i] = (int8_t)fminf(fmaxf(rintf(level), -127), 127);
        if (i % 32 == 0) {
            scales[i / 32] = float_to_half(scale);
        }
    }
}
EXPORT(requantize)
