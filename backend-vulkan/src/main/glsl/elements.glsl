// Elements of the KV cache by the number of their type in files.
const uint CACHE_F32 = 0;
const uint CACHE_F16 = 1;
const uint CACHE_Q4_0 = 2;
const uint CACHE_Q8_0 = 8;
const uint CACHE_BF16 = 30;

uint rowBytes(uint type, uint elements) {
    switch (type) {
        case CACHE_F32: return 4 * elements;
        case CACHE_Q4_0: return elements / 32 * 18;
        case CACHE_Q8_0: return elements / 32 * 34;
        default: return 2 * elements;
    }
}

float load(uint type, uint64_t row, uint i) {
    switch (type) {
        case CACHE_F32: return Floats(row).at[i];
        case CACHE_F16: return half1(Shorts(row).at[i]);
        case CACHE_BF16: return uintBitsToFloat(uint(Shorts(row).at[i]) << 16);
        case CACHE_Q8_0: {
            uint64_t block = row + 34ul * (i >> 5);
            return half1(Shorts(block).at[0]) * float(bitfieldExtract(int(Bytes(block + 2).at[i & 31]), 0, 8));
        }
        default: {
            uint64_t block = row + 18ul * (i >> 5);
            uint q = uint(Bytes(block + 2).at[i & 15]) >> (i >> 4 & 1) * 4 & 15;
            return half1(Shorts(block).at[0]) * float(int(q) - 8);
        }
    }
}

// four elements from a multiple of 4 on, of a row whose length is one
vec4 load4(uint type, uint64_t row, uint i) {
    switch (type) {
        case CACHE_F32: {
            Floats f = Floats(row + 4 * i);
            return vec4(f.at[0], f.at[1], f.at[2], f.at[3]);
        }
        case CACHE_F16: {
            Words w = Words(row + 2 * i);
            return vec4(unpackHalf2x16(w.at[0]), unpackHalf2x16(w.at[1]));
        }
        default: return vec4(load(type, row, i), load(type, row, i + 1), load(type, row, i + 2), load(type, row, i + 3));
    }
}
