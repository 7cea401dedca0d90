package dev.runtime.plugin.cli.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of typed text before it is sent. */
class InputTests {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1, 2};

    @TempDir
    Path folder;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private MediaFiles read(String prompt) {
        return MediaFiles.in(prompt, new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void pathsOfImagesBecomeTheirContent() throws IOException {
        Path image = Files.write(folder.resolve("my image.png"), PNG);
        String escaped = image.toString().replace(" ", "\\ ");
        MediaFiles message = read("What is on " + escaped);
        assertEquals("What is on", message.text());
        assertEquals(1, message.files().size());
        assertEquals("Added image '" + image + "'\n", err.toString(StandardCharsets.UTF_8));
        assertEquals("is this red?", read("'" + image + "' is this red?").text());
    }

    @Test
    void whatIsNoFileStaysText() {
        for (String text : new String[] {"see /no/such/file.png", "image.png", "a/b", "  blanks stay  "}) {
            assertEquals(new MediaFiles(text, List.of()), read(text));
        }
    }

    @Test
    void filesOfOtherKindsAreRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("a.png"), "plain");
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> read("look at " + file));
        assertEquals("Couldn't process file: \"invalid file type: text/plain; charset=utf-8\"", failure.getMessage());
        Files.writeString(file, "RIFF....WAVEfmt ");
        read("hear " + file);
        assertTrue(err.toString(StandardCharsets.UTF_8).startsWith("Added audio "), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void blocksAreOpenUntilTheirQuotesComeAgain() {
        assertTrue(Block.open("\"\"\"a\nb"));
        assertFalse(Block.open("\"\"\"a\nb\"\"\""));
        assertFalse(Block.open("\"\"\"a\"\"\""));
        assertTrue(Block.open("\"\"\""));
        assertTrue(Block.open("/set system \"\"\"a"));
        assertFalse(Block.open("say \"\"\"a"));
        assertEquals("a\nb", Block.content("\"\"\"a\nb\"\"\""));
        assertEquals("say \"\"\"a", Block.content("say \"\"\"a"));
    }

    @Test
    void historyKeepsTheLastHundredLinesForItsOwnerOnly() throws IOException {
        HistoryFile file = new HistoryFile(folder.resolve("new").resolve("history"));
        assertEquals(List.of(), file.load());
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            lines.add("line " + i);
        }
        file.save(lines);
        assertEquals(lines.subList(50, 150), file.load());
        if (file.path().getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())));
        }
        file.save(List.of("two\nlines", ""));
        assertEquals(List.of("two", "lines"), file.load());
        assertFalse(Files.exists(folder.resolve("new").resolve("history.tmp")));
    }
}
