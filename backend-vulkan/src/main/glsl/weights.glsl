// Eight elements of a row of weights, from element i on, a multiple of 8. WEIGHT is the type; formulas as in the format's description.
// types: F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q1_0 Q2_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL IQ4_XS MXFP4 NVFP4 TQ1_0 TQ2_0
#define F32 1
#define F16 2
#define BF16 3
#define Q4_0 4
#define Q4_1 5
#define Q5_0 6
#define Q5_1 7
#define Q8_0 8
#define Q1_0 9
#define Q2_0 10
#define Q2_K 11
#define Q3_K 12
#define Q4_K 13
#define Q5_K 14
#define Q6_K 15
#define IQ4_NL 16
#define IQ4_XS 17
#define MXFP4 18
#define NVFP4 19
#define TQ1_0 20
#define TQ2_0 21

// Four runs of two bytes, which may begin at any even address.
uvec4 pairs(uint64_t address) {
    Shorts s = Shorts(address);
    return uvec4(s.at[0], s.at[1], s.at[2], s.at[3]);
}

uint byteOf(uvec4 p, uint k) {
    return p[k >> 1] >> 8 * (k & 1) & 255u;
}

int signedByte(uint b) {
    return bitfieldExtract(int(b), 0, 8);
}

#if WEIGHT == F32
float element(uint64_t row, uint i) {
    return Floats(row).at[i];
}

void eight(uint64_t row, uint i, out float w[8]) {
    Quads q = Quads(row + 4 * i);
    vec4 a = q.at[0];
    vec4 b = q.at[1];
    [[unroll]] for (uint k = 0; k < 4; k++) {
        w[k] = a[k];
        w[4 + k] = b[k];
    }
}
#elif WEIGHT == F16
float element(uint64_t row, uint i) {
    return half1(Shorts(row).at[i]);
}

void eight(uint64_t row, uint i, out float w[8]) {
    Words s = Words(row + 2 * i);
    [[unroll]] for (uint k = 0; k < 4; k++) {
        vec2 two = unpackHalf2x16(s.at[k]);
        w[2 * k] = two.x;
        w[2 * k + 1] = two.y;
    }
}
#elif WEIGHT == BF16
float element(uint64_t row, uint i) {
    return uintBitsToFloat(uint(Shorts(row).at[i]) << 16);
}

void eight(uint64_t row, uint i, out float w[8]) {
    Words s = Words(row + 2 * i);
    [[unroll]] for (uint k = 0; k < 4; k++) {
        uint two = s.at[k];
        w[2 * k] = uintBitsToFloat(two << 16);
        w[2 * k + 1] = uintBitsToFloat(two & 0xFFFF0000u);
    }
}
#elif WEIGHT == Q8_0
void eight(uint64_t row, uint i, out float w[8]) {
    uint64_t block = row + 34ul * (i >> 5);
    float d = half1(Shorts(block).at[0]);
    uvec4 q = pairs(block + 2 + (i & 31));
    [[unroll]] for (uint k = 0; k < 8; k++) {
        w[k] = d * float(signedByte(byteOf(q, k)));
    }
}
#elif WEIGHT == Q4_0 || WEIGHT == Q4_1 || WEIGHT == Q5_0 || WEIGHT == Q5_1
#if WEIGHT == Q4_0
const uint BYTES = 18;
const uint LEVELS = 2;
#elif WEIGHT == Q4_1
const uint BYTES = 20;
const uint LEVELS = 4;
#elif WEIGHT == Q5_0
const uint BYTES = 22;
const uint LEVELS = 6;
#else
const uint BYTES = 24;
const uint LEVELS = 8;
#endif
void eight(uint64_t row, uint i, out float w[8]) {
    uint64_t block = row + uint64_t(BYTES) * (i >> 5);
    uint r = i & 31;
    Shorts head = Shorts(block);
    float d = half1(head.at[0]);
    uvec4 q = pairs(block + LEVELS + (r & 15));
    uint shift = r >> 4 << 2;
#if WEIGHT == Q5_0
    uint high = uint(head.at[1]) | uint(head.at[2]) << 16;
#elif WEIGHT == Q5_1
    uint high = uint(head.at[2]) | uint(head.at[3]) << 16;
#endif
    [[unroll]] for (uint k = 0; k < 8; k++) {
        uint level = byteOf(q, k) >> shift & 15;
#if WEIGHT == Q4_0
        w[k] = d * float(int(level) - 8);
#elif WEIGHT == Q4_1
        w[k] = fma(d, float(level), half1(head.at[1]));
#elif WEIGHT == Q5_0
        w[k] = d * float(int(level | (high >> r + k & 1) << 4) - 16);
#else
        w[k] = fma(d, float(level | (high >> r + k & 1) << 4), half1(head.at[1]));
#endif
    }
}
#elif WEIGHT == Q1_0
void eight(uint64_t row, uint i, out float w[8]) {
    uint64_t block = row + 18ul * (i >> 7);
    float d = half1(Shorts(block).at[0]);
    uint bits = Bytes(block + 2).at[(i & 127) >> 3];
    [[unroll]] for (uint k = 0; k < 8; k++) {
        w[k] = (bits >> k & 1) == 1 ? d : -d;
    }
}
#elif WEIGHT == Q2_0
void eight(uint64_t row, uint i, out float w[8]) {
    Shorts block = Shorts(row + 18ul * (i >> 6));
    float d = half1(block.at[0]);
    uint bits = block.at[1 + ((i & 63) >> 3)];
    [[unroll]] for (uint k = 0; k < 8; k++) {
        w[k] = d * float(int(bits >> 2 * k & 3) - 1);
    }
}
#elif WEIGHT == Q2_K
void eight(uint64_t row, uint i, out float w[8]) {
    uint64_t block = row + 84ul * (i >> 8);
    uint part = (i & 255) >> 4;
    uint scale = Bytes(block).at[part];
    float d = half1(Shorts(block + 80).at[0]) * float(scale & 15);
    float m = half1(Shorts(block + 82).at[0]) * float(scale >> 4);
    uvec4 q = pairs(block + 16 + 32 * (part >> 3) + 16 * (part & 1) + (i & 15));
    uint shift = (part & 7) >> 1 << 1;
    [[unroll]] for (uint k = 0; k < 8; k++) {
        w[k] = fma(d, float(byteOf(q, k) >> shift & 3), -m);
    }
}
#elif WEIGHT == Q3_K
void eight(uint64_t row, uint i, out float w[8]) {
    uint64_t block = row + 110ul * (i >> 8);
    uint part = (i & 255) >> 4;
    uint l = i & 15;
    Bytes scales = Bytes(block + 96);
    uint low = part < 8 ? uint(scales.at[part]) & 15 : uint(scales.at[part - 8]) >> 4;
    uint high = uint(scales.at[8 + (part & 3)]) >> 2 * (part >> 2) & 3;
    float d = half1(Shorts(block + 108).at[0]) * float(int(low | high << 4) - 32);
    uvec4 q = pairs(block + 32 + 32 * (part >> 3) + 16 * (part & 1) + l);
    uvec4 mask = pairs(block + 16 * (part & 1) + l);
    uint shift = (part & 7) >> 1 << 1;
    [[unroll]] for (uint k = 0; k < 8; k++) {
        int level = int(byteOf(q, k) >> shift & 3);
        w[k] = d * float((byteOf(mask, k) >> (part >> 1) & 1) == 1 ? level : level - 4);
    }
}
#elif WEIGHT == Q4_K || WEIGHT == Q5_K
#if WEIGHT == Q4_K
const uint BYTES = 144;
const uint LEVELS = 16;
#else
const uint BYTES = 176;
const uint LEVELS = 48;
#endif
void eight(uint64_t row, uint i, out float w[8]) {
    uint64_t block = row + uint64_t(BYTES) * (i >> 8);
    uint part = (i & 255) >> 5;
    uint l = i & 31;
    vec2 both = unpackHalf2x16(Words(block).at[0]);
    Bytes packed = Bytes(block + 4);
    uint scale;
    uint minimum;
    if (part < 4) {
        scale = uint(packed.at[part]) & 63;
        minimum = uint(packed.at[part + 4]) & 63;
    } else {
        uint low = packed.at[part + 4];
        scale = low & 15 | uint(packed.at[part - 4]) >> 6 << 4;
        minimum = low >> 4 | uint(packed.at[part]) >> 6 << 4;
    }
    float d = both.x * float(scale);
    float m = both.y * float(minimum);
    Words levels = Words(block + LEVELS + 32 * (part >> 1) + l);
    uint shift = (part & 1) << 2;
    uvec2 q = uvec2(levels.at[0], levels.at[1]) >> shift & 0x0F0F0F0Fu;
#if WEIGHT == Q5_K
    Words fifth = Words(block + 16 + l);
    q |= (uvec2(fifth.at[0], fifth.at[1]) >> part & 0x01010101u) << 4;
#endif
    [[unroll]] for (uint k = 0; k < 8; k++) {
        w[k] = fma(d, float(q[k >> 2] >> 8 * (k & 3) & 255u), -m);
    }
}
#elif WEIGHT == Q6_K
void eight(uint64_t row, uint i, out float w[8]) {
    uint64_t block = row + 210ul * (i >> 8);
    uint part = (i & 255) >> 4;
    uint l = 16 * (part & 1) + (i & 15);
    uint quarter = (part & 7) >> 1;
    float d = half1(Shorts(block + 208).at[0]) * float(signedByte(Bytes(block + 192).at[part]));
    uvec4 low = pairs(block + 64 * (part >> 3) + 32 * (quarter & 1) + l);
    uvec4 high = pairs(block + 128 + 32 * (part >> 3) + l);
    [[unroll]] for (uint k = 0; k < 8; k++) {
        uint level = byteOf(low, k) >> 4 * (quarter >> 1) & 15 | (byteOf(high, k) >> 2 * quarter & 3) << 4;
        w[k] = d * float(int(level) - 32);
    }
}
#elif WEIGHT == IQ4_NL || WEIGHT == IQ4_XS
const float TABLE[16] = float[](-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
void eight(uint64_t row, uint i, out float w[8]) {
    uint r = i & 31;
#if WEIGHT == IQ4_NL
    uint64_t block = row + 18ul * (i >> 5);
    float d = half1(Shorts(block).at[0]);
    uvec4 q = pairs(block + 2 + (r & 15));
#else
    uint64_t block = row + 136ul * (i >> 8);
    uint part = (i & 255) >> 5;
    uint scale = uint(Bytes(block + 4).at[part >> 1]) >> 4 * (part & 1) & 15 | (uint(Shorts(block + 2).at[0]) >> 2 * part & 3) << 4;
    float d = half1(Shorts(block).at[0]) * float(int(scale) - 32);
    uvec4 q = pairs(block + 8 + 16 * part + (r & 15));
#endif
    [[unroll]] for (uint k = 0; k < 8; k++) {
        w[k] = d * TABLE[byteOf(q, k) >> (r >> 4 << 2) & 15];
    }
}
#elif WEIGHT == MXFP4 || WEIGHT == NVFP4
// E2M1 numbers, doubled
const float TABLE[16] = float[](0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);
void eight(uint64_t row, uint i, out float w[8]) {
#if WEIGHT == MXFP4
    // E8M0, halved because the table is doubled
    Bytes block = Bytes(row + 17ul * (i >> 5));
    uint r = i & 31;
    uint e = block.at[0];
    float d = uintBitsToFloat(e < 2 ? 0x00200000u << e : e - 1 << 23);
    uint first = 1 + (r & 15);
    uint shift = r >> 4 << 2;
#else
    // UE4M3 scales of 16 elements
    Bytes block = Bytes(row + 36ul * (i >> 6));
    uint part = (i & 63) >> 4;
    uint e = block.at[part];
    float m = float(e & 7);
    float d = e == 0 || e == 127 ? 0 : (e >> 3 & 15) == 0 ? m * 0.0009765625 : ldexp(0.5 + m / 16, int(e >> 3 & 15) - 7);
    uint first = 4 + 8 * part;
    uint shift = (i & 8) >> 1;
#endif
    [[unroll]] for (uint k = 0; k < 8; k++) {
        w[k] = d * TABLE[uint(block.at[first + k]) >> shift & 15];
    }
}
#elif WEIGHT == TQ1_0
// five base-3 digits a byte as a fixed-point fraction
void eight(uint64_t row, uint i, out float w[8]) {
    uint64_t block = row + 54ul * (i >> 8);
    float d = half1(Shorts(block + 52).at[0]);
    Bytes digits = Bytes(block);
    const uint POWERS[5] = uint[](1, 3, 9, 27, 81);
    [[unroll]] for (uint k = 0; k < 8; k++) {
        uint r = (i & 255) + k;
        uint at = r < 160 ? r % 32 : r < 240 ? 32 + r % 16 : 48 + r % 4;
        uint digit = r < 160 ? r / 32 : r < 240 ? (r - 160) / 16 : (r - 240) / 4;
        w[k] = d * float(int((uint(digits.at[at]) * POWERS[digit] & 255) * 3 >> 8) - 1);
    }
}
#elif WEIGHT == TQ2_0
void eight(uint64_t row, uint i, out float w[8]) {
    uint64_t block = row + 66ul * (i >> 8);
    float d = half1(Shorts(block + 64).at[0]);
    uint r = i & 255;
    uvec4 q = pairs(block + 32 * (r >> 7) + (r & 31));
    [[unroll]] for (uint k = 0; k < 8; k++) {
        w[k] = d * float(int(byteOf(q, k) >> 2 * ((r & 127) >> 5) & 3) - 1);
    }
}
#endif
