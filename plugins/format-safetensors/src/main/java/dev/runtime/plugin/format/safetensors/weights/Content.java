package dev.runtime.plugin.format.safetensors.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/** The bytes of a tensor as the engine expects them, made of a file's bytes. Pure; safe for use by many threads. */
public sealed interface Content {
    /** Returns how many bytes there are. */
    long bytes();

    /** Writes the bytes to a segment of that length. */
    void write(MemorySegment target);

    /** Returns the bytes if they lie in a file as they are. */
    default Optional<MemorySegment> mapped() {
        return Optional.empty();
    }

    /** A part of a file. */
    record Mapped(MemorySegment data) implements Content {
        @Override
        public long bytes() {
            return data.byteSize();
        }

        @Override
        public void write(MemorySegment target) {
            target.copyFrom(data);
        }

        @Override
        public Optional<MemorySegment> mapped() {
            return Optional.of(data);
        }
    }

    /** Numbers that are in no file. */
    record Numbers(float[] values) implements Content {
        @Override
        public long bytes() {
            return 4L * values.length;
        }

        @Override
        public void write(MemorySegment target) {
            for (int i = 0; i < values.length; i++) {
                target.set(Elements.FLOAT, 4L * i, values[i]);
            }
        }
    }

    /**
     * Elements as 32-bit floats.
     *
     * @param plus what is added to each
     * @param count how many there are now
     * @param order the element of the source that is taken for an element
     */
    record Floats(RawTensor tensor, float plus, long count, LongUnaryOperator order) implements Content {
        /** Creates all elements in their order. */
        public Floats(RawTensor tensor, float plus) {
            this(tensor, plus, tensor.elements(), LongUnaryOperator.identity());
        }

        @Override
        public long bytes() {
            return Math.multiplyExact(count, 4L);
        }

        @Override
        public void write(MemorySegment target) {
            Elements elements = Elements.of(tensor);
            for (long i = 0; i < count; i++) {
                float value = elements.at(tensor.data(), order.applyAsLong(i));
                // adding nothing would still turn -0 into 0
                target.set(Elements.FLOAT, 4 * i, plus == 0 ? value : value + plus);
            }
        }
    }

    /**
     * Rows in another order, or some of them.
     *
     * @param rowBytes bytes of a row
     * @param rows how many rows there are now
     * @param order the row of the source that is taken for a row
     */
    record Rows(MemorySegment source, long rowBytes, long rows, LongUnaryOperator order) implements Content {
        @Override
        public long bytes() {
            return Math.multiplyExact(rowBytes, rows);
        }

        @Override
        public void write(MemorySegment target) {
            for (long row = 0; row < rows; row++) {
                MemorySegment.copy(source, order.applyAsLong(row) * rowBytes, target, row * rowBytes, rowBytes);
            }
        }
    }

    /**
     * Matrices turned over, one after the other: element (row, column) becomes (column, row).
     *
     * @param elementBytes 1, 2 or 4
     * @param matrices how many there are
     * @param rows rows of one in the source
     * @param columns columns of one in the source
     * @param first the first column that is taken
     * @param step the distance of the columns that are taken
     */
    record Transposed(MemorySegment source, int elementBytes, long matrices, long rows, long columns, long first, long step) implements Content {
        @Override
        public long bytes() {
            return Math.multiplyExact(Math.multiplyExact(matrices, rows), columns / step * elementBytes);
        }

        @Override
        public void write(MemorySegment target) {
            long to = 0;
            for (long m = 0; m < matrices; m++) {
                for (long column = first; column < columns; column += step) {
                    for (long row = 0; row < rows; row++) {
                        MemorySegment.copy(source, ((m * rows + row) * columns + column) * elementBytes, target, to, elementBytes);
                        to += elementBytes;
                    }
                }
            }
        }
    }

    /** One after the other. */
    record Joined(List<Content> parts) implements Content {
        @Override
        public long bytes() {
            return parts.stream().mapToLong(Content::bytes).reduce(0, Math::addExact);
        }

        @Override
        public void write(MemorySegment target) {
            long at = 0;
            for (Content part : parts) {
                part.write(target.asSlice(at, part.bytes()));
                at += part.bytes();
            }
        }
    }

    /**
     * Four-bit blocks of 32 with a scale: there the scales lie apart and a byte holds two neighbours, here each block is its scale and
     * then bytes of elements 16 apart.
     *
     * @param blocks 16 bytes a block
     * @param scales a byte a block
     * @param rowBlocks blocks of a row
     * @param rows how many rows there are now
     * @param order the row of the source that is taken for a row
     */
    record FourBitBlocks(MemorySegment blocks, MemorySegment scales, long rowBlocks, long rows, LongUnaryOperator order) implements Content {
        private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

        @Override
        public long bytes() {
            return Math.multiplyExact(Math.multiplyExact(rowBlocks, rows), 17L);
        }

        @Override
        public void write(MemorySegment target) {
            long to = 0;
            for (long row = 0; row < rows; row++) {
                long first = order.applyAsLong(row) * rowBlocks;
                for (long b = first; b < first + rowBlocks; b++, to += 17) {
                    target.set(BYTE, to, scales.get(BYTE, b));
                    for (int j = 0; j < 8; j++) {
                        int near = blocks.get(BYTE, 16 * b + j) & 0xFF;
                        int far = blocks.get(BYTE, 16 * b + 8 + j) & 0xFF;
                        target.set(BYTE, to + 1 + 2 * j, (byte) (near & 15 | (far & 15) << 4));
                        target.set(BYTE, to + 2 + 2 * j, (byte) (near >> 4 | far & 0xF0));
                    }
                }
            }
        }
    }

    /** Reads single elements as floats. */
    enum Elements {
        F64 {
            @Override
            float at(MemorySegment data, long i) {
                return (float) data.get(DOUBLE, 8 * i);
            }
        },
        F32 {
            @Override
            float at(MemorySegment data, long i) {
                return data.get(FLOAT, 4 * i);
            }
        },
        F16 {
            @Override
            float at(MemorySegment data, long i) {
                return Float.float16ToFloat(data.get(SHORT, 2 * i));
            }
        },
        BF16 {
            @Override
            float at(MemorySegment data, long i) {
                return Float.intBitsToFloat(data.get(SHORT, 2 * i) << 16);
            }
        };

        static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

        abstract float at(MemorySegment data, long i);

        static Elements of(RawTensor tensor) {
            return valueOf(tensor.type());
        }
    }
}
