package dev.runtime.kernel.boot;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One line a record on standard error; how much depends on the command. */
final class Logging {
    private static final String FORMAT = "java.util.logging.SimpleFormatter.format";

    private Logging() {}

    /** Sets the form, without loading the logging classes: most commands log nothing. */
    static void begin() {
        if (System.getProperty(FORMAT) == null) {
            System.setProperty(FORMAT, "%1$tF %1$tT.%1$tL %4$s %5$s%6$s%n");
        }
    }

    /** Sets the least level: details if wanted, what happens if this is the server, else only what goes wrong. */
    static void level(boolean debug, boolean server) {
        Logger root = Logger.getLogger("");
        Level level = debug ? Level.FINE : server ? Level.INFO : Level.WARNING;
        root.setLevel(level);
        for (Handler handler : root.getHandlers()) {
            handler.setLevel(level);
        }
    }
}
