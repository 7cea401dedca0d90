package dev.runtime.kernel.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What the store does to a disk. Every change of the store is one of these steps, so that a test can end the power after any of them.
 *
 * <p>After a crash of the machine, bytes are sure to be there if {@link File#force} was called after writing them, and a name or its
 * absence if its folder was {@linkplain #sync synced} after the change.
 */
interface Disk {
    /** The real one. */
    Disk REAL = new RealDisk();

    /** Opens a file for writing, new and empty. */
    File create(Path file) throws IOException;

    /** Opens a file for writing as it is; it is made if there is none. */
    File open(Path file) throws IOException;

    /** Makes a folder and those above it where they are missing, durably. */
    void createFolders(Path folder) throws IOException;

    /** Renames a file within its file system in one step, in place of one that has the new name. */
    void rename(Path from, Path to) throws IOException;

    /** Makes the names of a folder durable. */
    void sync(Path folder) throws IOException;

    /** Deletes a file or an empty folder; does nothing if there is none. */
    void delete(Path file) throws IOException;

    /** A file that is being written. Safe for use by many threads. */
    interface File extends AutoCloseable {
        /** Writes all bytes at a position. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Makes the file this long; new bytes are zero. */
        void length(long bytes) throws IOException;

        /** Makes the bytes durable. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }
}
