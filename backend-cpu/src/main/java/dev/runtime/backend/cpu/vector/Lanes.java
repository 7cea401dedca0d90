package dev.runtime.backend.cpu.vector;

import dev.runtime.backend.cpu.memory.Memory;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The vectors of this machine: all shapes follow from the preferred one. */
final class Lanes {
    /** Floats of a whole vector. */
    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

    /** Number of floats of a vector. */
    static final int N = F.length();

    /** Rows of a group: the 16-bit lanes of a vector. */
    static final int ROWS = 2 * N;

    static final VectorSpecies<Integer> I = VectorSpecies.of(int.class, F.vectorShape());
    static final VectorSpecies<Short> S = VectorSpecies.of(short.class, F.vectorShape());

    /** Half a vector: {@code N} 16-bit or {@code ROWS} 8-bit lanes. */
    static final VectorSpecies<Short> S_HALF = VectorSpecies.of(short.class, VectorShape.forBitSize(F.vectorBitSize() / 2));

    static final VectorSpecies<Byte> B_HALF = VectorSpecies.of(byte.class, VectorShape.forBitSize(F.vectorBitSize() / 2));

    /** A quarter of a vector: {@code N} 8-bit lanes; where vectors are too short for one, nothing uses it. */
    private static final VectorSpecies<Byte> B_QUARTER =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, F.vectorBitSize() / 4)));

    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

    private Lanes() {}

    static FloatVector floats(long address) {
        return FloatVector.fromMemorySegment(F, Memory.ALL, address, LE);
    }

    static void store(FloatVector v, long address) {
        v.intoMemorySegment(Memory.ALL, address, LE);
    }

    static FloatVector all(float value) {
        return FloatVector.broadcast(F, value);
    }

    static ShortVector all(short value) {
        return ShortVector.broadcast(S, value);
    }

    static ShortVector shorts(long address) {
        return ShortVector.fromMemorySegment(S, Memory.ALL, address, LE);
    }

    static void store(ShortVector v, long address) {
        v.intoMemorySegment(Memory.ALL, address, LE);
    }

    static IntVector ints(long address) {
        return IntVector.fromMemorySegment(I, Memory.ALL, address, LE);
    }

    /** Loads {@code ROWS} signed bytes into 16-bit lanes. */
    static ShortVector bytes(long address) {
        return (ShortVector) ByteVector.fromMemorySegment(B_HALF, Memory.ALL, address, LE).castShape(S, 0);
    }

    /** Loads {@code N} signed bytes into 32-bit lanes; on vectors of 128 bits it reads {@code N} more. */
    static IntVector fewBytes(long address) {
        return N >= 8
                ? (IntVector) ByteVector.fromMemorySegment(B_QUARTER, Memory.ALL, address, LE).castShape(I, 0)
                : (IntVector) bytes(address).castShape(I, 0);
    }

    /** Loads {@code N} 16-bit lanes into 32-bit lanes. */
    static IntVector words(long address) {
        return (IntVector) ShortVector.fromMemorySegment(S_HALF, Memory.ALL, address, LE).castShape(I, 0);
    }

    static FloatVector floats(IntVector v) {
        return (FloatVector) v.castShape(F, 0);
    }

    /** Stores whole numbers as 16-bit lanes. */
    static void storeWords(FloatVector v, long address) {
        ((ShortVector) v.castShape(I, 0).castShape(S_HALF, 0)).intoMemorySegment(Memory.ALL, address, LE);
    }

    /** Returns the sums of neighbouring 16-bit lanes. */
    static IntVector pairs(ShortVector v) {
        IntVector both = v.reinterpretAsInts();
        return both.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16).add(both.lanewise(VectorOperators.ASHR, 16));
    }

    static float sum(FloatVector v) {
        return v.reduceLanes(VectorOperators.ADD);
    }
}
