// Runs a kernel: each block after the other, its threads as fibers. For one caller at a time.
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <vector>

#include "host.h"
#include "fibers.h"

Dim threadIdx, blockIdx, blockDim, gridDim;
unsigned char* standin::dynamic_shared;

namespace {
constexpr size_t STACK = 128 << 10;
constexpr int MOST_THREADS = 1024;

enum State { READY, AT_WARP, AT_BLOCK, DONE };

struct Copy {
    void* target;
    const void* source;
    int group;
};

struct Fiber {
    void* stack;
    void* place; // the saved stack pointer
#if !defined(__x86_64__)
    ucontext_t context;
#endif
    State state;
    Dim index;
    int turns;
    int group;
    std::vector<Copy> copies;
};

std::vector<Fiber> fibers;
std::vector<standin::Exchange> exchanges;
Fiber* current;
#if !defined(__x86_64__)
ucontext_t scheduler;
#endif
void* scheduler_place;
int threads;
void (*body)();
standin::Invoke invoke;
void** arguments;

#if defined(__x86_64__)
// Saves the registers that a called function must keep, and goes on with another stack.
extern "C" void standin_switch(void** from, void* to);
asm(R"(
    .text
    .type standin_switch, @function
standin_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size standin_switch, .-standin_switch
)");
#endif

void leave() {
#if defined(__x86_64__)
    standin_switch(&current->place, scheduler_place);
#else
    swapcontext(&current->context, &scheduler);
#endif
}

void entry() {
    for (;;) {
        invoke(body, arguments);
        current->state = DONE;
        leave();
    }
}

void prepare(Fiber& fiber) {
    fiber.state = READY;
    fiber.turns = 0;
    fiber.group = 0;
    fiber.copies.clear();
#if defined(__x86_64__)
    void** top = (void**)((char*)fiber.stack + STACK);
    *--top = nullptr; // keeps the stack aligned as after a call
    *--top = (void*)entry;
    for (int i = 0; i < 6; i++) {
        *--top = nullptr;
    }
    fiber.place = top;
#else
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack;
    fiber.context.uc_stack.ss_size = STACK;
    fiber.context.uc_link = &scheduler;
    makecontext(&fiber.context, entry, 0);
#endif
}

void resume(Fiber& fiber) {
    current = &fiber;
    threadIdx = fiber.index;
#if defined(__x86_64__)
    standin_switch(&scheduler_place, fiber.place);
#else
    swapcontext(&scheduler, &fiber.context);
#endif
}

// Lets the fibers from..to go on if all that are left of them wait for each other.
bool release(int from, int to, State waiting) {
    int arrived = 0;
    for (int i = from; i < to; i++) {
        if (fibers[i].state == waiting) {
            arrived++;
        } else if (fibers[i].state != DONE) {
            return false;
        }
    }
    for (int i = from; i < to; i++) {
        if (fibers[i].state == waiting) {
            fibers[i].state = READY;
        }
    }
    return arrived > 0;
}

// Whether the block came to its end; not if its threads wait for what cannot come.
bool run_block(bool backwards) {
    for (int i = 0; i < threads; i++) {
        prepare(fibers[i]);
    }
    for (;;) {
        bool moved = false;
        for (int w = 0; w < threads; w += 32) {
            int warp = backwards ? (threads - 1) / 32 * 32 - w : w;
            int end = warp + 32 < threads ? warp + 32 : threads;
            do {
                for (int i = 0; i < end - warp; i++) {
                    Fiber& fiber = fibers[backwards ? end - 1 - i : warp + i];
                    if (fiber.state == READY) {
                        resume(fiber);
                        moved = true;
                    }
                }
            } while (release(warp, end, AT_WARP));
        }
        if (release(0, threads, AT_BLOCK)) {
            continue;
        }
        if (!moved) {
            break;
        }
    }
    for (int i = 0; i < threads; i++) {
        if (fibers[i].state != DONE) {
            return false;
        }
    }
    return true;
}
} // namespace

standin::Exchange& standin::exchange() { return exchanges[threadIdx.x / 32]; }

int standin::turn() { return current->turns++ % 2; }

void standin::wait_block() {
    current->state = AT_BLOCK;
    leave();
}

void standin::wait_warp() {
    current->state = AT_WARP;
    leave();
}

void standin::delay_copy(void* target, const void* source) { current->copies.push_back({target, source, current->group}); }

void standin::close_group() { current->group++; }

void standin::finish_copies(int open_groups) {
    std::vector<Copy> left;
    for (const Copy& copy : current->copies) {
        if (copy.group < current->group - open_groups) {
            memcpy(copy.target, copy.source, 16);
        } else {
            left.push_back(copy);
        }
    }
    current->copies = left;
}

bool standin::launch(const Kernel& kernel, Dim grid, Dim block, size_t shared, void** parameters) {
    threads = (int)block.x;
    if (block.y != 1 || block.z != 1 || threads < 1 || threads > MOST_THREADS) {
        return false;
    }
    while ((int)fibers.size() < threads) {
        Fiber fiber = {};
        fiber.stack = mmap(nullptr, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        fiber.index = {(unsigned)fibers.size(), 0, 0};
        fibers.push_back(fiber);
    }
    exchanges.resize((threads + 31) / 32);
    std::vector<uint64_t> memory((shared + 15) / 8 + 2);
    dynamic_shared = (unsigned char*)(((uintptr_t)memory.data() + 15) & ~(uintptr_t)15);
    gridDim = grid;
    blockDim = block;
    body = kernel.function;
    invoke = kernel.invoke;
    arguments = parameters;
    for (unsigned z = 0; z < grid.z; z++) {
        for (unsigned y = 0; y < grid.y; y++) {
            for (unsigned x = 0; x < grid.x; x++) {
                blockIdx = {x, y, z};
                memset(dynamic_shared, 0xFF, shared);
                if (!run_block((x + y + z) % 2 == 1)) {
                    return false;
                }
            }
        }
    }
    return true;
}
