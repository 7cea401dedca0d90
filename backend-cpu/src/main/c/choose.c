// The best level that was built and that this processor runs; the Java side asks once, and takes the functions of that level by name.
#if defined(__x86_64__)

static int runs_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vbmi");
}

// f16c came before avx2, and no processor has the one without the other
const char *runtime_cpu_level(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return "";
    return runs_avx512() ? "avx512" : "avx2";
}

#elif defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#ifndef HWCAP2_I8MM
#define HWCAP2_I8MM (1 << 13) // headers of Linux before 5.6
#endif

const char *runtime_cpu_level(void) {
    if (!(getauxval(AT_HWCAP) & HWCAP_ASIMDDP)) return "";
#ifdef HAS_I8MM
    if (getauxval(AT_HWCAP2) & HWCAP2_I8MM) return "neon_i8mm";
#endif
    return "neon";
}

#elif defined(__APPLE__) && defined(HAS_I8MM)
#include <sys/sysctl.h>

// all of them have dotprod, those from M2 on i8mm
const char *runtime_cpu_level(void) {
    int has = 0;
    size_t bytes = sizeof has;
    return sysctlbyname("hw.optional.arm.FEAT_I8MM", &has, &bytes, NULL, 0) == 0 && has ? "neon_i8mm" : "neon";
}

#else

const char *runtime_cpu_level(void) { return "neon"; }

#endif
