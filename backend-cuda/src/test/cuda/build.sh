#!/bin/sh
# Compiles the kernels for the host, with a stand-in for the driver library: build.sh TARGET_FOLDER
# Without a C++ compiler it says so, and the tests that need the stand-in are skipped.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kernels=$here/../../main/cuda
target=$1
library=$target/libcuda_standin.so
compiler=${CXX:-}
for candidate in c++ g++ clang++; do
    [ -n "$compiler" ] || ! command -v "$candidate" >/dev/null 2>&1 || compiler=$candidate
done
if [ -z "$compiler" ]; then
    echo "no C++ compiler (c++, g++ or clang++): the kernels cannot be run on the stand-in"
    rm -f "$library"
    exit 0
fi
if [ -f "$library" ] && [ -z "$(find "$here" "$kernels" -newer "$library")" ]; then
    exit 0
fi
mkdir -p "$target"
options="-std=c++17 -O2 -march=native -fPIC -ffp-contract=off -fno-strict-aliasing -Wall -Wno-unused-function -Wno-unknown-pragmas -Wno-missing-braces"
objects=
for source in "$kernels"/*.cu "$here"/*.cpp; do
    object=$target/$(basename "$source").o
    "$compiler" $options -I"$here" -I"$kernels" -x c++ -c "$source" -o "$object"
    objects="$objects $object"
done
"$compiler" -shared -o "$library" $objects
rm -f $objects
