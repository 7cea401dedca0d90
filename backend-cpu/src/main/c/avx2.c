#include "layout.h"
#include "simd-avx2.h"
#include "level.h"
