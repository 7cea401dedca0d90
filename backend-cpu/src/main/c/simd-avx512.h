// Vectors of 512 bits: AVX-512 F, BW, DQ, VL, VNNI, VBMI.
#include <immintrin.h>
#define LEVEL(name) name##_avx512
#define LANES 16
#define TILE_COLUMNS 6
#define WIDE_BIAS 128 // vpdpbusd takes weights without sign
typedef __m512 vf;
typedef __m512i vi;
// Asks for a line before its use. Not _mm_prefetch: gcc takes loops of it for loops without effect and drops them.
static inline void fetch_line(const uint8_t *p) { __asm__ volatile("prefetcht0 %0" : : "m"(*p)); }
static inline void fetch_line_once(const uint8_t *p) { __asm__ volatile("prefetchnta %0" : : "m"(*p)); }
static inline void fetch_line_early(const uint8_t *p) { __asm__ volatile("prefetcht1 %0" : : "m"(*p)); }
static inline vf vf_all(float v) { return _mm512_set1_ps(v); }
static inline vf vf_load(const void *p) { return _mm512_loadu_ps(p); }
static inline void vf_store(void *p, vf v) { _mm512_storeu_ps(p, v); }
static inline vf vf_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
static inline vf vf_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
static inline vf vf_add(vf a, vf b) { return _mm512_add_ps(a, b); }
static inline vf vf_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
static inline vf vf_div(vf a, vf b) { return _mm512_div_ps(a, b); }
static inline vf vf_max(vf a, vf b) { return _mm512_max_ps(a, b); }
static inline vf vf_min(vf a, vf b) { return _mm512_min_ps(a, b); }
static inline float vf_sum(vf v) { return _mm512_reduce_add_ps(v); }
static inline float vf_peak(vf v) { return _mm512_reduce_max_ps(v); }
static inline vf vf_abs(vf v) { return _mm512_abs_ps(v); }
static inline vf vf_zero_below(vf v, vf x, float limit) { return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, _mm512_set1_ps(limit), _CMP_GE_OQ), v); }
static inline vf vf_f16(const void *p) { return _mm512_cvtph_ps(_mm256_loadu_si256(p)); }
static inline void vf_store_f16(void *p, vf v) { _mm256_storeu_si256(p, _mm512_cvtps_ph(v, 0)); }
static inline vf vf_bf16(const void *p) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(p)), 16)); }
static inline vi vi_zero(void) { return _mm512_setzero_si512(); }
static inline vi vi_all(int32_t v) { return _mm512_set1_epi32(v); }
static inline vi vi_load(const void *p) { return _mm512_loadu_si512(p); }
static inline void vi_store(void *p, vi v) { _mm512_storeu_si512(p, v); }
static inline vi vi_add(vi a, vi b) { return _mm512_add_epi32(a, b); }
static inline vi vi_sub(vi a, vi b) { return _mm512_sub_epi32(a, b); }
static inline int32_t vi_sum(vi v) { return _mm512_reduce_add_epi32(v); }
static inline void vi_bytes(void *p, vi v) { _mm_storeu_si128(p, _mm512_cvtepi32_epi8(v)); } // the low byte of each lane
static inline vi vi_mul(vi a, vi b) { return _mm512_mullo_epi32(a, b); }
static inline vi vi_shl(vi a, int n) { return _mm512_slli_epi32(a, n); }
static inline vf vi_float(vi v) { return _mm512_cvtepi32_ps(v); }
static inline vi vf_bits(vf v) { return _mm512_castps_si512(v); }
static inline vf vi_as_float(vi v) { return _mm512_castsi512_ps(v); }
// Adds the products of 4 bytes a lane: weights of 0..127 and signed inputs.
static inline vi dot_narrow(vi sum, vi w, vi x) { return _mm512_dpbusd_epi32(sum, w, x); }
// The same for weights of all 8 bits, stored with WIDE_BIAS added.
static inline vi dot_wide(vi sum, vi w, vi x) { return _mm512_dpbusd_epi32(sum, w, x); }
// Adds the products of 2 signed 16-bit numbers a lane.
static inline vi dot_words(vi sum, vi a, vi b) { return _mm512_dpwssd_epi32(sum, a, b); }
static inline float half_to_float(uint16_t h) { return _cvtsh_ss(h); }
static inline uint16_t float_to_half(float f) { return _cvtss_sh(f, 0); }

// Turns 64 bytes of each of 16 rows into 16 vectors of 4 bytes of each row: dword r of vector k is dword k of row r.
static inline void interleave(const uint8_t *rows, size_t stride, uint8_t *panel) {
    __m512i a[16], b[16];
    for (int i = 0; i < 16; i++) a[i] = _mm512_loadu_si512(rows + i * stride);
    for (int i = 0; i < 16; i += 2) {
        b[i] = _mm512_unpacklo_epi32(a[i], a[i + 1]);
        b[i + 1] = _mm512_unpackhi_epi32(a[i], a[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        a[i] = _mm512_unpacklo_epi64(b[i], b[i + 2]);
        a[i + 1] = _mm512_unpackhi_epi64(b[i], b[i + 2]);
        a[i + 2] = _mm512_unpacklo_epi64(b[i + 1], b[i + 3]);
        a[i + 3] = _mm512_unpackhi_epi64(b[i + 1], b[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        b[i] = _mm512_shuffle_i32x4(a[i], a[i + 4], 0x88);
        b[i + 4] = _mm512_shuffle_i32x4(a[i], a[i + 4], 0xdd);
        b[i + 8] = _mm512_shuffle_i32x4(a[i + 8], a[i + 12], 0x88);
        b[i + 12] = _mm512_shuffle_i32x4(a[i + 8], a[i + 12], 0xdd);
    }
    for (int i = 0; i < 4; i++) {
        _mm512_storeu_si512(panel + 64 * i, _mm512_shuffle_i32x4(b[i], b[i + 8], 0x88));
        _mm512_storeu_si512(panel + 64 * (i + 4), _mm512_shuffle_i32x4(b[i + 4], b[i + 12], 0x88));
        _mm512_storeu_si512(panel + 64 * (i + 8), _mm512_shuffle_i32x4(b[i], b[i + 8], 0xdd));
        _mm512_storeu_si512(panel + 64 * (i + 12), _mm512_shuffle_i32x4(b[i + 4], b[i + 12], 0xdd));
    }
}
#define INTERLEAVED_BYTES 64
