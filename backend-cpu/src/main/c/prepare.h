// Inputs rounded to 8 bits: layout.h says where the parts of a column are.

#define ROUNDING 0x1.8p23f // adding it to a float rounds to an integer, which then stands in the low bits

int64_t LEVEL(column_bytes)(int width) { return (int64_t)column_of((size_t)width).bytes; }

// The first element of the largest magnitude.
static float peak(const float *x, int n) {
    vf most = vf_load(x), least = most;
    for (int i = LANES; i < n; i += LANES) {
        most = vf_max(most, vf_load(x + i));
        least = vf_min(least, vf_load(x + i));
    }
    float max = vf_peak(most), min = -vf_peak(vf_sub(vf_all(0), least));
    if (max != -min) return max > -min ? max : min;
    for (int i = 0; i < n; i++)
        if (x[i] == max || x[i] == min) return x[i];
    return max;
}

static void round_32(const float *x, float inverse, float scale, uint8_t *column, column_layout c, int at) {
    int32_t sums[2];
    for (int half = 0; half < 2; half++) {
        vi sum = vi_zero();
        for (int i = 16 * half; i < 16 * half + 16; i += LANES) {
            vi whole = vi_sub(vf_bits(vf_add(vf_mul(vf_load(x + i), vf_all(inverse)), vf_all(ROUNDING))), vf_bits(vf_all(ROUNDING)));
            vi_bytes(column + at + i, whole);
            sum = vi_add(sum, whole);
        }
        sums[half] = vi_sum(sum);
    }
    int32_t sum = sums[0] + sums[1];
    int16_t word = (int16_t)sum, words[2] = {(int16_t)sums[0], (int16_t)sums[1]};
    memcpy(column + c.scales + at / 8, &scale, 4);
    memcpy(column + c.sums32 + at / 8, &sum, 4);
    memcpy(column + c.sums16 + at / 4, sums, 8);
    memcpy(column + c.words32 + at / 16, &word, 2);
    memcpy(column + c.words16 + at / 8, words, 4);
}

// Blocks of 32 have the scale max|x| / 127 in half precision, blocks of 256 x / -127 of the x of largest magnitude.
void LEVEL(prepare)(int block, const float *x, int width, uint8_t *column) {
    column_layout c = column_of((size_t)width);
    for (int at = 0; at < width; at += block) {
        float p = peak(x + at, block), inverse, scale;
        if (block == 32) {
            float max = p < 0 ? -p : p;
            inverse = max == 0 ? 0 : 127 / max;
            scale = half_to_float(float_to_half(max / 127));
        } else {
            inverse = p == 0 ? 0 : -127 / p;
            scale = p == 0 ? 0 : 1 / inverse;
        }
        for (int i = 0; i < block; i += 32) round_32(x + at + i, inverse, scale, column, c, at + i);
    }
}
