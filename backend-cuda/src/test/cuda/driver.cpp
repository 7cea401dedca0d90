// A stand-in for the driver library: the functions of libcuda that the backend calls, over the host's memory and the kernels as compiled
// for the host. Everything runs at once, on the calling thread. New memory is full of NaN, its borders are watched.
#include <stdint.h>
#include <stdlib.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "fibers.h"

#define API extern "C" __attribute__((visibility("default"))) int

namespace {
constexpr int OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_FOUND = 500, ILLEGAL_ADDRESS = 700, LAUNCH_FAILED = 719;
constexpr size_t BORDER = 256;
constexpr unsigned char MARK = 0xA5;

std::recursive_mutex lock;
std::map<uintptr_t, size_t> memory; // by address
size_t used;
long launches;

std::map<std::string, standin::Kernel>& kernels() {
    static std::map<std::string, standin::Kernel> all;
    return all;
}

size_t total() {
    const char* limit = getenv("STANDIN_BYTES");
    return limit ? strtoull(limit, nullptr, 10) : (size_t)4 << 30;
}

struct Module {
    std::string image;
};

struct Function {
    standin::Kernel kernel;
    size_t shared_limit;
};

struct Graph {
    std::vector<std::function<int()>> nodes;
};

struct Stream {
    Graph* capture;
};

// The failure that a test asked for: what `failing` answers after so many more calls; a lasting one is then the answer of every call.
std::string failing;
int calls_before, failure;
bool lasting, failed;

int injected(const char* call) {
    if (failed && lasting) {
        return failure;
    }
    if (failed || failing != call || calls_before-- > 0) {
        return OK;
    }
    failed = true;
    return failure;
}

int borders_whole() {
    for (auto& entry : memory) {
        const unsigned char* start = (const unsigned char*)entry.first;
        for (size_t i = 0; i < BORDER; i++) {
            if (start[-(ptrdiff_t)i - 1] != MARK || start[entry.second + i] != MARK) {
                return ILLEGAL_ADDRESS;
            }
        }
    }
    return OK;
}

bool inside(uintptr_t address, size_t bytes) {
    auto after = memory.upper_bound(address);
    if (after == memory.begin()) {
        return false;
    }
    --after;
    return address + bytes <= after->first + after->second;
}

int submit(Stream* stream, std::function<int()> work) {
    if (stream && stream->capture) {
        stream->capture->nodes.push_back(work);
        return OK;
    }
    return work();
}
} // namespace

void standin::add(const Kernel& kernel) { kernels()[kernel.name] = kernel; }

typedef std::lock_guard<std::recursive_mutex> Guard;

#define FAILS \
    if (int error = injected(__func__)) { \
        return error; \
    }

API cuInit(unsigned) { return OK; }

API cuDriverGetVersion(int* version) {
    *version = 13000;
    return OK;
}

API cuDeviceGetCount(int* count) {
    FAILS
    *count = 1;
    return OK;
}

API cuDeviceGet(int* device, int ordinal) {
    *device = ordinal;
    return ordinal == 0 ? OK : INVALID_VALUE;
}

API cuDeviceGetName(char* name, int length, int) {
    snprintf(name, length, "stand-in on the host");
    return OK;
}

API cuDeviceTotalMem_v2(size_t* bytes, int) {
    *bytes = total();
    return OK;
}

API cuDeviceGetAttribute(int* value, int attribute, int) {
    switch (attribute) {
        case 16: *value = 4; break;       // multiprocessors
        case 18: *value = 0; break;       // integrated
        case 75: *value = 8; break;       // compute capability
        case 76: *value = 0; break;
        case 97: *value = 101376; break;  // shared memory a block may ask for
        default: return INVALID_VALUE;
    }
    return OK;
}

API cuDevicePrimaryCtxRetain(void** context, int) {
    FAILS
    static int it;
    *context = &it;
    return OK;
}

API cuDevicePrimaryCtxRelease_v2(int) { return OK; }

API cuCtxSetCurrent(void*) {
    FAILS
    return OK;
}

API cuMemGetInfo_v2(size_t* free, size_t* all) {
    Guard guard(lock);
    FAILS
    *all = total();
    *free = used < *all ? *all - used : 0;
    return OK;
}

API cuMemAlloc_v2(uintptr_t* address, size_t bytes) {
    Guard guard(lock);
    FAILS
    if (bytes == 0) {
        return INVALID_VALUE;
    }
    if (used + bytes > total()) {
        return OUT_OF_MEMORY;
    }
    unsigned char* block = (unsigned char*)aligned_alloc(BORDER, (bytes + 3 * BORDER - 1) / BORDER * BORDER);
    memset(block, MARK, BORDER);
    memset(block + BORDER, 0xFF, bytes);
    memset(block + BORDER + bytes, MARK, BORDER);
    *address = (uintptr_t)block + BORDER;
    memory[*address] = bytes;
    used += bytes;
    return OK;
}

API cuMemFree_v2(uintptr_t address) {
    Guard guard(lock);
    FAILS
    auto entry = memory.find(address);
    if (entry == memory.end()) {
        return INVALID_VALUE;
    }
    int whole = borders_whole();
    used -= entry->second;
    memory.erase(entry);
    free((void*)(address - BORDER));
    return whole;
}

API cuMemHostAlloc(void** address, size_t bytes, unsigned) {
    FAILS
    *address = aligned_alloc(256, (bytes + 255) / 256 * 256);
    return *address ? OK : OUT_OF_MEMORY;
}

API cuMemFreeHost(void* address) {
    FAILS
    free(address);
    return OK;
}

API cuMemcpyHtoDAsync_v2(uintptr_t target, const void* source, size_t bytes, Stream* stream) {
    Guard guard(lock);
    FAILS
    if (!inside(target, bytes)) {
        return INVALID_VALUE;
    }
    return submit(stream, [=] { return memcpy((void*)target, source, bytes), OK; });
}

API cuMemcpyDtoHAsync_v2(void* target, uintptr_t source, size_t bytes, Stream* stream) {
    Guard guard(lock);
    FAILS
    if (!inside(source, bytes)) {
        return INVALID_VALUE;
    }
    return submit(stream, [=] { return memcpy(target, (void*)source, bytes), OK; });
}

API cuMemcpyDtoDAsync_v2(uintptr_t target, uintptr_t source, size_t bytes, Stream* stream) {
    Guard guard(lock);
    FAILS
    if (!inside(source, bytes) || !inside(target, bytes)) {
        return INVALID_VALUE;
    }
    return submit(stream, [=] { return memmove((void*)target, (void*)source, bytes), OK; });
}

API cuMemsetD8Async(uintptr_t target, unsigned char value, size_t bytes, Stream* stream) {
    Guard guard(lock);
    FAILS
    if (!inside(target, bytes)) {
        return INVALID_VALUE;
    }
    return submit(stream, [=] { return memset((void*)target, value, bytes), OK; });
}

API cuModuleLoadData(Module** module, const char* image) {
    FAILS
    *module = new Module{image};
    return OK;
}

API cuModuleUnload(Module* module) {
    delete module;
    return OK;
}

// The text of the kernel must be in the image, with as many parameters as the function has here.
API cuModuleGetFunction(Function** function, Module* module, const char* name) {
    FAILS
    size_t at = module->image.find(std::string(".entry ") + name + "(");
    auto kernel = kernels().find(name);
    if (at == std::string::npos || kernel == kernels().end()) {
        return NOT_FOUND;
    }
    std::string list = module->image.substr(at, module->image.find(')', at) - at);
    int count = 0;
    for (size_t p = list.find(".param"); p != std::string::npos; p = list.find(".param", p + 1)) {
        count++;
    }
    if (count != kernel->second.parameters) {
        return INVALID_VALUE;
    }
    *function = new Function{kernel->second, 49152};
    return OK;
}

API cuFuncSetAttribute(Function* function, int, int value) {
    function->shared_limit = value;
    return OK;
}

API cuStreamCreate(Stream** stream, unsigned) {
    FAILS
    *stream = new Stream{};
    return OK;
}

API cuStreamDestroy_v2(Stream* stream) {
    FAILS
    delete stream;
    return OK;
}

API cuStreamSynchronize(Stream*) {
    Guard guard(lock);
    FAILS
    return borders_whole();
}

API cuLaunchKernel(Function* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
        Stream* stream, void** parameters, void**) {
    Guard guard(lock);
    FAILS
    if (gx == 0 || gy == 0 || gz == 0 || gy > 65535 || gz > 65535 || shared > function->shared_limit) {
        return INVALID_VALUE;
    }
    std::vector<uint64_t> values(function->kernel.parameters);
    for (int i = 0; i < function->kernel.parameters; i++) {
        memcpy(&values[i], parameters[i], function->kernel.sizes[i]);
    }
    return submit(stream, [=]() mutable {
        std::vector<void*> pointers;
        for (uint64_t& value : values) {
            pointers.push_back(&value);
        }
        launches++;
        return standin::launch(function->kernel, {gx, gy, gz}, {bx, by, bz}, shared, pointers.data()) ? OK : LAUNCH_FAILED;
    });
}

API cuStreamBeginCapture_v2(Stream* stream, int) {
    FAILS
    stream->capture = new Graph();
    return OK;
}

API cuStreamEndCapture(Stream* stream, Graph** graph) {
    FAILS
    *graph = stream->capture;
    stream->capture = nullptr;
    return OK;
}

API cuGraphInstantiateWithFlags(Graph** executable, Graph* graph, unsigned long long) {
    FAILS
    *executable = new Graph(*graph);
    return OK;
}

API cuGraphDestroy(Graph* graph) {
    FAILS
    delete graph;
    return OK;
}

API cuGraphExecDestroy(Graph* graph) {
    FAILS
    delete graph;
    return OK;
}

API cuGraphLaunch(Graph* graph, Stream*) {
    Guard guard(lock);
    FAILS
    for (auto& node : graph->nodes) {
        int result = node();
        if (result != OK) {
            return result;
        }
    }
    return OK;
}

API cuGetErrorName(int error, const char** name) {
    switch (error) {
        case OUT_OF_MEMORY: *name = "CUDA_ERROR_OUT_OF_MEMORY"; break;
        case ILLEGAL_ADDRESS: *name = "CUDA_ERROR_ILLEGAL_ADDRESS"; break;
        default: *name = "CUDA_ERROR_OF_THE_STAND_IN";
    }
    return OK;
}

API cuGetErrorString(int, const char** text) {
    *text = "see the stand-in's source";
    return OK;
}

// For tests: how many launches there were, the bytes of memory in use, and a failure to come. `standin_fail` tells whether the failure that was
// asked for before has come; a null call asks for none.
#define FOR_TESTS extern "C" __attribute__((visibility("default")))
FOR_TESTS long standin_launches() { return launches; }
FOR_TESTS long standin_used() { return (long)used; }
FOR_TESTS int standin_fail(const char* call, int after, int error, int stays) {
    Guard guard(lock);
    int came = failed;
    failing = call ? call : "";
    calls_before = after;
    failure = error;
    lasting = stays != 0;
    failed = false;
    return came;
}
