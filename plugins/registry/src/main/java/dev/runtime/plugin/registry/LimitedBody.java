package dev.runtime.plugin.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A body of a known length. */
final class LimitedBody extends FilterInputStream {
    private long left;

    LimitedBody(InputStream in, long length) {
        super(in);
        left = length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = in.read(target, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new IOException("the connection ended early");
        }
        left -= count;
        return count;
    }
}
