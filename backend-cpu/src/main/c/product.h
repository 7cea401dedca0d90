// Products of quantised weights with prepared columns.
//
// One arithmetic for all ways to compute an element, so that the result is the same to the bit with any number of columns, chunk of rows
// or level: per block in the order of the row, y = fma(sum, d dx, y), then y = fma(sum of minimums, m dx, y), with exact whole sums.

// Packed blocks of 256 of the panels that come next: tiles ask for them while they multiply, so that memory and arithmetic overlap.
#define ASKING 128 // columns of a tile from one time to the next

typedef struct {
    const uint8_t *at[2], *end[2];
    size_t each; // bytes a time
} upcoming;

#ifdef BY_TWO
// The same for an even number of columns, by products of two rows with two columns.
static inline __attribute__((always_inline)) void add_by_two(int part, int groups, int columns, const panel *p, int at, const uint8_t *x,
                                                             size_t stride, vi sum[2][6]) {
    vi low[2][3], high[2][3]; // of rows 0 and 1, of rows 2 and 3: the first row with both columns, then the second
    for (int g = 0; g < groups; g++)
        for (int j = 0; j < columns / 2; j++) low[g][j] = high[g][j] = vi_zero();
#pragma GCC unroll 4
    for (int k = 0; k < part; k += 8) {
        vi rows[2][2];
        for (int g = 0; g < groups; g++) {
            const uint8_t *levels = p[g].levels + (at + k) * LANES;
            two_rows(vi_load(levels), vi_load(levels + 4 * LANES), rows[g]);
        }
#pragma GCC unroll 3
        for (int j = 0; j < columns / 2; j++) {
            const uint8_t *column = x + (size_t)(2 * j) * stride + k;
            vi both = two_columns(column, column + stride);
            for (int g = 0; g < groups; g++) {
                low[g][j] = dot_two(low[g][j], rows[g][0], both);
                high[g][j] = dot_two(high[g][j], rows[g][1], both);
            }
        }
    }
    for (int g = 0; g < groups; g++)
        for (int j = 0; j < columns / 2; j++) {
            sum[g][2 * j] = vi_add(sum[g][2 * j], first_column(low[g][j], high[g][j]));
            sum[g][2 * j + 1] = vi_add(sum[g][2 * j + 1], second_column(low[g][j], high[g][j]));
        }
}
#endif

// Adds the products of a part of the rows with the same part of some columns: sum[group][column], a lane for each row.
static inline __attribute__((always_inline)) void add_products(format f, int groups, int columns, const panel *p, int at, const uint8_t *x,
                                                               size_t stride, vi sum[2][6]) {
#ifdef BY_TWO
    if (columns > 1) {
        add_by_two(f.part, groups, columns, p, at, x, stride, sum);
        return;
    }
#endif
#pragma GCC unroll 8
    for (int k = 0; k < f.part; k += 4) {
        vi w[2];
        for (int g = 0; g < groups; g++) w[g] = vi_load(p[g].levels + (at + k) * LANES);
#pragma GCC unroll 8
        for (int j = 0; j < columns; j++) {
            vi v = vi_all(i32(x + (size_t)j * stride + k));
            for (int g = 0; g < groups; g++) sum[g][j] = f.wide ? dot_wide(sum[g][j], w[g], v) : dot_narrow(sum[g][j], w[g], v);
        }
    }
}

// The rows of LANES or 2 LANES, `columns` columns; acc: [column][GROUPS * LANES] holds the sums so far.
static inline __attribute__((always_inline)) void tile(format f, int groups, int columns, const panel *p, int count, const uint8_t *x,
                                                       column_layout c, int from, float *acc, upcoming *next) {
    for (int b = 0; b < count / f.block; b++) {
        int parts = f.block / f.part;
        vi block[2][6], least[2][6];
        for (int g = 0; g < groups; g++)
            for (int j = 0; j < columns; j++) block[g][j] = least[g][j] = vi_zero();
        for (int part = 0; part < parts; part++) {
            int at = b * f.block + part * f.part;
            vi sum[2][6];
            if (f.block == 256 && at % ASKING == 0)
                for (int g = 0; g < groups; g++)
                    if (next->at[g] < next->end[g]) {
                        fetch(next->at[g], next->each);
                        next->at[g] += next->each;
                    }
            for (int j = 0; j < columns; j++) {
                const uint8_t *sums = x + j * c.bytes + (f.part == 32 ? c.sums32 : c.sums16);
                vi start = f.offset ? vi_all(-f.offset * i32(sums + 4 * ((from + at) / f.part))) : vi_zero();
                for (int g = 0; g < groups; g++) sum[g][j] = start;
            }
            add_products(f, groups, columns, p, at, x + from + at, c.bytes, sum);
            for (int g = 0; g < groups; g++) {
                if (f.block == 32) {
                    for (int j = 0; j < columns; j++) block[g][j] = sum[g][j];
                } else {
                    vi scale = vi_load(p[g].scales + at / f.part * LANES);
                    for (int j = 0; j < columns; j++) block[g][j] = vi_add(block[g][j], vi_mul(sum[g][j], scale));
                }
            }
        }
        if (f.minimum && f.block == 256) {
            for (int part = 0; part < parts; part += 2) {
                for (int g = 0; g < groups; g++) {
                    vi minimum = vi_load(p[g].minimums + (b * parts + part) * LANES);
                    for (int j = 0; j < columns; j++) {
                        const uint8_t *words = x + j * c.bytes + (f.part == 32 ? c.words32 : c.words16);
                        vi v = vi_all(i32(words + 2 * ((from + b * 256) / f.part + part)));
                        least[g][j] = dot_words(least[g][j], minimum, v);
                    }
                }
            }
        }
        for (int j = 0; j < columns; j++) {
            const uint8_t *col = x + j * c.bytes;
            vf dx = vf_all(f32(col + c.scales + 4 * ((from + b * f.block) / 32)));
            for (int g = 0; g < groups; g++) {
                float *y = acc + (j * groups + g) * LANES;
                vf v = vf_fma(vi_float(block[g][j]), vf_mul(vf_load(p[g].d + b * LANES), dx), vf_load(y));
                if (f.minimum) {
                    vi sum = f.block == 256 ? least[g][j] : vi_all(i32(col + c.sums32 + 4 * ((from + b * 32) / 32)));
                    v = vf_fma(vi_float(sum), vf_mul(vf_load(p[g].m + b * LANES), dx), v);
                }
                vf_store(y, v);
            }
        }
    }
}

typedef void tile_function(const panel *, int, const uint8_t *, column_layout, int, int, float *, upcoming *);

// One function for each kind of format, number of groups and of columns, with all of them as constants.
#define TILE(kind, block, part, wide, minimum, groups, columns) \
    static void tile_##kind##_##groups##_##columns(const panel *p, int count, const uint8_t *x, column_layout c, int from, int offset, \
                                                   float *acc, upcoming *next) { \
        tile((format){block, 0, part, offset, wide, minimum}, groups, columns, p, count, x, c, from, acc, next); \
    }
#define TILES(kind, block, part, wide, minimum) \
    TILE(kind, block, part, wide, minimum, 1, 1) \
    TILE(kind, block, part, wide, minimum, 1, 2) \
    TILE(kind, block, part, wide, minimum, 1, 4) \
    TILE(kind, block, part, wide, minimum, 1, 6) \
    TILE(kind, block, part, wide, minimum, 2, 1) \
    TILE(kind, block, part, wide, minimum, 2, 2) \
    TILE(kind, block, part, wide, minimum, 2, 4) \
    TILE(kind, block, part, wide, minimum, 2, 6)
#define TILE_TABLE(kind) \
    {{tile_##kind##_1_1, tile_##kind##_1_2, tile_##kind##_1_4, tile_##kind##_1_6}, \
     {tile_##kind##_2_1, tile_##kind##_2_2, tile_##kind##_2_4, tile_##kind##_2_6}}
TILES(simple, 32, 32, 0, 0)
TILES(wide, 32, 32, 1, 0)
TILES(least, 32, 32, 0, 1)
TILES(k32, 256, 32, 0, 1)
TILES(k32wide, 256, 32, 1, 0)
TILES(k16, 256, 16, 0, 0)
TILES(k16least, 256, 16, 0, 1)

static tile_function *const TILE_FUNCTIONS[7][2][4] = {TILE_TABLE(simple), TILE_TABLE(wide), TILE_TABLE(least), TILE_TABLE(k32),
                                                       TILE_TABLE(k32wide), TILE_TABLE(k16), TILE_TABLE(k16least)};

static inline int kind_of(format f) {
    if (f.block == 32) return f.wide ? 1 : f.minimum ? 2 : 0;
    if (f.part == 32) return f.wide ? 4 : 3;
    return f.minimum ? 6 : 5;
}

// Some of LANES results; of a size that is known where they are all.
static inline void put_rows(float *y, const float *sums, int rows) {
    if (rows >= LANES) vf_store(y, vf_load(sums)); else memcpy(y, sums, (size_t)rows * sizeof(float));
}

static inline float *floats_at(uint8_t *p) { return (float *)(void *)p; }

size_t LEVEL(product_scratch)(int64_t columns) {
    return lines(sizeof(panel)) * 2 + (size_t)columns * 2 * LANES * sizeof(float) + 64;
}

// What comes after the panels with columns [from, from + count) of packed rows: those on the right or, at the end, the first of the next rows.
static upcoming after(format f, matrix m, int groups, int in, int from, int count, int tiles) {
    upcoming u = {{NULL, NULL}, {NULL, NULL}, 0};
    if (!m.packed || f.block != 256) return u;
    int to = from + count, next = to < in ? to : 0, width = in - next < PANEL_COLUMNS ? in - next : PANEL_COLUMNS;
    size_t bytes = LANES * (size_t)(width / f.block) * (size_t)f.bytes, skip = LANES * (size_t)(next / f.block) * (size_t)f.bytes;
    for (int g = 0; g < groups; g++) {
        u.at[g] = rows_from(m, (next > 0 ? g : groups + g) * LANES).packed + skip;
        u.end[g] = u.at[g] + bytes;
    }
    u.each = lines(bytes / (size_t)(tiles * ((count + ASKING - 1) / ASKING)) + 1);
    return u;
}

static void product_rows(int type, format f, matrix m, int in, int rows, const uint8_t *x, column_layout c, int columns, float *y,
                         size_t stride, uint8_t *scratch) {
    panel *p = (panel *)(void *)scratch;
    float *acc = floats_at(scratch + 2 * sizeof(panel));
    int groups = rows > LANES ? 2 : 1, kind = kind_of(f);
    memset(acc, 0, (size_t)columns * (size_t)groups * LANES * sizeof(float));
    for (int from = 0; from < in; from += PANEL_COLUMNS) {
        int count = in - from < PANEL_COLUMNS ? in - from : PANEL_COLUMNS;
        upcoming next = after(f, m, groups, in, from, count, (columns + TILE_COLUMNS - 1) / TILE_COLUMNS);
        for (int g = 0; g < groups; g++) unpack_panel(type, f, rows_from(m, g * LANES), rows - g * LANES, from, count, 2 * LANES, p + g);
        for (int j = 0; j < columns;) {
            int left = columns - j, n = left >= TILE_COLUMNS ? TILE_COLUMNS : left >= 4 ? 4 : left >= 2 ? 2 : 1;
            TILE_FUNCTIONS[kind][groups - 1][n == 6 ? 3 : n / 2](p, count, x + (size_t)j * c.bytes, c, from, f.offset,
                                                                 acc + j * groups * LANES, &next);
            j += n;
        }
    }
    for (int j = 0; j < columns; j++)
        for (int g = 0; g < groups; g++) put_rows(y + (size_t)j * stride + g * LANES, acc + (j * groups + g) * LANES, rows - g * LANES);
}
