#!/bin/sh
# Compiles the kernels to PTX: build.sh TARGET_FOLDER
# Takes nvcc of CUDA 13; without it the committed PTX serves. A file that its sources' hash says is up to date stays as it is.
set -eu
cd "$(dirname "$0")"
target=$1
if ! command -v nvcc >/dev/null 2>&1; then
    echo "no nvcc: the committed PTX serves"
    exit 0
fi
mkdir -p "$target"
for source in *.cu; do
    ptx=$target/${source%.cu}.ptx
    hash=$(cat ./*.cuh "$source" | sha256sum | cut -d ' ' -f 1)
    if [ -f "$ptx" ] && head -n 1 "$ptx" | grep -q "$hash"; then
        continue
    fi
    echo "nvcc $source"
    nvcc -ptx -arch=compute_80 -O3 -fmad=false -o "$ptx.new" "$source"
    # The instructions are those of PTX 7.0, so drivers of CUDA 11 and later may load them; nvcc writes the version of its own release, and
    # hints that came later, which go.
    {
        echo "// sources sha256 $hash"
        sed -e '/^\/\//d' -e '/^[[:space:]]*\/\//d' -e '/^$/d' -e '/\.pragma "used_bytes_mask/d' -e 's/^\.version .*/.version 7.0/' "$ptx.new"
    } >"$ptx"
    ptxas -arch=sm_80 -o "$ptx.new" "$ptx"
    rm -f "$ptx.new"
done
