package dev.runtime.backend.cpu.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompilerThreadsTests {
    @AfterEach
    void forget() {
        System.clearProperty(CompilerThreads.PROPERTY);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux gives threads a niceness of their own")
    void theyStandBackAsThePropertySays() throws IOException {
        List<Integer> threads = CompilerThreads.find();
        assertFalse(threads.isEmpty());
        int before = niceness(threads.getFirst());
        CompilerThreads.standBack();
        assertEquals(before, niceness(threads.getFirst()));
        int next = Math.clamp(before + 1, 1, 19);
        System.setProperty(CompilerThreads.PROPERTY, Integer.toString(next));
        CompilerThreads.standBack();
        for (int thread : threads) {
            assertEquals(next, niceness(thread));
        }
    }

    /** Field 19 of the line; the second is a name in brackets, which may have blanks. */
    private static int niceness(int thread) throws IOException {
        String line = Files.readString(Path.of("/proc/self/task/" + thread + "/stat"));
        return Integer.parseInt(line.substring(line.lastIndexOf(')') + 2).split(" ")[16]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "-1", "ten"})
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux gives threads a niceness of their own")
    void whatIsNoNicenessChangesNothing(String asked) throws IOException {
        int thread = CompilerThreads.find().getFirst();
        int before = niceness(thread);
        System.setProperty(CompilerThreads.PROPERTY, asked);
        CompilerThreads.standBack();
        assertEquals(before, niceness(thread));
    }
}
