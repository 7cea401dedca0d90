// Products of weights in floats of 16 or 32 bits with columns of floats. Each element has one vector of sums, whatever its neighbours.

static inline __attribute__((always_inline)) vf weights_at(int type, const uint8_t *row, int k) {
    return type == F32 ? vf_load(row + 4 * k) : type == F16 ? vf_f16(row + 2 * k) : vf_bf16(row + 2 * k);
}

static inline __attribute__((always_inline)) float weight_at(int type, const uint8_t *row, int k) {
    return type == F32 ? f32(row + 4 * k) : type == F16 ? half_to_float(u16(row + 2 * k)) : bits_f32((uint32_t)u16(row + 2 * k) << 16);
}

#define FLOAT_ROWS 64    // rows that share a read of some columns
#define FLOAT_BLOCK 2048 // elements of a row after which the other rows come first, so that the columns stay in the nearest cache
#if LANES == 16
#define FLOAT_COLUMNS 6
#else
#define FLOAT_COLUMNS 4
#endif

// Elements [from, to) of some rows and columns; the sums begin with those of `carry` and end there, but for the row's first and last.
static inline __attribute__((always_inline)) void float_tile(int type, int rows, int columns, const uint8_t *w, size_t row_bytes, int in,
                                                             int from, int to, const float *x, vf *carry, float *y, size_t stride) {
    vf sums[4][FLOAT_COLUMNS];
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < columns; j++) sums[r][j] = from > 0 ? carry[r * columns + j] : vf_all(0);
    int k = from;
    const size_t step = (size_t)rows * LANES * (type == F32 ? 4 : 2); // the rows after these come in as one stream
    const uint8_t *next = w + (size_t)rows * row_bytes;
    for (; k <= to - LANES; k += LANES, next += step) {
        if (columns == 1 && (k - from) % (8 * LANES) == 0) // in bursts, which the processor takes for a stream
            for (size_t i = 0; i < 8 * step; i += 64) fetch_line(next + i);
        vf v[FLOAT_COLUMNS];
        for (int j = 0; j < columns; j++) v[j] = vf_load(x + (size_t)j * (size_t)in + k);
        for (int r = 0; r < rows; r++) {
            vf a = weights_at(type, w + (size_t)r * row_bytes, k);
            for (int j = 0; j < columns; j++) sums[r][j] = vf_fma(a, v[j], sums[r][j]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < columns; j++) {
            if (to < in) {
                carry[r * columns + j] = sums[r][j];
                continue;
            }
            float sum = vf_sum(sums[r][j]);
            for (int i = k; i < in; i++) sum += weight_at(type, w + (size_t)r * row_bytes, i) * x[(size_t)j * (size_t)in + i];
            y[(size_t)j * stride + r] = sum;
        }
}

// Few columns: row after row.
static inline __attribute__((always_inline)) void float_rows(int type, int rows, const uint8_t *w, size_t row_bytes, int in, const float *x,
                                                             int columns, float *y, size_t stride) {
    int j = 0;
    for (; j <= columns - 4; j += 4)
        float_tile(type, rows, 4, w, row_bytes, in, 0, in, x + (size_t)j * (size_t)in, NULL, y + (size_t)j * stride, stride);
    for (; j < columns; j++)
        float_tile(type, rows, 1, w, row_bytes, in, 0, in, x + (size_t)j * (size_t)in, NULL, y + (size_t)j * stride, stride);
}

// At most FLOAT_ROWS rows with FLOAT_COLUMNS columns.
static inline __attribute__((always_inline)) void float_block(int type, const uint8_t *w, size_t row_bytes, int in, int rows, const float *x,
                                                              float *y, size_t stride) {
    vf carry[FLOAT_ROWS * FLOAT_COLUMNS];
    int from = 0;
    do {
        int to = in - from > FLOAT_BLOCK ? from + FLOAT_BLOCK : in, r = 0;
        for (; r <= rows - 4; r += 4)
            float_tile(type, 4, FLOAT_COLUMNS, w + (size_t)r * row_bytes, row_bytes, in, from, to, x, carry + r * FLOAT_COLUMNS, y + r, stride);
        for (; r < rows; r++)
            float_tile(type, 1, FLOAT_COLUMNS, w + (size_t)r * row_bytes, row_bytes, in, from, to, x, carry + r * FLOAT_COLUMNS, y + r, stride);
        from = to;
    } while (from < in);
}

static inline __attribute__((always_inline)) void float_product(int type, const uint8_t *w, size_t row_bytes, int in, int rows,
                                                                const float *x, int columns, float *y, size_t stride) {
    int blocks = columns < 2 * FLOAT_COLUMNS ? 0 : columns / FLOAT_COLUMNS, done = blocks * FLOAT_COLUMNS, r = 0;
    for (int at = 0; at < rows && blocks > 0; at += FLOAT_ROWS)
        for (int j = 0; j < done; j += FLOAT_COLUMNS)
            float_block(type, w + (size_t)at * row_bytes, row_bytes, in, rows - at < FLOAT_ROWS ? rows - at : FLOAT_ROWS,
                        x + (size_t)j * (size_t)in, y + (size_t)j * stride + at, stride);
    x += (size_t)done * (size_t)in;
    y += (size_t)done * stride;
    columns -= done;
    for (; r <= rows - 4; r += 4) float_rows(type, 4, w + (size_t)r * row_bytes, row_bytes, in, x, columns, y + r, stride);
    for (; r < rows; r++) float_rows(type, 1, w + (size_t)r * row_bytes, row_bytes, in, x, columns, y + r, stride);
}
