// The names of device.cuh by their meaning on one thread of the host: blocks are loops, threads are fibers that take turns, barriers and
// exchanges between lanes wait until all have come. It checks indices and arithmetic and proves nothing about hardware.
#pragma once

#include <math.h>
#include <stddef.h>
#include <string.h>
#include <utility>

#define KERNEL(threads) static void
#define KERNEL_RESIDENT(threads, blocks) static void
#define DEVICE static inline
#define MEMBER static inline
#define INLINE inline
#define TABLE static const
#define SHARED static
#define DYNAMIC_SHARED(name) unsigned char* name = standin::dynamic_shared
#define EXPORT(name) static standin::Registration registered_##name(#name, name);

struct Dim {
    unsigned x, y, z;
};
struct uint4 {
    uint32_t x, y, z, w;
};
struct float4 {
    float x, y, z, w;
};

extern Dim threadIdx, blockIdx, blockDim, gridDim;

namespace standin {
extern unsigned char* dynamic_shared;

// What the lanes of a warp show each other; two sides, so that one wait an exchange is enough.
struct Exchange {
    uint32_t words[2][32][8];
    const void* pointers[2][32];
};

Exchange& exchange();
int turn(); // the side to use now; changes with every call
void wait_block();
void wait_warp();
void delay_copy(void* target, const void* source);
void close_group();
void finish_copies(int open_groups);

typedef void (*Invoke)(void (*)(), void**);

struct Kernel {
    const char* name;
    void (*function)();
    Invoke invoke;
    const size_t* sizes;
    int parameters;
};

void add(const Kernel& kernel);

template <class... A, size_t... I>
void call(void (*function)(A...), void** parameters, std::index_sequence<I...>) {
    function(*(A*)parameters[I]...);
}

struct Registration {
    template <class... A>
    Registration(const char* name, void (*function)(A...)) {
        static const size_t sizes[] = {sizeof(A)...};
        add({name, (void (*)())function,
                [](void (*f)(), void** p) { call((void (*)(A...))f, p, std::index_sequence_for<A...>()); }, sizes, (int)sizeof...(A)});
    }
};
} // namespace standin

DEVICE uint32_t as_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

DEVICE float as_float(uint32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

DEVICE float expand_half(uint16_t h) {
    int exponent = h >> 10 & 31;
    int mantissa = h & 1023;
    float size = exponent == 31 ? (mantissa ? NAN : INFINITY) : exponent == 0 ? ldexpf(mantissa, -24) : ldexpf(1024 + mantissa, exponent - 25);
    return h & 0x8000 ? -size : size;
}

struct HalfTable {
    float values[65536];
    HalfTable() {
        for (int h = 0; h < 65536; h++) {
            values[h] = expand_half((uint16_t)h);
        }
    }
};

static const HalfTable half_table;

DEVICE float half_to_float(uint16_t h) { return half_table.values[h]; }

// Rounds to nearest even.
DEVICE uint16_t float_to_half(float f) {
    uint16_t sign = as_bits(f) >> 16 & 0x8000;
    float size = fabsf(f);
    if (!(size == size)) {
        return 0x7FFF;
    }
    if (size >= 65520) {
        return sign | 0x7C00;
    }
    if (size < 6.103515625e-5f) {
        return sign | (uint16_t)rintf(ldexpf(size, 24));
    }
    int exponent;
    float part = frexpf(size, &exponent); // [0.5, 1)
    int mantissa = (int)rintf(ldexpf(part, 11));
    return sign | (uint16_t)(((exponent + 14) << 10) + mantissa - 1024);
}

DEVICE uint16_t float_to_bfloat(float f) {
    uint32_t bits = as_bits(f);
    return f == f ? (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16) : 0x7FFF;
}

DEVICE uint32_t pack_half(float first, float second) { return float_to_half(first) | (uint32_t)float_to_half(second) << 16; }

DEVICE uint32_t pack_bfloat(float first, float second) { return float_to_bfloat(first) | (uint32_t)float_to_bfloat(second) << 16; }

DEVICE int dot4(int a, int b, int sum) {
    for (int i = 0; i < 4; i++) {
        sum += (int8_t)(a >> 8 * i) * (int8_t)(b >> 8 * i);
    }
    return sum;
}

DEVICE uint32_t byte_perm(uint32_t low, uint32_t high, uint32_t selector) {
    uint64_t bytes = low | (uint64_t)high << 32;
    uint32_t result = 0;
    for (int i = 0; i < 4; i++) {
        result |= (uint32_t)(bytes >> 8 * (selector >> 4 * i & 7) & 0xFF) << 8 * i;
    }
    return result;
}

DEVICE float shuffle_xor(float value, int mask) {
    int side = standin::turn();
    int lane = threadIdx.x % 32;
    auto& words = standin::exchange().words[side];
    words[lane][0] = as_bits(value);
    standin::wait_warp();
    return as_float(words[lane ^ mask][0]);
}

DEVICE void block_barrier() { standin::wait_block(); }

DEVICE void warp_barrier() { standin::wait_warp(); }

DEVICE void copy16(void* shared, const void* global) { standin::delay_copy(shared, global); }

DEVICE void copies_group() { standin::close_group(); }

template <int GROUPS>
DEVICE void copies_done() {
    standin::finish_copies(GROUPS);
}

DEVICE void gather_rows(const void* row, const void* rows[32]) {
    int side = standin::turn();
    standin::exchange().pointers[side][threadIdx.x % 32] = row;
    standin::wait_warp();
    memcpy(rows, standin::exchange().pointers[side], 32 * sizeof(void*));
}

DEVICE void load_matrices(uint32_t r[4], const void* row) {
    const void* rows[32];
    gather_rows(row, rows);
    int lane = threadIdx.x % 32;
    for (int i = 0; i < 4; i++) {
        memcpy(r + i, (const char*)rows[8 * i + lane / 4] + 4 * (lane % 4), 4);
    }
    standin::wait_warp();
}

DEVICE void load_transposed(uint32_t r[4], const void* row) {
    const void* rows[32];
    gather_rows(row, rows);
    int lane = threadIdx.x % 32;
    for (int i = 0; i < 4; i++) {
        uint16_t low, high;
        memcpy(&low, (const char*)rows[8 * i + 2 * (lane % 4)] + 2 * (lane / 4), 2);
        memcpy(&high, (const char*)rows[8 * i + 2 * (lane % 4) + 1] + 2 * (lane / 4), 2);
        r[i] = low | (uint32_t)high << 16;
    }
    standin::wait_warp();
}

template <bool BFLOAT>
DEVICE float element_of(uint32_t word, int high) {
    uint16_t bits = (uint16_t)(high ? word >> 16 : word);
    return BFLOAT ? as_float((uint32_t)bits << 16) : half_to_float(bits);
}

// The layouts of mma.m16n8k16: with g = lane / 4 and t = lane % 4, a holds rows g, g + 8 at columns 2t and 2t + 8, b rows 2t and 2t + 8 of
// column g, c rows g and g + 8 at columns 2t.
template <bool BFLOAT>
DEVICE void multiply_tile(float c[4], const uint32_t a[4], const uint32_t b[2]) {
    int side = standin::turn();
    int lane = threadIdx.x % 32;
    auto& words = standin::exchange().words[side];
    memcpy(words[lane], a, 16);
    memcpy(words[lane] + 4, b, 8);
    standin::wait_warp();
    for (int i = 0; i < 4; i++) {
        int row = lane / 4;
        int column = 2 * (lane % 4) + i % 2;
        float sum = 0;
        for (int k = 0; k < 16; k++) {
            const uint32_t* of_a = words[4 * row + k % 8 / 2];
            const uint32_t* of_b = words[4 * column + k % 8 / 2];
            sum += element_of<BFLOAT>(of_a[i / 2 + k / 8 * 2], k % 2) * element_of<BFLOAT>(of_b[4 + k / 8], k % 2);
        }
        c[i] += sum;
    }
    standin::wait_warp();
}

DEVICE uint4 load_once(const void* address) {
    uint4 value;
    memcpy(&value, __builtin_assume_aligned(address, 1), 16);
    if ((uintptr_t)address % 16 != 0) {
        __builtin_trap();
    }
    return value;
}

DEVICE int atomicAdd(int* at, int value) {
    int before = *at;
    *at += value;
    return before;
}

DEVICE float cospif(float x) { return (float)cos(M_PI * x); }

DEVICE float sinpif(float x) { return (float)sin(M_PI * x); }
