// Read bandwidth with 1 and 2 pinned threads, the median of some passes over memory in huge pages: what generation cannot exceed.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define BYTES ((size_t)1 << 30)
#define PASSES 9

typedef uint64_t words __attribute__((vector_size(64)));
static uint8_t *memory;
static int threads;
static uint64_t sinks[8];
static double begun[2], ended[2], took[PASSES];
static pthread_barrier_t barrier;

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Threads take the times themselves: one that waited for them would be woken late, all processors being taken.
static double earliest(void) { return threads == 1 || begun[0] < begun[1] ? begun[0] : begun[1]; }
static double latest(void) { return threads == 1 || ended[0] > ended[1] ? ended[0] : ended[1]; }

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void *reader(void *argument) {
    long id = (long)argument;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(id, &set);
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);
    size_t part = BYTES / (size_t)threads;
    const words *at = (const words *)(const void *)(memory + (size_t)id * part), *end = at + part / sizeof(words);
    for (int pass = 0; pass < PASSES; pass++) {
        pthread_barrier_wait(&barrier);
        begun[id] = seconds();
        words sums[8] = {0};
        for (const words *p = at; p < end; p += 8)
            for (int i = 0; i < 8; i++) sums[i] ^= p[i];
        for (int i = 0; i < 8; i++) sinks[id] += sums[i][0];
        ended[id] = seconds();
        pthread_barrier_wait(&barrier);
        if (id == 0) took[pass] = latest() - earliest();
    }
    return NULL;
}

int main(void) {
    memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return 1;
    madvise(memory, BYTES, MADV_HUGEPAGE);
    memset(memory, 1, BYTES);
    for (threads = 1; threads <= 2; threads++) {
        pthread_t ids[2];
        pthread_barrier_init(&barrier, NULL, (unsigned)threads);
        for (long i = 0; i < threads; i++) pthread_create(&ids[i], NULL, reader, (void *)i);
        for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
        qsort(took, PASSES, sizeof *took, by_size);
        printf("%d threads: %.1f GB/s\n", threads, (double)BYTES / took[PASSES / 2] / 1e9);
    }
    return sinks[0] == 1;
}
