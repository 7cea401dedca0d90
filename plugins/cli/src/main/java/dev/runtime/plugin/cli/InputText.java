package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.CommandContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A text that a command works on, from a file or from standard input. Bytes that are no UTF-8 become U+FFFD. */
final class InputText {
    private InputText() {}

    /**
     * Opens a text.
     *
     * @param file a path, or - for standard input
     * @throws RuntimeFailure with {@code request.invalid} if there is no such file or it cannot be read
     */
    static Reader open(String file, CommandContext context) {
        InputStream bytes;
        try {
            bytes = file.equals("-") ? context.in() : Files.newInputStream(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the text " + file + " cannot be read (" + e.getClass().getSimpleName()
                    + "); name a file that is there and readable", e);
        }
        return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
    }

    /** Reads a whole text. */
    static String read(String file, CommandContext context) throws IOException {
        try (Reader text = open(file, context)) {
            return text.readAllAsString();
        }
    }
}
