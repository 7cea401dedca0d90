package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person does first, with no server running and nothing stored. */
class FirstAnswerTests {
    @TempDir
    Path home;

    @Test
    void theDemoModelKnowsTheCapitalOfFrance() {
        Image.Finished run = Image.run(home, "", "run", "demo", "What is the capital of France?");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("Paris") && run.out().strip().endsWith("."), run.out());
    }

    @Test
    void textCanBePipedIn() {
        Image.Finished run = Image.run(home, "What is the capital of Italy?", "run", "demo", "--think=false");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("Rome"), run.out());
        assertFalse(run.err().contains("\tat "), "hardware that is not there is no failure: " + run.err());
    }

    @Test
    void aFileIsAcceptedWhereAModelNameIs() throws IOException {
        Path file = Files.copy(Image.dir().resolve("models/demo.gguf"), home.resolve("my model.gguf"));
        Image.Finished run = Image.run(home, "", "run", file.toString(), "--think=false", "What is the capital of France?");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("Paris"), run.out());
    }

    @Test
    void anUnknownModelIsOneLineAndStatusOne() {
        Image.Finished run = Image.run(home, "", "run", "no-such-model", "hello");
        assertEquals(1, run.status());
        assertTrue(run.err().strip().lines().filter(l -> !l.startsWith("WARNING")).count() == 1 && run.err().contains("Error: ")
                && run.err().contains("no-such-model"), run.err());
        assertEquals("", run.out());
    }

    @Test
    void listShowsTheDemoModelOfAFreshInstallation() {
        Image.Finished run = Image.run(home, "", "list");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().lines().skip(1).anyMatch(line -> line.startsWith("demo:latest ")), run.out());
    }

    @Test
    void showTellsWhatTheDemoModelIs() {
        Image.Finished run = Image.run(home, "", "show", "demo");
        assertEquals(0, run.status(), run.err());
        for (String fact : new String[] {"qwen3", "4096", "256", "Q8_0", "tools", "thinking", "completion"}) {
            assertTrue(run.out().contains(fact), () -> fact + " is missing in\n" + run.out());
        }
    }

    @Test
    void versionIsOneLine() {
        Image.Finished run = Image.run(home, "", "--version");
        assertEquals(0, run.status());
        assertTrue(run.out().strip().matches("runtime version is \\d+\\.\\d+\\.\\d+.*"), run.out());
    }

    @Test
    void anUnknownCommandSuggestsTheRightOne() {
        Image.Finished run = Image.run(home, "", "serv");
        assertEquals(2, run.status());
        assertTrue(run.err().contains("serve"), run.err());
    }

    @Test
    void doctorFindsNothingWrong() {
        Image.Finished run = Image.run(home, "", "doctor");
        assertEquals(0, run.status(), run.out() + run.err());
        assertTrue(run.out().contains("cpu"), run.out());
    }
}
