package dev.runtime.kernel.engine;

import dev.runtime.api.backend.KvCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Full blocks that made room for others, kept in a file until somebody asks for what they hold; those not used for longest are overwritten.
 *
 * <p>The file is this process's own and gone with it; where the system can, it has no name from the start. If it cannot be written or read,
 * that is logged and nothing is kept any more: it is a cache. For the loop's thread.
 */
final class KvSpill implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(KvSpill.class.getName());

    private final KvCache cache;
    private final FileChannel file;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment block;
    private final ByteBuffer bytes;
    private final ChainKey[] keys;
    private final Map<ChainKey, Integer> places = new LinkedHashMap<>(16, 0.75f, true);
    private final int capacity;
    private boolean broken;

    private KvSpill(KvCache cache, FileChannel file, int capacity) {
        this.cache = cache;
        this.file = file;
        this.capacity = capacity;
        block = arena.allocate(cache.blockBytes(), 64);
        bytes = block.asByteBuffer();
        keys = new ChainKey[cache.options().blocks()];
    }

    /**
     * Opens an empty file in a folder.
     *
     * @param limit bytes that it may take, at least one block
     * @return closed by the caller
     * @throws IOException if the folder cannot be written to
     */
    static KvSpill open(KvCache cache, Path folder, long limit) throws IOException {
        Files.createDirectories(folder);
        Path path = Files.createTempFile(folder, "kv-", ".spill");
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        return new KvSpill(cache, file, Math.clamp(limit / cache.blockBytes(), 1, Integer.MAX_VALUE));
    }

    /** Takes note of what a full block holds: the run of tokens from {@code from} on, after {@code parent}. */
    void sealed(int number, long parent, int[] history, int from) {
        keys[number] = key(parent, history, from);
    }

    /** Keeps a full block whose memory is about to be given to others. */
    void evicted(int number) {
        ChainKey key = keys[number];
        if (broken || key == null || places.containsKey(key)) {
            return;
        }
        int place = places.size();
        if (place == capacity) {
            Iterator<Integer> oldest = places.values().iterator();
            place = oldest.next();
            oldest.remove();
        }
        try {
            cache.exportBlock(number, block);
            bytes.clear();
            for (long at = place * cache.blockBytes(); bytes.hasRemaining(); ) {
                at += file.write(bytes, at);
            }
            places.put(key, place);
        } catch (IOException e) {
            broken(e);
        }
    }

    /** Fills a block with the run of tokens from {@code from} on, after {@code parent}; false if that is not kept. */
    boolean restore(int number, long parent, int[] history, int from) {
        Integer place = broken || places.isEmpty() ? null : places.get(key(parent, history, from));
        if (place == null) {
            return false;
        }
        try {
            bytes.clear();
            for (long at = place * cache.blockBytes(); bytes.hasRemaining(); ) {
                int read = file.read(bytes, at);
                if (read < 0) {
                    throw new IOException("the file ends at " + at);
                }
                at += read;
            }
            cache.importBlock(number, block);
            return true;
        } catch (IOException e) {
            broken(e);
            return false;
        }
    }

    /** Tells whether the run of tokens from {@code from} on, after {@code parent}, is kept. */
    boolean holds(long parent, int[] history, int from) {
        return !broken && !places.isEmpty() && places.containsKey(key(parent, history, from));
    }

    private ChainKey key(long parent, int[] history, int from) {
        int end = from + cache.options().blockTokens();
        return parent < 0 ? ChainKey.first(parent, history, from, end) : keys[(int) parent].next(history, from, end);
    }

    private void broken(IOException e) {
        broken = true;
        places.clear();
        LOG.log(Level.WARNING, "KV blocks are no longer kept on disk: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            arena.close();
        }
    }
}
