#include "layout.h"
#include "simd-avx512.h"
#include "level.h"
