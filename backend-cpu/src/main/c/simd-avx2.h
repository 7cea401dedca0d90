// Vectors of 256 bits: AVX2, FMA, F16C.
#include <immintrin.h>
#define LEVEL(name) name##_avx2
#define LANES 8
#define TILE_COLUMNS 4
#define WIDE_BIAS 0 // signs move from the weights to the inputs
typedef __m256 vf;
typedef __m256i vi;
// Asks for a line before its use. Not _mm_prefetch: gcc takes loops of it for loops without effect and drops them.
static inline void fetch_line(const uint8_t *p) { __asm__ volatile("prefetcht0 %0" : : "m"(*p)); }
static inline void fetch_line_once(const uint8_t *p) { __asm__ volatile("prefetchnta %0" : : "m"(*p)); }
static inline void fetch_line_early(const uint8_t *p) { __asm__ volatile("prefetcht1 %0" : : "m"(*p)); }
static inline vf vf_all(float v) { return _mm256_set1_ps(v); }
static inline vf vf_load(const void *p) { return _mm256_loadu_ps(p); }
static inline void vf_store(void *p, vf v) { _mm256_storeu_ps(p, v); }
static inline vf vf_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
static inline vf vf_mul(vf a, vf b) { return _mm256_mul_ps(a, b); }
static inline vf vf_add(vf a, vf b) { return _mm256_add_ps(a, b); }
static inline vf vf_sub(vf a, vf b) { return _mm256_sub_ps(a, b); }
static inline vf vf_div(vf a, vf b) { return _mm256_div_ps(a, b); }
static inline vf vf_max(vf a, vf b) { return _mm256_max_ps(a, b); }
static inline vf vf_min(vf a, vf b) { return _mm256_min_ps(a, b); }
static inline float vf_sum(vf v) {
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}
static inline float vf_peak(vf v) {
    __m128 s = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    s = _mm_max_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
}
static inline vf vf_abs(vf v) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), v); }
static inline vf vf_zero_below(vf v, vf x, float limit) { return _mm256_and_ps(v, _mm256_cmp_ps(x, _mm256_set1_ps(limit), _CMP_GE_OQ)); }
static inline vf vf_f16(const void *p) { return _mm256_cvtph_ps(_mm_loadu_si128(p)); }
static inline void vf_store_f16(void *p, vf v) { _mm_storeu_si128(p, _mm256_cvtps_ph(v, 0)); }
static inline vf vf_bf16(const void *p) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(p)), 16)); }
static inline vi vi_zero(void) { return _mm256_setzero_si256(); }
static inline vi vi_all(int32_t v) { return _mm256_set1_epi32(v); }
static inline vi vi_load(const void *p) { return _mm256_loadu_si256(p); }
static inline void vi_store(void *p, vi v) { _mm256_storeu_si256(p, v); }
static inline vi vi_add(vi a, vi b) { return _mm256_add_epi32(a, b); }
static inline vi vi_sub(vi a, vi b) { return _mm256_sub_epi32(a, b); }
static inline int32_t vi_sum(vi v) {
    __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    s = _mm_add_epi32(s, _mm_unpackhi_epi64(s, s));
    return _mm_cvtsi128_si32(_mm_add_epi32(s, _mm_shuffle_epi32(s, 1)));
}
// The low byte of each lane.
static inline void vi_bytes(void *p, vi v) {
    const __m256i low = _mm256_setr_epi32(0x0c080400, -1, -1, -1, 0x0c080400, -1, -1, -1);
    __m256i bytes = _mm256_shuffle_epi8(v, low);
    _mm_storel_epi64(p, _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1)));
}
static inline vi vi_mul(vi a, vi b) { return _mm256_mullo_epi32(a, b); }
static inline vi vi_shl(vi a, int n) { return _mm256_slli_epi32(a, n); }
static inline vf vi_float(vi v) { return _mm256_cvtepi32_ps(v); }
static inline vi vf_bits(vf v) { return _mm256_castps_si256(v); }
static inline vf vi_as_float(vi v) { return _mm256_castsi256_ps(v); }
// Adds the products of 4 bytes a lane: weights of 0..127 and signed inputs. Pairs fit 16 bits.
static inline vi dot_narrow(vi sum, vi w, vi x) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(w, x), _mm256_set1_epi16(1)));
}
// The same for signed weights of all 8 bits: |w| times x with the sign of w. Pairs fit 16 bits since |x| is at most 127.
static inline vi dot_wide(vi sum, vi w, vi x) { return dot_narrow(sum, _mm256_abs_epi8(w), _mm256_sign_epi8(x, w)); }
// Adds the products of 2 signed 16-bit numbers a lane.
static inline vi dot_words(vi sum, vi a, vi b) { return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b)); }
static inline float half_to_float(uint16_t h) { return _cvtsh_ss(h); }
static inline uint16_t float_to_half(float f) { return _cvtss_sh(f, 0); }

// Turns 32 bytes of each of 8 rows into 8 vectors of 4 bytes of each row.
static inline void interleave(const uint8_t *rows, size_t stride, uint8_t *panel) {
    __m256i a[8], b[8];
    for (int i = 0; i < 8; i++) a[i] = _mm256_loadu_si256((const void *)(rows + i * stride));
    for (int i = 0; i < 8; i += 2) {
        b[i] = _mm256_unpacklo_epi32(a[i], a[i + 1]);
        b[i + 1] = _mm256_unpackhi_epi32(a[i], a[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        a[i] = _mm256_unpacklo_epi64(b[i], b[i + 2]);
        a[i + 1] = _mm256_unpackhi_epi64(b[i], b[i + 2]);
        a[i + 2] = _mm256_unpacklo_epi64(b[i + 1], b[i + 3]);
        a[i + 3] = _mm256_unpackhi_epi64(b[i + 1], b[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        _mm256_storeu_si256((void *)(panel + 32 * i), _mm256_permute2x128_si256(a[i], a[i + 4], 0x20));
        _mm256_storeu_si256((void *)(panel + 32 * (i + 4)), _mm256_permute2x128_si256(a[i], a[i + 4], 0x31));
    }
}
#define INTERLEAVED_BYTES 32
