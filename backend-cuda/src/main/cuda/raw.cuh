// Elements of blocks as files have them, one by one: for what has no kernels of its own and is brought into another form at upload.
// Numbers of types, layouts and formulas are those of the GGUF format.
#pragma once

#include "device.cuh"

enum Type {
    F32 = 0, F16 = 1, Q4_0 = 2, Q4_1 = 3, Q5_0 = 6, Q5_1 = 7, Q8_0 = 8, Q2_K = 10, Q3_K = 11, Q4_K = 12, Q5_K = 13, Q6_K = 14,
    IQ2_XXS = 16, IQ2_XS = 17, IQ3_XXS = 18, IQ1_S = 19, IQ4_NL = 20, IQ3_S = 21, IQ2_S = 22, IQ4_XS = 23, F64 = 28, IQ1_M = 29,
    BF16 = 30, TQ1_0 = 34, TQ2_0 = 35, MXFP4 = 39, NVFP4 = 40, Q1_0 = 41, Q2_0 = 42
};

TABLE int8_t NONLINEAR[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
// E2M1 numbers, doubled
TABLE int8_t FP4[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
TABLE uint8_t POWERS[5] = {1, 3, 9, 27, 81};
TABLE uint8_t LEVELS_2[4] = {8, 25, 43, 0};
TABLE uint8_t LEVELS_3_XXS[8] = {4, 12, 20, 28, 36, 44, 52, 62};

// Where each codebook begins, in vectors; see Codebooks of backend-cpu for the file.
enum Book { BOOK_2_XXS = 0, BOOK_2_XS = 256, BOOK_2_S = 768, BOOK_3_XXS = 1792, BOOK_3_S = 2048, BOOK_1 = 2560 };

// 2^(e - 127), halved because FP4 is doubled
DEVICE float e8m0_half(int e) { return as_float(e < 2 ? 0x00200000u << e : (uint32_t)(e - 1) << 23); }

DEVICE float ue4m3(int bits) {
    if (bits == 0 || bits == 0x7F) {
        return 0;
    }
    int exponent = bits >> 3 & 15;
    int mantissa = bits & 7;
    return exponent == 0 ? mantissa * (1 / 512.0f) : (1 + mantissa / 8.0f) * as_float((uint32_t)(exponent - 7 + 127) << 23);
}

DEVICE int raw_scale(const uint8_t* packed, int part) {
    return part < 4 ? packed[part] & 63 : (packed[part + 4] & 15) | (packed[part - 4] >> 6) << 4;
}

DEVICE int raw_minimum(const uint8_t* packed, int part) {
    return part < 4 ? packed[part + 4] & 63 : packed[part + 4] >> 4 | (packed[part] >> 6) << 4;
}

DEVICE int half_byte(const uint8_t* bytes, int index) { return bytes[index / 2] >> 4 * (index % 2) & 15; }

// Eight signs of which seven are stored: the number of negative ones is even.
DEVICE int parity_signs(int stored) {
    int low = stored & 127;
    int ones = 0;
    for (int i = 0; i < 7; i++) {
        ones += low >> i & 1;
    }
    return low | (ones & 1) << 7;
}

DEVICE uint32_t word16(const uint8_t* at) { return load16(at) | (uint32_t)load16(at + 2) << 16; }

DEVICE float signed_level(float level, int signs, int i) { return signs >> i & 1 ? -level : level; }

DEVICE float codebook_value(int type, const uint8_t* s, int i, const uint16_t* books) {
    int run8 = i / 8;
    int run4 = i / 4;
    switch (type) {
        case IQ2_XXS: {
            const uint8_t* at = s + 2 + 8 * (i / 32);
            uint32_t word = word16(at + 4);
            float scale = half_to_float(load16(s)) * (0.5f + (word >> 28)) * 0.25f;
            int vector = books[BOOK_2_XXS + at[run8 % 4]];
            return signed_level(scale * LEVELS_2[vector >> 2 * (i % 8) & 3], parity_signs(word >> 7 * (run8 % 4)), i % 8);
        }
        case IQ2_XS: {
            int word = load16(s + 2 + 2 * run8);
            float scale = half_to_float(load16(s)) * (0.5f + half_byte(s + 66, run8 / 2)) * 0.25f;
            int vector = books[BOOK_2_XS + (word & 511)];
            return signed_level(scale * LEVELS_2[vector >> 2 * (i % 8) & 3], parity_signs(word >> 9), i % 8);
        }
        case IQ2_S: {
            int number = s[2 + run8] | (s[66 + run8 / 4] >> 2 * (run8 % 4) & 3) << 8;
            float scale = half_to_float(load16(s)) * (0.5f + half_byte(s + 74, run8 / 2)) * 0.25f;
            return signed_level(scale * LEVELS_2[books[BOOK_2_S + number] >> 2 * (i % 8) & 3], s[34 + run8], i % 8);
        }
        case IQ3_XXS: {
            uint32_t word = word16(s + 66 + 4 * (i / 32));
            float scale = half_to_float(load16(s)) * (0.5f + (word >> 28)) * 0.5f;
            int signs = parity_signs(word >> 7 * (run4 % 8 / 2)) >> 4 * (run4 % 2);
            return signed_level(scale * LEVELS_3_XXS[books[BOOK_3_XXS + s[2 + run4]] >> 3 * (i % 4) & 7], signs, i % 4);
        }
        case IQ3_S: {
            int number = s[2 + run4] | (s[66 + run4 / 8] >> run4 % 8 & 1) << 8;
            float scale = half_to_float(load16(s)) * (1 + 2 * half_byte(s + 106, run4 / 8));
            float level = 2 * (books[BOOK_3_S + number] >> 3 * (i % 4) & 7) + 1;
            return signed_level(scale * level, s[74 + run4 / 2] >> 4 * (run4 % 2), i % 4);
        }
        case IQ1_S: {
            int word = load16(s + 34 + 2 * (i / 32));
            int number = s[2 + run8] | (word >> 3 * (run8 % 4) & 7) << 8;
            float scale = half_to_float(load16(s)) * (2 * (word >> 12 & 7) + 1);
            int level = (books[BOOK_1 + number] >> 2 * (i % 8) & 3) - 1;
            return scale * (level + (word & 0x8000 ? -0.125f : 0.125f));
        }
        default: { // IQ1_M
            int bits = 0;
            for (int k = 0; k < 4; k++) {
                bits |= (s[49 + 2 * k] >> 4) << 4 * k;
            }
            int high = half_byte(s + 32, run8);
            int scale = load16(s + 48 + 2 * (run8 / 8)) >> 3 * (run8 % 8 / 2) & 7;
            int level = (books[BOOK_1 + (s[run8] | (high & 7) << 8)] >> 2 * (i % 8) & 3) - 1;
            return half_to_float((uint16_t)bits) * (2 * scale + 1) * (level + (high & 8 ? -0.125f : 0.125f));
        }
    }
}

// Five base-3 digits a byte as a fixed-point fraction
DEVICE int ternary_digit(const uint8_t* bytes, int count, int i) {
    int fraction = bytes[i % count] * POWERS[i / count] & 0xFF;
    return (fraction * 3 >> 8) - 1;
}

// Element i of the block at s; books: see codebooks.
DEVICE float raw_value(int type, const uint8_t* s, int i, const uint16_t* books) {
    int part = i / 16;
    switch (type) {
        case F32: return *(const float*)s;
        case F16: return half_to_float(load16(s));
        case BF16: return bfloat_to_float(load16(s));
        case F64: return (float)*(const double*)s;
        case Q4_0: return ((s[2 + i % 16] >> 4 * (i / 16) & 15) - 8) * half_to_float(load16(s));
        case Q4_1: return (s[4 + i % 16] >> 4 * (i / 16) & 15) * half_to_float(load16(s)) + half_to_float(load16(s + 2));
        case Q5_0: {
            int q = (s[6 + i % 16] >> 4 * (i / 16) & 15) | (word16(s + 2) >> i & 1) << 4;
            return (q - 16) * half_to_float(load16(s));
        }
        case Q5_1: {
            int q = (s[8 + i % 16] >> 4 * (i / 16) & 15) | (word16(s + 4) >> i & 1) << 4;
            return q * half_to_float(load16(s)) + half_to_float(load16(s + 2));
        }
        case Q8_0: return (int8_t)s[2 + i] * half_to_float(load16(s));
        case Q1_0: return s[2 + i / 8] >> i % 8 & 1 ? half_to_float(load16(s)) : -half_to_float(load16(s));
        case Q2_0: return ((s[2 + i / 4] >> 2 * (i % 4) & 3) - 1) * half_to_float(load16(s));
        case Q2_K: {
            int q = s[16 + 32 * (part / 8) + i % 32] >> part % 8 / 2 * 2 & 3;
            return half_to_float(load16(s + 80)) * (s[part] & 15) * q - half_to_float(load16(s + 82)) * (s[part] >> 4);
        }
        case Q3_K: {
            int low = part < 8 ? s[96 + part] & 15 : s[96 + part - 8] >> 4;
            int high = s[104 + part % 4] >> 2 * (part / 4) & 3;
            int q = (s[32 + 32 * (part / 8) + i % 32] >> part % 8 / 2 * 2 & 3) - (s[i % 32] >> part / 2 & 1 ? 0 : 4);
            return half_to_float(load16(s + 108)) * ((low | high << 4) - 32) * q;
        }
        case Q4_K: {
            int q = s[16 + 32 * (i / 64) + i % 32] >> 4 * (i / 32 % 2) & 15;
            return half_to_float(load16(s)) * raw_scale(s + 4, i / 32) * q - half_to_float(load16(s + 2)) * raw_minimum(s + 4, i / 32);
        }
        case Q5_K: {
            int q = (s[48 + 32 * (i / 64) + i % 32] >> 4 * (i / 32 % 2) & 15) | (s[16 + i % 32] >> i / 32 & 1) << 4;
            return half_to_float(load16(s)) * raw_scale(s + 4, i / 32) * q - half_to_float(load16(s + 2)) * raw_minimum(s + 4, i / 32);
        }
        case Q6_K: {
            int quarter = i % 128 / 32;
            int low = s[64 * (i / 128) + 32 * (quarter % 2) + i % 32] >> 4 * (quarter / 2) & 15;
            int high = s[128 + 32 * (i / 128) + i % 32] >> 2 * quarter & 3;
            return half_to_float(load16(s + 208)) * (int8_t)s[192 + part] * ((low | high << 4) - 32);
        }
        case IQ4_NL: return NONLINEAR[s[2 + i % 16] >> 4 * (i / 16) & 15] * half_to_float(load16(s));
        case IQ4_XS: {
            int scale = (s[4 + i / 64] >> 4 * (i / 32 % 2) & 15) | (load16(s + 2) >> 2 * (i / 32) & 3) << 4;
            return half_to_float(load16(s)) * (scale - 32) * NONLINEAR[s[8 + 16 * (i / 32) + i % 16] >> 4 * (i / 16 % 2) & 15];
        }
        case MXFP4: return FP4[s[1 + i % 16] >> 4 * (i / 16) & 15] * e8m0_half(s[0]);
        case NVFP4: return FP4[s[4 + 8 * part + i % 8] >> 4 * (i / 8 % 2) & 15] * ue4m3(s[part]) * 0.5f;
        case TQ1_0: {
            int digit = i < 160 ? ternary_digit(s, 32, i) : i < 240 ? ternary_digit(s + 32, 16, i - 160) : ternary_digit(s + 48, 4, i - 240);
            return digit * half_to_float(load16(s + 52));
        }
        case TQ2_0: return ((s[32 * (i / 128) + i % 32] >> 2 * (i % 128 / 32) & 3) - 1) * half_to_float(load16(s + 64));
        default: return codebook_value(type, s, i, books);
    }
}
