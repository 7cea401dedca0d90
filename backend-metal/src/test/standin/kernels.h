#pragma once

#include <string>
#include <vector>

struct Size {
    unsigned long width, height, depth;
};

// A kernel's text compiled for the processor.
struct Compiled {
    size_t argument_bytes;
    void (*run)(const void* arguments, const unsigned* places);
};

// Compiles; an empty function and the reason if that fails.
Compiled compile_kernel(const std::string& source, std::string& reason);

// Runs groups of 32 lanes; false if lanes wait for each other in vain.
bool run_kernel(const Compiled& kernel, const std::vector<unsigned char>& arguments, Size groups);
