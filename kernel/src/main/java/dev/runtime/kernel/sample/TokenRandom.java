package dev.runtime.kernel.sample;

/**
 * The generator behind draws: SplitMix64 (Steele, Lea and Flood 2014), so a seed gives the same numbers on every platform and
 * release. For one thread.
 */
final class TokenRandom {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    TokenRandom(long seed) {
        state = seed;
    }

    /** Returns the next 64 bits. */
    long nextLong() {
        state += GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Returns a number of [0, 1), a multiple of 2^-53. */
    double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }
}
