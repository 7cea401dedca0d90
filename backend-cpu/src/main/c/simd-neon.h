// Vectors of 128 bits: NEON with dotprod.
#include <arm_neon.h>
#ifndef LEVEL
#define LEVEL(name) name##_neon
#endif
#define LANES 4
#define TILE_COLUMNS 6
#define WIDE_BIAS 0 // sdot takes signed weights
typedef float32x4_t vf;
typedef int32x4_t vi;
// Asks for a line before its use.
static inline void fetch_line(const uint8_t *p) { __asm__ volatile("prfm pldl1keep, [%0]" : : "r"(p)); }
static inline void fetch_line_once(const uint8_t *p) { __asm__ volatile("prfm pldl1strm, [%0]" : : "r"(p)); }
static inline void fetch_line_early(const uint8_t *p) { __asm__ volatile("prfm pldl2keep, [%0]" : : "r"(p)); }
static inline vf vf_all(float v) { return vdupq_n_f32(v); }
static inline vf vf_load(const void *p) { return vreinterpretq_f32_u8(vld1q_u8(p)); }
static inline void vf_store(void *p, vf v) { vst1q_u8(p, vreinterpretq_u8_f32(v)); }
static inline vf vf_fma(vf a, vf b, vf c) { return vfmaq_f32(c, a, b); }
static inline vf vf_mul(vf a, vf b) { return vmulq_f32(a, b); }
static inline vf vf_add(vf a, vf b) { return vaddq_f32(a, b); }
static inline vf vf_sub(vf a, vf b) { return vsubq_f32(a, b); }
static inline vf vf_div(vf a, vf b) { return vdivq_f32(a, b); }
static inline vf vf_max(vf a, vf b) { return vmaxq_f32(a, b); }
static inline vf vf_min(vf a, vf b) { return vminq_f32(a, b); }
static inline float vf_sum(vf v) { return vaddvq_f32(v); }
static inline float vf_peak(vf v) { return vmaxvq_f32(v); }
static inline vf vf_abs(vf v) { return vabsq_f32(v); }
static inline vf vf_zero_below(vf v, vf x, float limit) {
    return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(v), vcgeq_f32(x, vdupq_n_f32(limit))));
}
static inline vf vf_f16(const void *p) { return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p))); }
static inline void vf_store_f16(void *p, vf v) { vst1_u8(p, vreinterpret_u8_f16(vcvt_f16_f32(v))); }
static inline vf vf_bf16(const void *p) { return vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u8(vld1_u8(p)), 16)); }
static inline vi vi_zero(void) { return vdupq_n_s32(0); }
static inline vi vi_all(int32_t v) { return vdupq_n_s32(v); }
static inline vi vi_load(const void *p) { return vreinterpretq_s32_u8(vld1q_u8(p)); }
static inline void vi_store(void *p, vi v) { vst1q_u8(p, vreinterpretq_u8_s32(v)); }
static inline vi vi_add(vi a, vi b) { return vaddq_s32(a, b); }
static inline vi vi_sub(vi a, vi b) { return vsubq_s32(a, b); }
static inline int32_t vi_sum(vi v) { return vaddvq_s32(v); }
// The low byte of each lane.
static inline void vi_bytes(void *p, vi v) {
    int16x4_t words = vmovn_s32(v);
    vst1_lane_u32(p, vreinterpret_u32_s8(vmovn_s16(vcombine_s16(words, words))), 0);
}
static inline vi vi_mul(vi a, vi b) { return vmulq_s32(a, b); }
static inline vi vi_shl(vi a, int n) { return vshlq_s32(a, vdupq_n_s32(n)); }
static inline vf vi_float(vi v) { return vcvtq_f32_s32(v); }
static inline vi vf_bits(vf v) { return vreinterpretq_s32_f32(v); }
static inline vf vi_as_float(vi v) { return vreinterpretq_f32_s32(v); }
// Adds the products of 4 bytes a lane: weights of 0..127 and signed inputs.
static inline vi dot_narrow(vi sum, vi w, vi x) { return vdotq_s32(sum, vreinterpretq_s8_s32(w), vreinterpretq_s8_s32(x)); }
// The same for signed weights of all 8 bits.
static inline vi dot_wide(vi sum, vi w, vi x) { return vdotq_s32(sum, vreinterpretq_s8_s32(w), vreinterpretq_s8_s32(x)); }
// Adds the products of 2 signed 16-bit numbers a lane.
static inline vi dot_words(vi sum, vi a, vi b) {
    int16x8_t p = vreinterpretq_s16_s32(a), q = vreinterpretq_s16_s32(b);
    vi low = vmull_s16(vget_low_s16(p), vget_low_s16(q)), high = vmull_high_s16(p, q);
    return vaddq_s32(sum, vpaddq_s32(low, high));
}
static inline float half_to_float(uint16_t h) { __fp16 v; memcpy(&v, &h, 2); return v; }
static inline uint16_t float_to_half(float f) { __fp16 v = (__fp16)f; uint16_t h; memcpy(&h, &v, 2); return h; }

// Turns 16 bytes of each of 4 rows into 4 vectors of 4 bytes of each row.
static inline void interleave(const uint8_t *rows, size_t stride, uint8_t *panel) {
    uint32x4x4_t v;
    for (int i = 0; i < 4; i++) v.val[i] = vreinterpretq_u32_u8(vld1q_u8(rows + i * stride));
    uint32x4x2_t a = vtrnq_u32(v.val[0], v.val[1]), b = vtrnq_u32(v.val[2], v.val[3]);
    vst1q_u8(panel, vreinterpretq_u8_u32(vcombine_u32(vget_low_u32(a.val[0]), vget_low_u32(b.val[0]))));
    vst1q_u8(panel + 16, vreinterpretq_u8_u32(vcombine_u32(vget_low_u32(a.val[1]), vget_low_u32(b.val[1]))));
    vst1q_u8(panel + 32, vreinterpretq_u8_u32(vcombine_u32(vget_high_u32(a.val[0]), vget_high_u32(b.val[0]))));
    vst1q_u8(panel + 48, vreinterpretq_u8_u32(vcombine_u32(vget_high_u32(a.val[1]), vget_high_u32(b.val[1]))));
}
#define INTERLEAVED_BYTES 16
