package dev.runtime.plugin.format.gguf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * The header of the file that was opened last, for as long as memory is not short: a model's file is opened to see what it can do, and
 * right afterwards to load it, and its vocabulary takes as long as all the rest of a load. Safe for use by many threads.
 */
final class RecentHeader {
    private volatile SoftReference<Known> last = new SoftReference<>(null);

    /** What tells whether a file is the same without reading it. */
    private record Stamp(Path path, long size, FileTime modified, Optional<Object> key) {}

    /** A header and the mapping that its data was in, which may be gone. */
    private record Known(Stamp stamp, MemorySegment mapping, GgufHeader header) {}

    /**
     * Returns the header of a mapped file, read anew if another file was opened since or this one changed.
     *
     * @throws dev.runtime.api.RuntimeFailure as {@link GgufHeader#read}
     */
    GgufHeader read(Path file, MemorySegment mapping) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Stamp stamp = new Stamp(file, attributes.size(), attributes.lastModifiedTime(), Optional.ofNullable(attributes.fileKey()));
        Known known = last.get();
        if (known != null && known.stamp.equals(stamp) && known.mapping.byteSize() == mapping.byteSize()) {
            return known.header.moved(known.mapping, mapping);
        }
        GgufHeader header = GgufHeader.read(file.getFileName().toString(), mapping);
        last = new SoftReference<>(new Known(stamp, mapping, header));
        return header;
    }
}
