// The functions of one level, for the vectors of the simd header that was included before.
#include "layout.h"
#include "unpack.h"
#if LANES == 16
#include "unpack-avx512.h"
#else
#include "unpack-rows.h"
#endif
#include "product.h"
#include "floats.h"
#include "prepare.h"
#include "elements.h"
#include "attention.h"
#if LANES == 16
#include "rows-avx512.h"
#endif

// y[column][row] for rows [from, to); x: floats of F32, F16, BF16; else prepared columns. `packed`: what pack() made of all rows, or NULL;
// then `from` is a multiple of LANES.
void LEVEL(product)(int type, const uint8_t *w, const uint8_t *packed, int64_t row_bytes, int in, int from, int to, const uint8_t *x,
                    int columns, float *y, int64_t stride, uint8_t *scratch) {
    size_t step = (size_t)stride;
    int rows = to - from;
    matrix m = rows_from((matrix){w, packed, (size_t)row_bytes, packed ? (size_t)LEVEL(packed_bytes)(type, in, LANES) / LANES : 0}, from);
    const uint8_t *plain = packed ? m.packed : m.rows;
    size_t plain_bytes = packed ? m.packed_bytes : m.row_bytes;
    y += from;
    const float *floats = (const float *)(const void *)x;
    switch (type) {
        case F32: float_product(F32, plain, plain_bytes, in, rows, floats, columns, y, step); return;
        case F16: float_product(F16, plain, plain_bytes, in, rows, floats, columns, y, step); return;
        case BF16: float_product(BF16, plain, plain_bytes, in, rows, floats, columns, y, step); return;
        default: break;
    }
    column_layout c = column_of((size_t)in);
    format f = format_of(type);
#if LANES == 16
    if (columns == 1 || (packed && columns <= streamed_columns(f))) {
        stream(type, m, in, rows, x, c, columns, y, step);
        return;
    }
#endif
    for (int r = 0; r < rows; r += 2 * LANES) {
        int count = rows - r < 2 * LANES ? rows - r : 2 * LANES;
        product_rows(type, f, rows_from(m, r), in, count, x, c, columns, y + r, step, scratch);
    }
}

// Brings what is read later into level 2; it need not be mapped.
void LEVEL(fetch)(const uint8_t *from, int64_t bytes) {
    for (int64_t i = 0; i < bytes; i += 64) fetch_line_early(from + i);
}
