package dev.runtime.plugin.format.gguf;

/**
 * What a header may hold at most. Real files stay far below: a vocabulary of 262,144 tokens takes about 15 MB, the largest
 * mixtures of experts have some ten thousand tensors.
 */
final class GgufLimits {
    /** Bytes of metadata and tensor directory of one file. */
    static final int HEADER_BYTES = 256 << 20;
    /** Bytes of one string. */
    static final int STRING_BYTES = 64 << 20;
    /** Bytes of a key. */
    static final int KEY_BYTES = 65_535;
    /** Bytes of a tensor's name; the reference reader keeps 64 with the final NUL. */
    static final int NAME_BYTES = 63;
    /** Key-value pairs. */
    static final int PAIRS = 65_536;
    /** Elements of all arrays of one file together: each may take eight bytes of heap for one byte of file. */
    static final int ARRAY_ELEMENTS = 1 << 25;
    /** Tensors of one file. */
    static final int TENSORS = 1 << 18;
    /** Shards of one model. */
    static final int SHARDS = 1024;

    private GgufLimits() {}
}
