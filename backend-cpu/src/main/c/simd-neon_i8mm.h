// NEON with i8mm: products of two rows with two columns, 8 bytes of each, do twice as much as sdot.
#define LEVEL(name) name##_neon_i8mm
#define BY_TWO
#include "simd-neon.h"
// Of dwords k and k + 4 of four rows: 8 bytes of rows 0 and 1, then of rows 2 and 3.
static inline void two_rows(vi a, vi b, vi rows[2]) {
    rows[0] = vzip1q_s32(a, b);
    rows[1] = vzip2q_s32(a, b);
}
static inline vi two_columns(const uint8_t *a, const uint8_t *b) { return vreinterpretq_s32_u8(vcombine_u8(vld1_u8(a), vld1_u8(b))); }
static inline vi dot_two(vi sum, vi rows, vi columns) { return vmmlaq_s32(sum, vreinterpretq_s8_s32(rows), vreinterpretq_s8_s32(columns)); }
// A lane for each of four rows.
static inline vi first_column(vi low, vi high) { return vuzp1q_s32(low, high); }
static inline vi second_column(vi low, vi high) { return vuzp2q_s32(low, high); }
