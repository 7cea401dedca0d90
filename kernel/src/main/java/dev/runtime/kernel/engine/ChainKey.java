package dev.runtime.kernel.engine;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * What a block holds and all blocks before it: SHA-256 over the key of the block before and its own tokens, so that nobody can make two texts
 * with one key.
 */
final class ChainKey {
    private final byte[] digest;

    private ChainKey(byte[] digest) {
        this.digest = digest;
    }

    /** Returns the key of a first block below {@code root}. */
    static ChainKey first(long root, int[] tokens, int from, int end) {
        byte[] start = new byte[Long.BYTES];
        put(start, 0, root, Long.BYTES);
        return of(start, tokens, from, end);
    }

    /** Returns the key of a block after this one's. */
    ChainKey next(int[] tokens, int from, int end) {
        return of(digest, tokens, from, end);
    }

    private static ChainKey of(byte[] before, int[] tokens, int from, int end) {
        byte[] bytes = Arrays.copyOf(before, before.length + (end - from) * Integer.BYTES);
        for (int i = from; i < end; i++) {
            put(bytes, before.length + (i - from) * Integer.BYTES, tokens[i], Integer.BYTES);
        }
        return new ChainKey(sha256(bytes));
    }

    private static void put(byte[] bytes, int at, long value, int count) {
        for (int i = 0; i < count; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }

    /** Returns the SHA-256 digest. */
    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChainKey key && Arrays.equals(digest, key.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }
}
