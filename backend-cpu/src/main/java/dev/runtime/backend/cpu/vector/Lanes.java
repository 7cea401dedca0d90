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

/**
 * The vectors of this machine: all shapes follow from the preferred one.
 *
 * <p>The compiler knows the class of a vector that arithmetic just made, but not of a variable of a loop, and of what a cast made only where it
 * finds it out later. A method called on such a one is any vector's to it, unless it has counted the classes and found one; else it keeps
 * vectors on the heap for good. Arguments are checked for their class, hence: {@code x.add(sum)}, never {@code sum.add(x)}, likewise with casts of
 * bytes, words and floats, whose methods serve two shapes, and where nothing is left to do, {@link #exact exact}.
 */
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

    /** The difference of the exponents' biases of float and half precision, as a factor. */
    static final float HALF = 0x1p112f;

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

    /** Returns a vector that a loop summed up, as one of known class; -0 becomes 0. */
    static FloatVector exact(FloatVector sum) {
        return all(0f).add(sum);
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

    /** Loads {@code ROWS} signed bytes into 16-bit lanes; an argument, see above. */
    static ShortVector bytes(long address) {
        return (ShortVector) ByteVector.fromMemorySegment(B_HALF, Memory.ALL, address, LE).convertShape(VectorOperators.B2S, S, 0);
    }

    /** Loads {@code N} signed bytes as floats, an argument; on vectors of 128 bits it reads {@code N} more. */
    static FloatVector floatsOfBytes(long address) {
        return N >= 8
                ? (FloatVector) ByteVector.fromMemorySegment(B_QUARTER, Memory.ALL, address, LE).convertShape(VectorOperators.B2F, F, 0)
                : (FloatVector) all((short) 0).add(bytes(address)).convertShape(VectorOperators.S2F, F, 0);
    }

    /** Loads {@code N} 16-bit lanes as floats, an argument. */
    static FloatVector floatsOfWords(long address) {
        return (FloatVector) ShortVector.fromMemorySegment(S_HALF, Memory.ALL, address, LE).convertShape(VectorOperators.S2F, F, 0);
    }

    /** Loads {@code N} 16-bit lanes into 32-bit lanes, an argument. */
    static IntVector words(long address) {
        return (IntVector) ShortVector.fromMemorySegment(S_HALF, Memory.ALL, address, LE).convertShape(VectorOperators.S2I, I, 0);
    }

    /** Loads {@code N} finite numbers in half precision times 2^-112, exactly: what is left to do is to multiply with {@link #HALF}. */
    static FloatVector halves(long address) {
        // the sign goes where it belongs, its copies go
        return words(address).lanewise(VectorOperators.LSHL, 13).and(0x8FFF_FFFF).reinterpretAsFloats();
    }

    /** Stores whole numbers as 16-bit lanes. */
    static void storeWords(FloatVector v, long address) {
        IntVector whole = IntVector.zero(I).or((IntVector) v.convertShape(VectorOperators.F2I, I, 0));
        ShortVector.zero(S_HALF).or((ShortVector) whole.convertShape(VectorOperators.I2S, S_HALF, 0)).intoMemorySegment(Memory.ALL, address, LE);
    }

    /** Returns the sums of neighbouring 16-bit lanes. */
    static IntVector pairs(ShortVector v) {
        IntVector both = v.reinterpretAsInts();
        return both.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16).add(both.lanewise(VectorOperators.ASHR, 16));
    }

    static float sum(FloatVector v) {
        return exact(v).reduceLanes(VectorOperators.ADD);
    }
}
