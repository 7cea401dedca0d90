#!/bin/sh
# Compiles the stand-in for the Objective-C runtime and Metal: build.sh TARGET_FOLDER
# Without a C++ compiler it says so, and the tests that need the stand-in are skipped. Its fibers are those of the stand-in for CUDA.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
fibers=$here/../../../../backend-cuda/src/test/cuda
target=$1
library=$target/libmetal_standin.so
compiler=
for candidate in g++ c++; do
    [ -n "$compiler" ] || ! command -v "$candidate" >/dev/null 2>&1 || ! "$candidate" --version | grep -qi -e gcc -e g++ -e 'Free Software' || compiler=$candidate
done
if [ -z "$compiler" ]; then
    echo "no g++: the kernels cannot be run on the stand-in"
    rm -f "$library"
    exit 0
fi
if [ -f "$library" ] && [ -z "$(find "$here" "$fibers" -newer "$library")" ]; then
    exit 0
fi
mkdir -p "$target"
"$compiler" -std=c++17 -O2 -fPIC -shared -Wall -Wno-unused-function -Wno-missing-braces -I"$fibers" -I"$here" \
    -DCOMPILER="\"$compiler\"" -DKERNEL_HEADERS="\"$here/metal\"" -o "$library" "$here"/*.cpp "$fibers/fibers.cpp" -ldl
