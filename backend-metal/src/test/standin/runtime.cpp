// A stand-in for the Objective-C runtime and the Metal framework: what the backend sends to it, by its meaning on one processor. It ends the
// process at a message that the real one would not understand or that breaks its rules, and it makes the order of dispatches that no barrier
// orders the reverse one. It proves nothing about hardware.
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "kernels.h"

namespace {
enum Kind { CLASS, DEVICE, ARRAY, STRING, ERROR, OPTIONS, LIBRARY, FUNCTION, PIPELINE, QUEUE, BUFFER, COMMANDS, ENCODER };

struct Dispatch {
    struct Object* pipeline;
    std::vector<unsigned char> arguments;
    Size groups;
};

struct Object {
    Kind kind;
    int references = 1;
    std::string text;
    long number = 0;      // an error's code, a command buffer's status
    unsigned char* memory = nullptr;
    size_t bytes = 0;
    bool exact = false, language = false;
    Object* other = nullptr; // a library's or function's source, an encoder's command buffer, a command buffer's error
    Compiled compiled = {};
    std::vector<std::vector<Dispatch>> runs; // between barriers
    std::set<Object*> used;
    Object* pipeline = nullptr;
    std::vector<unsigned char> arguments;
    bool encoding = false, ended = false;
};

std::recursive_mutex lock;
std::set<std::string> selectors;
std::set<Object*> live;
std::set<Object*> buffers;
std::vector<std::vector<Object*>> pools;
std::string log_text;
size_t allocated;
long next_failure;
bool refuses_memory;
Object device = {DEVICE};
Object devices = {ARRAY};

[[noreturn]] void broken(const std::string& rule) {
    fprintf(stderr, "stand-in for Metal: %s\n%s\n", rule.c_str(), log_text.substr(log_text.size() > 2000 ? log_text.size() - 2000 : 0).c_str());
    abort();
}

Object* make(Kind kind) {
    Object* object = new Object{kind};
    live.insert(object);
    return object;
}

Object* autoreleased(Object* object) {
    if (pools.empty()) {
        broken("an object is left to a pool that is not there");
    }
    pools.back().push_back(object);
    return object;
}

Object* string(const std::string& text) {
    Object* object = make(STRING);
    object->text = text;
    return autoreleased(object);
}

Object* error(long code, const std::string& text) {
    Object* object = make(ERROR);
    object->number = code;
    object->text = text;
    return autoreleased(object);
}

void release(Object* object) {
    if (live.count(object) == 0) {
        broken("an object is released that is not there any more");
    }
    if (--object->references == 0) {
        if (object->kind == BUFFER) {
            munmap(object->memory, object->bytes);
            buffers.erase(object);
            allocated -= object->bytes;
        }
        live.erase(object);
        delete object;
    }
}

// Runs what is between barriers in the reverse order, and lets nothing touch buffers that were not declared.
void run(Object* commands) {
    if (next_failure != 0) {
        commands->number = 5;
        commands->other = error(next_failure, "the stand-in was told to fail");
        next_failure = 0;
        return;
    }
    for (Object* buffer : buffers) {
        if (commands->used.count(buffer) == 0) {
            mprotect(buffer->memory, buffer->bytes, PROT_NONE);
        }
    }
    commands->number = 4;
    for (auto& dispatches : commands->runs) {
        for (size_t i = dispatches.size(); i-- > 0;) {
            if (!run_kernel(dispatches[i].pipeline->compiled, dispatches[i].arguments, dispatches[i].groups)) {
                commands->number = 5;
                commands->other = error(1, "lanes wait for each other in vain");
            }
        }
    }
    for (Object* buffer : buffers) {
        mprotect(buffer->memory, buffer->bytes, PROT_READ | PROT_WRITE);
    }
}

Object* new_buffer(size_t bytes, size_t options) {
    if (options != 0) {
        broken("buffers are shared");
    }
    if (refuses_memory) {
        return nullptr;
    }
    Object* buffer = make(BUFFER);
    buffer->bytes = bytes;
    buffer->memory = (unsigned char*)mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(buffer->memory, 0xCD, bytes);
    buffers.insert(buffer);
    allocated += bytes;
    return buffer;
}

Object* new_library(const char* source, Object* options, Object** failure) {
    if (!options->language || !options->exact) {
        broken("kernels are of Metal 3.0 and compiled with exact arithmetic");
    }
    std::string reason;
    Compiled compiled = compile_kernel(source, reason);
    if (compiled.run == nullptr) {
        *failure = error(3, reason);
        return nullptr;
    }
    Object* library = make(LIBRARY);
    library->compiled = compiled;
    return library;
}

// Calls by receiver and name; the arguments of a method come as the real one would get them.
void* answer(Object* self, const std::string& name, va_list list) {
    switch (self->kind) {
    case CLASS:
        if (self->text == "MTLCompileOptions" && name == "alloc") {
            return make(OPTIONS);
        }
        if (self->text == "NSString" && name == "stringWithUTF8String:") {
            return string(va_arg(list, const char*));
        }
        break;
    case DEVICE:
        if (name == "name") {
            return string("Stand-in");
        }
        if (name == "supportsFamily:") {
            long family = va_arg(list, long);
            return (void*)(long)(family == 1007 || family == 5001);
        }
        if (name == "recommendedMaxWorkingSetSize") {
            return (void*)(8L << 30);
        }
        if (name == "currentAllocatedSize") {
            return (void*)allocated;
        }
        if (name == "maxBufferLength") {
            return (void*)(4L << 30);
        }
        if (name == "newCommandQueue") {
            return make(QUEUE);
        }
        if (name == "newBufferWithLength:options:") {
            size_t bytes = va_arg(list, size_t);
            return new_buffer(bytes, va_arg(list, size_t));
        }
        if (name == "newLibraryWithSource:options:error:") {
            Object* source = va_arg(list, Object*);
            Object* options = va_arg(list, Object*);
            return new_library(source->text.c_str(), options, va_arg(list, Object**));
        }
        if (name == "newComputePipelineStateWithFunction:error:") {
            Object* pipeline = make(PIPELINE);
            pipeline->compiled = va_arg(list, Object*)->compiled;
            return pipeline;
        }
        break;
    case ARRAY:
        if (name == "count") {
            return (void*)1L;
        }
        if (name == "objectAtIndex:" && va_arg(list, size_t) == 0) {
            return &device;
        }
        break;
    case STRING:
        if (name == "UTF8String") {
            return (void*)self->text.c_str();
        }
        break;
    case ERROR:
        if (name == "localizedDescription") {
            return string(self->text);
        }
        if (name == "code") {
            return (void*)self->number;
        }
        break;
    case OPTIONS:
        if (name == "init") {
            return self;
        }
        if (name == "setLanguageVersion:") {
            self->language = va_arg(list, size_t) == 3 << 16;
            return nullptr;
        }
        if (name == "setFastMathEnabled:") {
            self->exact = va_arg(list, int) == 0;
            return nullptr;
        }
        break;
    case LIBRARY:
        if (name == "newFunctionWithName:") {
            if (va_arg(list, Object*)->text != "main0") {
                return nullptr;
            }
            Object* function = make(FUNCTION);
            function->compiled = self->compiled;
            return function;
        }
        break;
    case PIPELINE:
        if (name == "threadExecutionWidth") {
            return (void*)32L;
        }
        break;
    case QUEUE:
        if (name == "commandBuffer") {
            return autoreleased(make(COMMANDS));
        }
        break;
    case BUFFER:
        if (name == "contents") {
            return self->memory;
        }
        if (name == "gpuAddress") {
            return self->memory;
        }
        break;
    case COMMANDS:
        if (name == "computeCommandEncoderWithDispatchType:") {
            if (va_arg(list, size_t) != 1 || self->encoding) {
                broken("one encoder at a time, of concurrent dispatches");
            }
            Object* encoder = make(ENCODER);
            encoder->other = self;
            self->encoding = true;
            self->runs.emplace_back();
            return autoreleased(encoder);
        }
        if (name == "commit") {
            if (self->encoding || self->number != 0) {
                broken("commands are committed once, when their encoder has ended");
            }
            run(self);
            return nullptr;
        }
        if (name == "waitUntilCompleted") {
            if (self->number == 0) {
                broken("what is waited for was not committed");
            }
            return nullptr;
        }
        if (name == "status") {
            return (void*)self->number;
        }
        if (name == "error") {
            return self->other;
        }
        break;
    case ENCODER: {
        if (self->ended) {
            broken("the encoder has ended");
        }
        Object* commands = self->other;
        if (name == "useResources:count:usage:") {
            Object** resources = va_arg(list, Object**);
            size_t count = va_arg(list, size_t);
            for (size_t i = 0; i < count; i++) {
                if (buffers.count(resources[i]) == 0) {
                    broken("a buffer is declared that is not there");
                }
                commands->used.insert(resources[i]);
            }
            if (va_arg(list, size_t) != 3) {
                broken("kernels read and write");
            }
            return nullptr;
        }
        if (name == "setComputePipelineState:") {
            self->pipeline = va_arg(list, Object*);
            return nullptr;
        }
        if (name == "setBytes:length:atIndex:") {
            const unsigned char* bytes = va_arg(list, const unsigned char*);
            size_t length = va_arg(list, size_t);
            if (va_arg(list, size_t) != 0) {
                broken("arguments are at index 0");
            }
            self->arguments.assign(bytes, bytes + length);
            return nullptr;
        }
        if (name == "dispatchThreadgroups:threadsPerThreadgroup:") {
            Size groups = va_arg(list, Size);
            Size threads = va_arg(list, Size);
            char text[200];
            snprintf(text, sizeof text, "%lu %lu %lu, %lu %lu %lu\n", groups.width, groups.height, groups.depth, threads.width, threads.height,
                    threads.depth);
            log_text += text;
            if (threads.width != 32 || threads.height != 1 || threads.depth != 1 || groups.width * groups.height * groups.depth == 0) {
                broken("some groups of 32 lanes each");
            }
            if (self->pipeline == nullptr || self->arguments.size() != self->pipeline->compiled.argument_bytes) {
                broken("arguments of " + std::to_string(self->arguments.size()) + " bytes for another kernel");
            }
            commands->runs.back().push_back({self->pipeline, self->arguments, groups});
            return nullptr;
        }
        if (name == "memoryBarrierWithScope:") {
            if (va_arg(list, size_t) != 1) {
                broken("barriers are for buffers");
            }
            commands->runs.emplace_back();
            return nullptr;
        }
        if (name == "endEncoding") {
            self->ended = true;
            commands->encoding = false;
            return nullptr;
        }
        break;
    }
    case FUNCTION:
        break;
    }
    broken("an object of kind " + std::to_string(self->kind) + " does not understand " + name);
}
} // namespace

extern "C" {
void* objc_getClass(const char* name) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    static Object options = {CLASS}, strings = {CLASS};
    options.text = "MTLCompileOptions";
    strings.text = "NSString";
    return strcmp(name, "NSString") == 0 ? &strings : strcmp(name, "MTLCompileOptions") == 0 ? &options : nullptr;
}

const char* sel_registerName(const char* name) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    return selectors.insert(name).first->c_str();
}

void* objc_autoreleasePoolPush() {
    lock.lock(); // pools are of a thread, and this stand-in is for one at a time
    pools.emplace_back();
    return (void*)pools.size();
}

void objc_autoreleasePoolPop(void* pool) {
    if ((size_t)pool != pools.size()) {
        broken("pools are closed in another order than they were opened in");
    }
    std::vector<Object*> left = pools.back();
    pools.pop_back();
    for (Object* object : left) {
        release(object);
    }
    lock.unlock();
}

void* MTLCopyAllDevices() { return &devices; }

void* objc_msgSend(Object* self, const char* selector, ...) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    if (self == nullptr) {
        return nullptr; // as the real one does
    }
    if (self->kind != CLASS && self->kind != DEVICE && self->kind != ARRAY && live.count(self) == 0) {
        broken(std::string("a message to an object that is not there any more: ") + selector);
    }
    log_text += std::string(selector) + "\n";
    if (log_text.size() > 1 << 20) {
        log_text.erase(0, 1 << 19);
    }
    if (strcmp(selector, "release") == 0) {
        release(self);
        return nullptr;
    }
    va_list list;
    va_start(list, selector);
    void* result = answer(self, selector, list);
    va_end(list);
    return result;
}

// For the tests.
long standin_live() { return (long)live.size(); }
void standin_fail(long code) { next_failure = code; }
void standin_refuse_memory(long refuse) { refuses_memory = refuse != 0; }
const char* standin_log() { return log_text.c_str(); }
void standin_clear_log() { log_text.clear(); }
}
