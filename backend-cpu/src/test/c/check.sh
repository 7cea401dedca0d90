#!/bin/sh
# Checks the native kernels with AddressSanitizer and UndefinedBehaviorSanitizer on this machine, and those for 64-bit ARM under
# user-mode emulation where Debian's cross compiler and qemu are: check.sh TARGET_FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sources=$here/../../main/c
target=$1/native-check
mkdir -p "$target"
common="-std=c11 -O1 -g -fno-var-tracking -ffp-contract=off -fno-math-errno -I$sources"
avx2='-mavx2 -mfma -mf16c'
avx512="$avx2 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni -mavx512vbmi -mprefer-vector-width=512"
neon='-march=armv8.2-a+dotprod+fp16'
neon_i8mm="$neon+i8mm"

check() { # level, compiler, runner, options
    level=$1 compiler=$2 runner=$3
    shift 3
    "$compiler" $common "$@" -DLEVEL_NAME="$level" "$here/check.c" "$sources/$level.c" -o "$target/check-$level" -lm
    $runner "$target/check-$level"
}

sanitizers='-fsanitize=address,undefined -fno-sanitize=alignment -fno-sanitize-recover=all'
case $(uname -m) in
    x86_64)
        if grep -q ' avx2 ' /proc/cpuinfo; then check avx2 cc '' $avx2 $sanitizers; else echo 'avx2: skipped, this processor lacks it'; fi
        if grep -q 'avx512_vnni' /proc/cpuinfo && grep -q 'avx512vbmi ' /proc/cpuinfo; then check avx512 cc '' $avx512 $sanitizers
        else echo 'avx512: skipped, this processor lacks it'; fi
        if command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64-static >/dev/null; then
            check neon aarch64-linux-gnu-gcc qemu-aarch64-static $neon -static
            check neon_i8mm aarch64-linux-gnu-gcc 'qemu-aarch64-static -cpu max' $neon_i8mm -static
        else echo 'neon: skipped, gcc-aarch64-linux-gnu or qemu-user-static is not installed'; fi ;;
    aarch64|arm64)
        check neon cc '' $neon $sanitizers
        if grep -q i8mm /proc/cpuinfo 2>/dev/null || [ "$(sysctl -n hw.optional.arm.FEAT_I8MM 2>/dev/null)" = 1 ]; then
            check neon_i8mm cc '' $neon_i8mm $sanitizers
        else echo 'neon_i8mm: skipped, this processor lacks it'; fi ;;
    *) echo "no native kernels for $(uname -m)" ;;
esac
