// Runs llama.cpp for Compare.java: llama LIBRARIES MODEL, then commands on the standard input, one answer a line (tokens per second):
//   prompt THREADS TOKENS            takes in a prompt
//   generate THREADS TOKENS DEPTH    generates after so many tokens
//   batch THREADS SEQUENCES STEPS    one token a sequence and step, each with a cache of its own; all tokens count
//   load                             answers the seconds of loading and the first token, and resident MB, instead
// Threads are pinned, one a core. Built against the headers of the release that the libraries are of.
#define _GNU_SOURCE
#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "llama.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct llama_model *model;
static struct llama_context *context;
#define MOST_THREADS 8
static ggml_threadpool_t pools[MOST_THREADS + 1];
static int vocabulary, sequences_now, length_now;
static unsigned seed = 12345;

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void quiet(enum ggml_log_level level, const char *text, void *user) {
    (void)user;
    if (level == GGML_LOG_LEVEL_ERROR) fputs(text, stderr);
}

static void fail(const char *what) {
    fprintf(stderr, "llama.cpp: %s\n", what);
    exit(1);
}

static llama_token token(void) {
    seed = seed * 1664525u + 1013904223u;
    return (llama_token)((seed >> 8) % (unsigned)(vocabulary - 300));
}

static long resident(void) {
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long kib = 0;
    while (file && fgets(line, sizeof line, file)) sscanf(line, "VmRSS: %ld", &kib);
    if (file) fclose(file);
    return kib / 1024;
}

// Pinned threads, for one thread too. Pools are made once and kept: contexts may still refer to one that was freed.
static void attach(int threads) {
    if (threads > MOST_THREADS) fail("too many threads");
    ggml_threadpool_t *pool = pools + threads;
    if (!*pool) {
        ggml_backend_reg_t cpu = ggml_backend_dev_backend_reg(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU));
        ggml_threadpool_t (*make)(struct ggml_threadpool_params *) =
            (ggml_threadpool_t(*)(struct ggml_threadpool_params *))ggml_backend_reg_get_proc_address(cpu, "ggml_threadpool_new");
        struct ggml_threadpool_params wanted = ggml_threadpool_params_default(threads);
        wanted.strict_cpu = true;
        for (int i = 0; i < threads; i++) wanted.cpumask[i] = true;
        *pool = make(&wanted);
    }
    llama_attach_threadpool(context, *pool, *pool);
    llama_set_n_threads(context, threads, threads);
}

static void open_context(int threads, int length, int sequences) {
    if (!context || length != length_now || sequences != sequences_now) {
        if (context) llama_free(context);
        struct llama_context_params wanted = llama_context_default_params();
        wanted.n_ctx = (uint32_t)(length * sequences);
        wanted.n_batch = 2048;
        wanted.n_ubatch = 512;
        wanted.n_seq_max = (uint32_t)sequences;
        wanted.kv_unified = sequences == 1;
        wanted.no_perf = true;
        context = llama_init_from_model(model, wanted);
        if (!context) fail("no context");
        length_now = length;
        sequences_now = sequences;
    }
    attach(threads);
    llama_memory_clear(llama_get_memory(context), true);
}

static void decode(struct llama_batch batch) {
    if (llama_decode(context, batch)) fail("a step failed");
    llama_synchronize(context);
}

static void take_in(int tokens) {
    static llama_token ids[512];
    for (int at = 0; at < tokens; at += 512) {
        int count = tokens - at < 512 ? tokens - at : 512;
        for (int i = 0; i < count; i++) ids[i] = token();
        decode(llama_batch_get_one(ids, count));
    }
}

static double prompt(int threads, int tokens) {
    open_context(threads, tokens > 1536 ? tokens + 256 : 2048, 1);
    double start = seconds();
    take_in(tokens);
    return tokens / (seconds() - start);
}

static double generate(int threads, int tokens, int depth) {
    open_context(threads, depth > 1536 ? depth + 256 : 2048, 1);
    take_in(depth ? depth : 4);
    double start = seconds();
    for (int i = 0; i < tokens; i++) {
        llama_token id = token();
        decode(llama_batch_get_one(&id, 1));
    }
    return tokens / (seconds() - start);
}

static double batch(int threads, int sequences, int steps) {
    open_context(threads, 256, sequences);
    struct llama_batch step = llama_batch_init(sequences, 0, 1);
    double start = 0;
    for (int s = -2; s < steps; s++) {
        if (s == 0) start = seconds();
        step.n_tokens = sequences;
        for (int i = 0; i < sequences; i++) {
            step.token[i] = token();
            step.pos[i] = s + 2;
            step.n_seq_id[i] = 1;
            step.seq_id[i][0] = i;
            step.logits[i] = 1;
        }
        decode(step);
    }
    double rate = steps * sequences / (seconds() - start);
    llama_batch_free(step);
    return rate;
}

int main(int count, char **arguments) {
    if (count != 3) fail("llama LIBRARIES MODEL");
    llama_log_set(quiet, NULL);
    ggml_backend_load_all_from_path(arguments[1]);
    llama_backend_init();
    double start = seconds();
    model = llama_model_load_from_file(arguments[2], llama_model_default_params());
    if (!model) fail("the model does not load");
    vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
    char line[128];
    int a, b, c;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "prompt %d %d", &a, &b) == 2) printf("%.3f\n", prompt(a, b));
        else if (sscanf(line, "generate %d %d %d", &a, &b, &c) == 3) printf("%.3f\n", generate(a, b, c));
        else if (sscanf(line, "batch %d %d %d", &a, &b, &c) == 3) printf("%.3f\n", batch(a, b, c));
        else if (!strncmp(line, "load", 4)) {
            open_context(2, 2048, 1);
            take_in(1);
            printf("%.3f %ld\n", seconds() - start, resident());
        } else fail("unknown command");
        fflush(stdout);
    }
    return 0;
}
