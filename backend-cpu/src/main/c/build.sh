#!/bin/sh
# Compiles the native kernels: build.sh TARGET_FOLDER [COMPILER_OPTION...]
# Takes the compiler $CC, or the first of cc, gcc, clang; without one it says so, and the runtime computes with Java's vectors.
set -eu
sources=$(cd "$(dirname "$0")" && pwd)
target=$1
shift
case $(uname -s) in
    Darwin) library=$target/libruntime_cpu.dylib ;;
    *) library=$target/libruntime_cpu.so ;;
esac
compiler=${CC:-}
for candidate in cc gcc clang; do
    [ -n "$compiler" ] || ! command -v "$candidate" >/dev/null 2>&1 || compiler=$candidate
done
if [ -z "$compiler" ]; then
    echo "no C compiler (cc, gcc or clang): native kernels are left out, the slower Vector API kernels serve"
    rm -f "$library"
    exit 0
fi
if [ -f "$library" ] && [ -z "$(find "$sources" -newer "$library")" ]; then
    exit 0
fi
mkdir -p "$target"
common="-std=c11 -O3 -fPIC -ffp-contract=off -fno-math-errno -Wall -Wextra -Wconversion -Wno-sign-conversion"
case $("$compiler" -dumpmachine) in
    x86_64*)
        levels='avx2 avx512'
        avx2='-mavx2 -mfma -mf16c'
        avx512="$avx2 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni -mavx512vbmi -mprefer-vector-width=512" ;;
    aarch64*|arm64*)
        levels=neon
        neon='-march=armv8.2-a+dotprod+fp16'
        neon_i8mm="$neon+i8mm"
        if "$compiler" $neon_i8mm -E -x c /dev/null >/dev/null 2>&1; then
            levels="$levels neon_i8mm" common="$common -DHAS_I8MM"
        else
            echo "$compiler does not know i8mm: the native kernels with it are left out"
        fi ;;
    *)
        echo "no native kernels for $("$compiler" -dumpmachine): the slower Vector API kernels serve"
        rm -f "$library"
        exit 0 ;;
esac
objects=
for level in $levels; do
    eval "options=\$$level"
    "$compiler" $common $options "$@" -c "$sources/$level.c" -o "$target/$level.o"
    objects="$objects $target/$level.o"
done
"$compiler" $common "$@" -shared "$sources/choose.c" $objects -o "$library"
rm -f $objects
