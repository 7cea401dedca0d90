package dev.runtime.backend.cpu.ffi;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i32;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.kernels.AttentionCall;
import dev.runtime.backend.cpu.memory.Memory;

/**
 * Attention by the library, one call for each run of positions that lie behind each other. Runs end at multiples of {@link #POSITIONS},
 * so that what a token gets does not depend on the tokens beside it.
 *
 * <p>Scratch is: the structure {@code attention} of attention.h, what each token sees of the run, the state of each query row, and the
 * library's own.
 */
final class NativeAttention {
    /** Tokens of a call. */
    static final int TOKENS = 16;

    /** Positions of a run: {@code ATTENTION_POSITIONS}. */
    private static final int POSITIONS = 64;

    private static final long SIGHT = 64;
    private static final long STATES = SIGHT + 8L * TOKENS;

    private NativeAttention() {}

    static long scratchBytes(AttentionSpec spec) {
        int group = spec.heads() / spec.kvHeads();
        return STATES + Memory.align(8L * TOKENS * group) + NativeCalls.attentionScratch(spec.keySize(), spec.valueSize(), group);
    }

    static void attend(AttentionCall call, int kvHead, int fromToken, int toToken, long scratch) {
        AttentionSpec spec = call.spec();
        int group = spec.heads() / spec.kvHeads();
        int tokens = toToken - fromToken;
        if (tokens > TOKENS) {
            throw new IllegalArgumentException(tokens + " tokens of an attention, at most " + TOKENS);
        }
        long own = scratch + STATES + Memory.align(8L * TOKENS * group);
        describe(call, tokens, group, scratch);
        int first = Integer.MAX_VALUE;
        int end = 0;
        for (int t = 0; t < tokens; t++) {
            first = Math.min(first, call.firstVisible(fromToken + t));
            end = Math.max(end, call.endVisible(fromToken + t));
            for (int g = 0; g < group; g++) {
                start(call, fromToken + t, kvHead * group + g, scratch + STATES + 8L * (t * group + g));
            }
        }
        for (int at = first - first % POSITIONS; at < end; ) {
            int count = Math.min(POSITIONS - at % POSITIONS, Math.min(end - at, call.contiguous(at)));
            for (int t = 0; t < tokens; t++) {
                i32(scratch + SIGHT + 8L * t, Math.clamp(call.firstVisible(fromToken + t) - at, 0, count));
                i32(scratch + SIGHT + 8L * t + 4, Math.clamp(call.endVisible(fromToken + t) - at, 0, count));
            }
            i32(scratch + 28, count);
            NativeCalls.attend(scratch, scratch + SIGHT, call.key(fromToken, kvHead, at), call.value(fromToken, kvHead, at),
                    call.query(fromToken, kvHead * group), call.result(fromToken, kvHead * group), scratch + STATES, own);
            at += count;
        }
        for (int t = 0; t < tokens; t++) {
            for (int g = 0; g < group; g++) {
                long y = call.result(fromToken + t, kvHead * group + g);
                NativeCalls.scale(y, 1 / f32(scratch + STATES + 8L * (t * group + g) + 4), y, spec.valueSize());
            }
        }
    }

    private static void start(AttentionCall call, int token, int head, long state) {
        f32(state, call.hasSinks() ? call.sink(head) : Float.NEGATIVE_INFINITY);
        f32(state + 4, call.hasSinks() ? 1 : 0);
        Memory.clear(call.result(token, head), 4L * call.spec().valueSize());
    }

    /** Writes the structure, but for the number of positions. */
    private static void describe(AttentionCall call, int tokens, int group, long target) {
        AttentionSpec spec = call.spec();
        i32(target, number(call.keyType()));
        i32(target + 4, number(call.valueType()));
        i32(target + 8, spec.keySize());
        i32(target + 12, spec.valueSize());
        i32(target + 16, spec.heads());
        i32(target + 20, group);
        i32(target + 24, tokens);
        f32(target + 32, spec.scale());
        f32(target + 36, spec.softCap());
        i64(target + 40, call.keyStride());
        i64(target + 48, call.valueStride());
    }

    private static void i64(long target, long value) {
        i32(target, (int) value);
        i32(target + 4, (int) (value >>> 32));
    }

    private static int number(TensorType type) {
        return switch (type) {
            case F32 -> 0;
            case F16 -> 1;
            case Q4_0 -> 2;
            case Q8_0 -> 8;
            case BF16 -> 30;
            case TensorType other -> throw new IllegalArgumentException("a cache of " + other);
        };
    }
}
