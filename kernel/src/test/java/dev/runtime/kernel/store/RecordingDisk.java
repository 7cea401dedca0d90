package dev.runtime.kernel.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The real disk, and what was done to it, in order. Nothing is made durable in fact: no power goes in a test. */
final class RecordingDisk implements Disk {
    /** A step. Files are numbered by their opening, as they outlive their names. */
    sealed interface Step {
        record Open(int file, Path path, boolean fresh) implements Step {}

        record Write(int file, long position, byte[] bytes) implements Step {}

        record Length(int file, long bytes) implements Step {}

        record Force(int file) implements Step {}

        record Folders(Path folder) implements Step {}

        record Rename(Path from, Path to) implements Step {}

        record Sync(Path folder) implements Step {}

        record Delete(Path path) implements Step {}
    }

    final List<Step> steps = Collections.synchronizedList(new ArrayList<>());
    private int files;

    @Override
    public File create(Path file) throws IOException {
        return opened(REAL.create(file), file, true);
    }

    @Override
    public File open(Path file) throws IOException {
        return opened(REAL.open(file), file, false);
    }

    private synchronized File opened(File real, Path path, boolean fresh) {
        int number = files++;
        steps.add(new Step.Open(number, path, fresh));
        return new File() {
            @Override
            public void write(ByteBuffer bytes, long position) throws IOException {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                steps.add(new Step.Write(number, position, copy));
                real.write(bytes, position);
            }

            @Override
            public void length(long bytes) throws IOException {
                steps.add(new Step.Length(number, bytes));
                real.length(bytes);
            }

            @Override
            public void force() {
                steps.add(new Step.Force(number));
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }

    @Override
    public void createFolders(Path folder) throws IOException {
        steps.add(new Step.Folders(folder));
        REAL.createFolders(folder);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        REAL.rename(from, to);
        steps.add(new Step.Rename(from, to));
    }

    @Override
    public void sync(Path folder) {
        steps.add(new Step.Sync(folder));
    }

    @Override
    public void delete(Path file) throws IOException {
        REAL.delete(file);
        steps.add(new Step.Delete(file));
    }
}
