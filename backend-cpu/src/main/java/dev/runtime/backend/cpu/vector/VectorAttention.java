package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.exact;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.store;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.kernels.AttentionCall;
import dev.runtime.backend.cpu.kernels.Functions;
import dev.runtime.backend.cpu.memory.Memory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import jdk.incubator.vector.FloatVector;

/**
 * Attention with an online softmax: keys and values are loaded and turned into floats once a tile of positions and serve all
 * query heads of the group and all tokens of the call. Each query row keeps the largest score m, the sum l of {@code exp(s - m)} and, in
 * the result, the sum of values; all are scaled down when m grows. Source: Milakov and Gimelshein 2018.
 */
final class VectorAttention {
    /** Tokens of a call. */
    static final int TOKENS = 8;

    /** Positions of a tile. */
    private static final int TILE = 32;

    private static final MethodType KERNEL = MethodType.methodType(void.class, long.class, int.class, int.class, int.class, long.class,
            long.class, long.class);

    private static final TensorType[] TYPES = TensorType.values();

    // not final: kernels of their own, see Leaf
    private static MethodHandle dots = Leaf.handle(MethodHandles.lookup(), "dots", KERNEL);
    private static MethodHandle expand = Leaf.handle(MethodHandles.lookup(), "expand", KERNEL);
    private static MethodHandle raise = Leaf.handle(MethodHandles.lookup(), "raise", KERNEL);
    private static MethodHandle weigh = Leaf.handle(MethodHandles.lookup(), "weigh", KERNEL);
    private static MethodHandle addValues = Leaf.handle(MethodHandles.lookup(), "addValues", KERNEL);

    private VectorAttention() {}

    /** Keys and values of a tile, the scores of a query row, then m and l of each query row. */
    static long scratchBytes(AttentionSpec spec) {
        int rows = TOKENS * (spec.heads() / spec.kvHeads());
        return 4L * TILE * (spec.keySize() + spec.valueSize() + 1) + 8L * rows;
    }

    static void attend(AttentionCall call, int kvHead, int fromToken, int toToken, long scratch) {
        AttentionSpec spec = call.spec();
        int group = spec.heads() / spec.kvHeads();
        long values = scratch + 4L * TILE * spec.keySize();
        long scores = values + 4L * TILE * spec.valueSize();
        long states = scores + 4L * TILE;
        int first = Integer.MAX_VALUE;
        int end = 0;
        for (int t = fromToken; t < toToken; t++) {
            first = Math.min(first, call.firstVisible(t));
            end = Math.max(end, call.endVisible(t));
            for (int g = 0; g < group; g++) {
                start(call, t, kvHead * group + g, states + 8L * ((t - fromToken) * group + g));
            }
        }
        for (int at = first; at < end; ) {
            int count = Math.min(Math.min(TILE, end - at), call.contiguous(at));
            long key = load(call.keyType(), call.key(fromToken, kvHead, at), call.keyStride(), spec.keySize(), count, scratch);
            long keyStride = call.keyType() == TensorType.F32 ? call.keyStride() : 4L * spec.keySize();
            long value = load(call.valueType(), call.value(fromToken, kvHead, at), call.valueStride(), spec.valueSize(), count, values);
            long valueStride = call.valueType() == TensorType.F32 ? call.valueStride() : 4L * spec.valueSize();
            for (int t = fromToken; t < toToken; t++) {
                int low = Math.max(0, call.firstVisible(t) - at);
                int high = Math.min(count, call.endVisible(t) - at);
                for (int g = 0; g < group && low < high; g++) {
                    int head = kvHead * group + g;
                    long state = states + 8L * ((t - fromToken) * group + g);
                    scores(call, t, head, at, low, high, key, keyStride, scores);
                    kernel(raise, call.result(t, head), spec.valueSize(), low, high, scores, state, 0);
                    kernel(weigh, call.result(t, head), spec.valueSize(), low, high, scores, state, 0);
                    kernel(addValues, call.result(t, head), spec.valueSize(), low, high, scores, value, valueStride);
                }
            }
            at += count;
        }
        for (int t = fromToken; t < toToken; t++) {
            for (int g = 0; g < group; g++) {
                long y = call.result(t, kvHead * group + g);
                float total = f32(states + 8L * ((t - fromToken) * group + g) + 4);
                VectorElements.scale(y, 1 / total, y, spec.valueSize());
            }
        }
    }

    private static void start(AttentionCall call, int t, int head, long state) {
        f32(state, call.hasSinks() ? call.sink(head) : Float.NEGATIVE_INFINITY);
        f32(state + 4, call.hasSinks() ? 1 : 0);
        Memory.clear(call.result(t, head), 4L * call.spec().valueSize());
    }

    /** Returns where the floats of a tile's rows are: in place, or expanded in scratch. */
    private static long load(TensorType type, long source, long stride, int size, int count, long target) {
        if (type == TensorType.F32) {
            return source;
        }
        kernel(expand, target, size, type.ordinal(), count, source, stride, 0);
        return target;
    }

    /** Expands rows {@code [count, size]} of the type of an ordinal. */
    private static void expand(long target, int size, int type, int count, long source, long stride, long unused) {
        for (int p = 0; p < count; p++) {
            Panels.expand(TYPES[type], source + stride * p, size, target + 4L * size * p);
        }
    }

    private static void scores(AttentionCall call, int t, int head, int at, int low, int high, long key, long stride, long scores) {
        AttentionSpec spec = call.spec();
        kernel(dots, call.query(t, head), spec.keySize(), low, high, scores, key, stride);
        for (int p = low; p < high; p++) {
            f32(scores + 4L * p, f32(scores + 4L * p) * spec.scale());
        }
        if (spec.softCap() != 0) {
            for (int p = low; p < high; p++) {
                f32(scores + 4L * p, (float) Functions.softCap(f32(scores + 4L * p), spec.softCap()));
            }
        }
        if (call.biased()) {
            addBiases(call, t, head, at, low, high, scores);
        }
    }

    private static void addBiases(AttentionCall call, int t, int head, int at, int low, int high, long scores) {
        for (int p = low; p < high; p++) {
            f32(scores + 4L * p, f32(scores + 4L * p) + call.bias(head, t, at + p));
        }
    }

    /** Multiplies a query with the keys of a tile. */
    private static void dots(long query, int size, int low, int high, long scores, long key, long stride) {
        int p = low;
        for (; p <= high - 4; p += 4) {
            four(query, key + stride * p, stride, size, scores + 4L * p);
        }
        for (; p < high; p++) {
            f32(scores + 4L * p, VectorDot.dot(query, key + stride * p, size));
        }
    }

    /** Four products, which share the loads of the query. */
    private static void four(long q, long k, long stride, int n, long scores) {
        FloatVector s0 = all(0f);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i <= n - N; i += N) {
            FloatVector v = floats(q + 4L * i);
            s0 = v.fma(floats(k + 4L * i), s0);
            s1 = v.fma(floats(k + stride + 4L * i), s1);
            s2 = v.fma(floats(k + 2 * stride + 4L * i), s2);
            s3 = v.fma(floats(k + 3 * stride + 4L * i), s3);
        }
        float r0 = Lanes.sum(s0);
        float r1 = Lanes.sum(s1);
        float r2 = Lanes.sum(s2);
        float r3 = Lanes.sum(s3);
        for (; i < n; i++) {
            float v = f32(q + 4L * i);
            r0 += v * f32(k + 4L * i);
            r1 += v * f32(k + stride + 4L * i);
            r2 += v * f32(k + 2 * stride + 4L * i);
            r3 += v * f32(k + 3 * stride + 4L * i);
        }
        f32(scores, r0);
        f32(scores + 4, r1);
        f32(scores + 8, r2);
        f32(scores + 12, r3);
    }

    private static void kernel(MethodHandle kernel, long y, int size, int low, int high, long weights, long a, long b) {
        try {
            kernel.invokeExact(y, size, low, high, weights, a, b);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes the larger m, and scales what there was down to it. */
    private static void raise(long y, int size, int low, int high, long scores, long state, long unused) {
        float max = f32(state);
        float tile = Float.NEGATIVE_INFINITY;
        for (int p = low; p < high; p++) {
            tile = Math.max(tile, f32(scores + 4L * p));
        }
        if (tile > max) {
            float factor = max == Float.NEGATIVE_INFINITY ? 0 : (float) Math.exp(max - tile);
            f32(state, tile);
            f32(state + 4, f32(state + 4) * factor);
            if (max != Float.NEGATIVE_INFINITY) {
                VectorElements.scale(y, factor, y, size);
            }
        }
    }

    /** Turns scores into {@code exp(s - m)} and adds them to l. */
    private static void weigh(long y, int size, int low, int high, long scores, long state, long unused) {
        VectorElements.exp(scores, f32(state), TILE);
        float sum = f32(state + 4);
        for (int p = low; p < high; p++) {
            sum += f32(scores + 4L * p);
        }
        f32(state + 4, sum);
    }

    /** Adds the weighted values to the result. */
    private static void addValues(long y, int size, int low, int high, long weights, long value, long stride) {
        int i = 0;
        for (; i <= size - 4 * N; i += 4 * N) {
            FloatVector a0 = floats(y + 4L * i);
            FloatVector a1 = floats(y + 4L * (i + N));
            FloatVector a2 = floats(y + 4L * (i + 2 * N));
            FloatVector a3 = floats(y + 4L * (i + 3 * N));
            for (int p = low; p < high; p++) {
                FloatVector w = all(f32(weights + 4L * p));
                long v = value + stride * p + 4L * i;
                a0 = floats(v).fma(w, a0);
                a1 = floats(v + 4 * N).fma(w, a1);
                a2 = floats(v + 8 * N).fma(w, a2);
                a3 = floats(v + 12 * N).fma(w, a3);
            }
            store(exact(a0), y + 4L * i);
            store(exact(a1), y + 4L * (i + N));
            store(exact(a2), y + 4L * (i + 2 * N));
            store(exact(a3), y + 4L * (i + 3 * N));
        }
        for (; i <= size - N; i += N) {
            FloatVector a = floats(y + 4L * i);
            for (int p = low; p < high; p++) {
                a = floats(value + stride * p + 4L * i).fma(all(f32(weights + 4L * p)), a);
            }
            store(exact(a), y + 4L * i);
        }
        for (; i < size; i++) {
            float a = f32(y + 4L * i);
            for (int p = low; p < high; p++) {
                a += f32(value + stride * p + 4L * i) * f32(weights + 4L * p);
            }
            f32(y + 4L * i, a);
        }
    }
}
