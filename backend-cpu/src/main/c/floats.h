// Products of weights in floats of 16 or 32 bits with columns of floats. An element is summed piece by piece of its row, in one vector each,
// whatever its neighbours: a piece need not wait for the one before it, so that one row after another keeps up with the memory.

static inline __attribute__((always_inline)) vf weights_at(int type, const uint8_t *row, int k) {
    return type == F32 ? vf_load(row + 4 * k) : type == F16 ? vf_f16(row + 2 * k) : vf_bf16(row + 2 * k);
}

static inline __attribute__((always_inline)) float weight_at(int type, const uint8_t *row, int k) {
    return type == F32 ? f32(row + 4 * k) : type == F16 ? half_to_float(u16(row + 2 * k)) : bits_f32((uint32_t)u16(row + 2 * k) << 16);
}

#define FLOAT_ROWS 64    // rows that share a read of some columns
#define FLOAT_PIECE 512  // elements of a row; then the other rows come first, so that the columns stay in the nearest cache
#define FLOAT_STEP 4096  // bytes of a row that one column takes in one go (see rows-avx512.h)
#if LANES == 16
#define FLOAT_COLUMNS 6
#else
#define FLOAT_COLUMNS 4
#endif

// `count` elements of a row with some columns, count being a multiple of a piece: the pieces one after the other.
static inline __attribute__((always_inline)) void float_pieces(int type, int columns, int count, const uint8_t *w, int in, const float *x,
                                                               vf *totals) {
    const size_t size = type == F32 ? 4 : 2;
    fetch_once(w, size * (size_t)count);
#pragma GCC unroll 8
    for (int from = 0; from < count; from += FLOAT_PIECE) {
        vf sums[3];
        for (int j = 0; j < columns; j++) sums[j] = vf_all(0);
#pragma GCC unroll 128
        for (int k = from; k < from + FLOAT_PIECE; k += LANES) {
            vf a = weights_at(type, w, k);
            for (int j = 0; j < columns; j++) sums[j] = vf_fma(a, vf_load(x + (size_t)j * (size_t)in + k), sums[j]);
        }
        for (int j = 0; j < columns; j++) totals[j] = vf_add(totals[j], sums[j]);
    }
}

// One row with up to three columns.
static inline __attribute__((always_inline)) void float_row(int type, int columns, const uint8_t *w, int in, const float *x, float *y,
                                                            size_t stride) {
    const size_t size = type == F32 ? 4 : 2;
    const int step = FLOAT_STEP / (int)size;
    vf totals[3], sums[3];
    for (int j = 0; j < columns; j++) totals[j] = sums[j] = vf_all(0);
    int k = 0;
    for (; k <= in - step; k += step) float_pieces(type, columns, step, w + size * (size_t)k, in, x + k, totals);
    for (; k <= in - FLOAT_PIECE; k += FLOAT_PIECE) float_pieces(type, columns, FLOAT_PIECE, w + size * (size_t)k, in, x + k, totals);
    for (; k <= in - LANES; k += LANES)
        for (int j = 0; j < columns; j++) sums[j] = vf_fma(weights_at(type, w, k), vf_load(x + (size_t)j * (size_t)in + k), sums[j]);
    for (int j = 0; j < columns; j++) {
        float sum = vf_sum(vf_add(totals[j], sums[j]));
        for (int i = k; i < in; i++) sum += weight_at(type, w, i) * x[(size_t)j * (size_t)in + i];
        y[(size_t)j * stride] = sum;
    }
}

// The piece of some rows and columns at `from`, of `count` elements; adds to `totals` unless it is the first.
static inline __attribute__((always_inline)) void float_tile(int type, int rows, int columns, const uint8_t *w, size_t row_bytes, int in,
                                                             int from, int count, const float *x, vf *totals) {
    vf sums[4][FLOAT_COLUMNS];
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < columns; j++) sums[r][j] = vf_all(0);
    for (int k = from; k <= from + count - LANES; k += LANES) {
        vf v[FLOAT_COLUMNS];
        for (int j = 0; j < columns; j++) v[j] = vf_load(x + (size_t)j * (size_t)in + k);
        for (int r = 0; r < rows; r++) {
            vf a = weights_at(type, w + (size_t)r * row_bytes, k);
            for (int j = 0; j < columns; j++) sums[r][j] = vf_fma(a, v[j], sums[r][j]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < columns; j++) {
            vf *total = totals + r * columns + j;
            *total = vf_add(from == 0 ? vf_all(0) : *total, sums[r][j]);
        }
}

// At most FLOAT_ROWS rows with `columns` columns.
static inline __attribute__((always_inline)) void float_block(int type, int columns, const uint8_t *w, size_t row_bytes, int in, int rows,
                                                              const float *x, float *y, size_t stride) {
    vf totals[FLOAT_ROWS * FLOAT_COLUMNS];
    for (int from = 0; from < in; from += FLOAT_PIECE) {
        int count = in - from > FLOAT_PIECE ? FLOAT_PIECE : in - from, r = 0;
        for (; r <= rows - 4; r += 4) float_tile(type, 4, columns, w + (size_t)r * row_bytes, row_bytes, in, from, count, x, totals + r * columns);
        for (; r < rows; r++) float_tile(type, 1, columns, w + (size_t)r * row_bytes, row_bytes, in, from, count, x, totals + r * columns);
    }
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < columns; j++) {
            float sum = vf_sum(totals[r * columns + j]);
            for (int i = in / LANES * LANES; i < in; i++) sum += weight_at(type, w + (size_t)r * row_bytes, i) * x[(size_t)j * (size_t)in + i];
            y[(size_t)j * stride + r] = sum;
        }
}

static inline __attribute__((always_inline)) void float_product(int type, const uint8_t *w, size_t row_bytes, int in, int rows,
                                                                const float *x, int columns, float *y, size_t stride) {
    const int together = columns < 2 * FLOAT_COLUMNS ? 4 : FLOAT_ROWS; // few columns wait for the memory, which likes few places
    for (int r = 0; r < rows; r += together) {
        const int count = rows - r < together ? rows - r : together;
        const uint8_t *first = w + (size_t)r * row_bytes;
        int j = 0;
#define FLOAT_PASS(n) \
    for (; j <= columns - (n); j += (n)) \
        float_block(type, n, first, row_bytes, in, count, x + (size_t)j * (size_t)in, y + (size_t)j * stride + r, stride);
#define FLOAT_ROWS_PASS(n) \
    for (; j <= columns - (n); j += (n)) \
        for (int i = 0; i < count; i++) \
            float_row(type, n, first + (size_t)i * row_bytes, in, x + (size_t)j * (size_t)in, y + (size_t)j * stride + (size_t)(r + i), stride);
        FLOAT_PASS(FLOAT_COLUMNS) FLOAT_PASS(4) FLOAT_ROWS_PASS(3) FLOAT_ROWS_PASS(2) FLOAT_ROWS_PASS(1)
#undef FLOAT_PASS
#undef FLOAT_ROWS_PASS
    }
}
