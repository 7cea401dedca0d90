#include "layout.h"
#include "simd-neon_i8mm.h"
#include "level.h"
