#pragma once

#include "host.h"

namespace standin {
// Runs a kernel to its end; false if its threads wait for each other in vain.
bool launch(const Kernel& kernel, Dim grid, Dim block, size_t shared, void** parameters);
} // namespace standin
