package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.runtime.kernel.testing.FakeStack;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A stack without hardware for each test, of which nothing may be left open. */
abstract class StackFixture {
    @TempDir
    Path folder;

    FakeStack stack;

    @BeforeEach
    void open() {
        stack = new FakeStack(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(0, stack.device.open.get(), "programs and caches");
        assertEquals(0, stack.format.open.get(), "files");
        assertEquals(1, stack.services.watches(), "watches beside that of the events");
        assertFalse(Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().startsWith("engine-")), "threads");
    }
}
