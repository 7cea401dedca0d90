package dev.runtime.kernel.boot;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether a standard stream is a terminal; Java itself only tells it of both together. */
enum StandardStream {
    INPUT("0"),
    OUTPUT("1"),
    ERROR("2");

    private final String number;

    StandardStream(String number) {
        this.number = number;
    }

    boolean isTerminal() {
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd", number)).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            // no /proc: another system than Linux
            Console console = System.console();
            return console != null && console.isTerminal();
        }
    }
}
