// What the kernels use of the machine beyond plain C++. Without nvcc the tests' host.h defines the same names by their meaning.
#pragma once

#include <stdint.h>

#ifdef __CUDACC__

#define KERNEL(threads) extern "C" __global__ void __launch_bounds__(threads)
#define KERNEL_RESIDENT(threads, blocks) extern "C" __global__ void __launch_bounds__(threads, blocks)
#define EXPORT(name)
#define DEVICE static __device__ __forceinline__
#define MEMBER static __device__ __forceinline__
#define INLINE __device__ __forceinline__
#define TABLE static __device__ const
#define DYNAMIC_SHARED(name) extern __shared__ __align__(16) unsigned char name[]
#define SHARED __shared__

DEVICE float half_to_float(uint16_t h) {
    float f;
    asm("cvt.f32.f16 %0, %1;" : "=f"(f) : "h"(h));
    return f;
}

DEVICE uint16_t float_to_half(float f) {
    uint16_t h;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(h) : "f"(f));
    return h;
}

// Two numbers in one word, the first in its low half.
DEVICE uint32_t pack_half(float first, float second) {
    uint32_t word;
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(second), "f"(first));
    return word;
}

DEVICE uint32_t pack_bfloat(float first, float second) {
    uint32_t word;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(second), "f"(first));
    return word;
}

// sum + the dot product of four signed bytes
DEVICE int dot4(int a, int b, int sum) { return __dp4a(a, b, sum); }

DEVICE uint32_t byte_perm(uint32_t low, uint32_t high, uint32_t selector) { return __byte_perm(low, high, selector); }

DEVICE float shuffle_xor(float value, int mask) { return __shfl_xor_sync(0xFFFFFFFFu, value, mask); }

DEVICE void block_barrier() { __syncthreads(); }

DEVICE void warp_barrier() { __syncwarp(); }

DEVICE uint32_t shared_address(const void* pointer) { return (uint32_t)__cvta_generic_to_shared(pointer); }

// 16 bytes from global to shared memory, behind the thread's back until copies_done
DEVICE void copy16(void* shared, const void* global) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(shared_address(shared)), "l"(global) : "memory");
}

DEVICE void copies_group() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits until at most this many of the thread's latest groups of copies are unfinished.
template <int GROUPS>
DEVICE void copies_done() {
    asm volatile("cp.async.wait_group %0;" ::"n"(GROUPS) : "memory");
}

// Four 8x8 matrices of 16-bit numbers: lanes 8i..8i+7 give the addresses of the rows of matrix i.
DEVICE void load_matrices(uint32_t r[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(shared_address(row)) : "memory");
}

// As load_matrices, each matrix transposed.
DEVICE void load_transposed(uint32_t r[4], const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]) : "r"(shared_address(row)) : "memory");
}

// c [16, 8] += a [16, 16] b [16, 8] by the tensor cores, in the layouts of mma.m16n8k16
template <bool BFLOAT>
DEVICE void multiply_tile(float c[4], const uint32_t a[4], const uint32_t b[2]) {
    if (BFLOAT) {
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                     : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    } else {
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                     : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    }
}

DEVICE float as_float(uint32_t bits) { return __uint_as_float(bits); }

DEVICE uint32_t as_bits(float value) { return __float_as_uint(value); }

// 16 bytes that are read once
DEVICE uint4 load_once(const void* address) { return __ldg((const uint4*)address); }

#else
#include "host.h"
#endif

DEVICE float bfloat_to_float(uint16_t h) { return as_float((uint32_t)h << 16); }

DEVICE uint16_t load16(const void* address) { return *(const uint16_t*)address; }

DEVICE float warp_sum(float value) {
    for (int mask = 16; mask > 0; mask >>= 1) {
        value += shuffle_xor(value, mask);
    }
    return value;
}

DEVICE float warp_max(float value) {
    for (int mask = 16; mask > 0; mask >>= 1) {
        value = fmaxf(value, shuffle_xor(value, mask));
    }
    return value;
}

// The sum over a block of whole warps, for every thread; scratch has one float a warp.
DEVICE float block_sum(float value, float* scratch) {
    value = warp_sum(value);
    block_barrier();
    if (threadIdx.x % 32 == 0) {
        scratch[threadIdx.x / 32] = value;
    }
    block_barrier();
    float sum = 0;
    for (int w = 0; w < (int)blockDim.x / 32; w++) {
        sum += scratch[w];
    }
    return sum;
}

DEVICE float block_max(float value, float* scratch) {
    value = warp_max(value);
    block_barrier();
    if (threadIdx.x % 32 == 0) {
        scratch[threadIdx.x / 32] = value;
    }
    block_barrier();
    float most = scratch[0];
    for (int w = 1; w < (int)blockDim.x / 32; w++) {
        most = fmaxf(most, scratch[w]);
    }
    return most;
}
