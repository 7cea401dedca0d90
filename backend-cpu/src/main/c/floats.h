// Products of weights in floats of 16 or 32 bits with columns of floats. Each element has one vector of sums, whatever its neighbours.

static inline __attribute__((always_inline)) vf weights_at(int type, const uint8_t *row, int k) {
    return type == F32 ? vf_load(row + 4 * k) : type == F16 ? vf_f16(row + 2 * k) : vf_bf16(row + 2 * k);
}

static inline __attribute__((always_inline)) float weight_at(int type, const uint8_t *row, int k) {
    return type == F32 ? f32(row + 4 * k) : type == F16 ? half_to_float(u16(row + 2 * k)) : bits_f32((uint32_t)u16(row + 2 * k) << 16);
}

static inline __attribute__((always_inline)) void float_tile(int type, int rows, int columns, const uint8_t *w, size_t row_bytes, int in,
                                                             const float *x, float *y, size_t stride) {
    vf sums[4][4];
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < columns; j++) sums[r][j] = vf_all(0);
    int k = 0;
    for (; k <= in - LANES; k += LANES) {
        vf v[4];
        for (int j = 0; j < columns; j++) v[j] = vf_load(x + (size_t)j * (size_t)in + k);
        for (int r = 0; r < rows; r++) {
            vf a = weights_at(type, w + (size_t)r * row_bytes, k);
            for (int j = 0; j < columns; j++) sums[r][j] = vf_fma(a, v[j], sums[r][j]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < columns; j++) {
            float sum = vf_sum(sums[r][j]);
            for (int i = k; i < in; i++) sum += weight_at(type, w + (size_t)r * row_bytes, i) * x[(size_t)j * (size_t)in + i];
            y[(size_t)j * stride + r] = sum;
        }
}

static inline __attribute__((always_inline)) void float_rows(int type, int rows, const uint8_t *w, size_t row_bytes, int in, const float *x,
                                                             int columns, float *y, size_t stride) {
    int j = 0;
    for (; j <= columns - 4; j += 4) float_tile(type, rows, 4, w, row_bytes, in, x + (size_t)j * (size_t)in, y + (size_t)j * stride, stride);
    for (; j < columns; j++) float_tile(type, rows, 1, w, row_bytes, in, x + (size_t)j * (size_t)in, y + (size_t)j * stride, stride);
}

static inline __attribute__((always_inline)) void float_product(int type, const uint8_t *w, size_t row_bytes, int in, int rows,
                                                                const float *x, int columns, float *y, size_t stride) {
    int r = 0;
    for (; r <= rows - 4; r += 4) {
        float_rows(type, 4, w + (size_t)r * row_bytes, row_bytes, in, x, columns, y + r, stride);
    }
    for (; r < rows; r++) float_rows(type, 1, w + (size_t)r * row_bytes, row_bytes, in, x, columns, y + r, stride);
}
