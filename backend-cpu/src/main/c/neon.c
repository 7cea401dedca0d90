#include "layout.h"
#include "simd-neon.h"
#include "level.h"
