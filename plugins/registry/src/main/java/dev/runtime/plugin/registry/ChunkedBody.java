package dev.runtime.plugin.registry;

import java.io.IOException;
import java.io.InputStream;

/** A body in chunks, RFC 9112 section 7.1; what comes after the last chunk is not read. */
final class ChunkedBody extends InputStream {
    private static final int LONGEST_LINE = 4096;

    private final InputStream in;
    private long left;
    private boolean begun;
    private boolean ended;

    ChunkedBody(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !ended) {
            next();
        }
        if (ended) {
            return -1;
        }
        int count = in.read(target, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new IOException("the connection ended early");
        }
        left -= count;
        return count;
    }

    private void next() throws IOException {
        long deadline = System.nanoTime() + Wire.SILENCE * 1_000_000L;
        int[] longest = {LONGEST_LINE};
        if (begun && !Wire.line(in, longest, deadline).isEmpty()) {
            throw new IOException("a chunk of the reply has no end");
        }
        begun = true;
        String size = Wire.line(in, longest, deadline);
        int end = size.indexOf(';');
        try {
            left = Long.parseLong((end < 0 ? size : size.substring(0, end)).strip(), 16);
        } catch (NumberFormatException e) {
            throw new IOException("a chunk of the reply has no size", e);
        }
        if (left < 0) {
            throw new IOException("a chunk of the reply has a negative size");
        }
        ended = left == 0;
    }
}
