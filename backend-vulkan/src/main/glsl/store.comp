// Writes the step's keys or values to the cache: a workgroup a head of a token, rounded as the type wants it.
#include "elements.glsl"
layout(constant_id = 1) const uint TYPE = 0;

layout(push_constant, scalar) uniform Arguments {
    uint64_t x;
    uint64_t cache;
    uint64_t step;
    uint heads;
    uint size;
    uint blockTokens;
} p;

void storeQ8(Floats x, uint64_t row, uint b) {
    float peak = 0;
    for (uint j = 0; j < 32; j++) {
        peak = max(peak, abs(x.at[32 * b + j]));
    }
    float d = peak / 127;
    float inverse = d == 0 ? 0 : 1 / d;
    uint64_t block = row + 34ul * b;
    Shorts(block).at[0] = uint16_t(halfBits(d));
    for (uint j = 0; j < 32; j++) {
        float v = x.at[32 * b + j] * inverse;
        Bytes(block + 2).at[j] = uint8_t(int(v + (v < 0 ? -0.5 : 0.5)) & 255);
    }
}

void storeQ4(Floats x, uint64_t row, uint b) {
    float peak = 0;
    for (uint j = 0; j < 32; j++) {
        float v = x.at[32 * b + j];
        peak = abs(v) > abs(peak) ? v : peak;
    }
    float d = peak / -8;
    float inverse = d == 0 ? 0 : 1 / d;
    uint64_t block = row + 18ul * b;
    Shorts(block).at[0] = uint16_t(halfBits(d));
    for (uint j = 0; j < 16; j++) {
        int low = min(15, int(x.at[32 * b + j] * inverse + 8.5));
        int high = min(15, int(x.at[32 * b + 16 + j] * inverse + 8.5));
        Bytes(block + 2).at[j] = uint8_t(low | high << 4);
    }
}

void main() {
    uint head = gl_WorkGroupID.x;
    uint token = gl_WorkGroupID.y;
    Step step = Step(p.step);
    uint position = uint(step.positions.at[token]);
    uint entry = uint(step.sequenceOf.at[token]) * step.tableStride + position / p.blockTokens;
    uint64_t place = (uint64_t(step.tables.at[entry]) * p.heads + head) * p.blockTokens + position % p.blockTokens;
    uint64_t row = p.cache + place * rowBytes(TYPE, p.size);
    Floats x = Floats(p.x + 4ul * p.size * (token * p.heads + head));
    if (TYPE == CACHE_Q8_0 || TYPE == CACHE_Q4_0) {
        for (uint b = lane(); b < p.size / 32; b += LANES) {
            if (TYPE == CACHE_Q8_0) {
                storeQ8(x, row, b);
            } else {
                storeQ4(x, row, b);
            }
        }
        return;
    }
    for (uint i = lane(); i < p.size; i += LANES) {
        float v = x.at[i];
        uint bits = floatBitsToUint(v);
        if (TYPE == CACHE_F32) {
            Floats(row).at[i] = v;
        } else if (TYPE == CACHE_F16) {
            Shorts(row).at[i] = uint16_t(halfBits(v));
        } else {
            Shorts(row).at[i] = uint16_t(isnan(v) ? bits >> 16 | 64 : bits + 0x7FFF + (bits >> 16 & 1) >> 16);
        }
    }
}
