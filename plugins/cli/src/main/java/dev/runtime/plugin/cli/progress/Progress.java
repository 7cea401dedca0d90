package dev.runtime.plugin.cli.progress;

import dev.runtime.plugin.cli.render.Screen;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Lines at the bottom of a terminal that are drawn anew ten times a second until the display is closed. Where there is no terminal
 * each line is printed once, when it has ended. Safe for use by many threads.
 */
public final class Progress implements AutoCloseable {
    private static final long FRAME_MILLIS = 100;
    /** More lines than this would not fit small terminals, and what has scrolled away cannot be drawn over. */
    private static final int MOST_LINES = 20;
    private static final String BEGIN = "\u001b[?2026h\u001b[?25l";
    private static final String END = "\u001b[?25h\u001b[?2026l";
    private static final String CLEAR_REST = "\u001b[K";
    private static final String CLEAR_LINE = "\u001b[2K";
    private static final String DOWN = "\u001b[B";

    private final PrintStream out;
    private final Screen screen;
    private final LongSupplier clock;
    private final List<ProgressLine> lines = new ArrayList<>();
    private int drawn;
    private int printed;
    private boolean closed;

    private Progress(PrintStream out, Screen screen, LongSupplier clock) {
        this.out = out;
        this.screen = screen;
        this.clock = clock;
    }

    /** Begins to draw. */
    public static Progress on(PrintStream out, Screen screen) {
        Progress progress = new Progress(out, screen, System::nanoTime);
        if (screen.terminal()) {
            Thread.ofPlatform().daemon().name("progress").start(progress::animate);
        }
        return progress;
    }

    /** Creates a display that is drawn when told to, for tests. */
    static Progress still(PrintStream out, Screen screen, LongSupplier clock) {
        return new Progress(out, screen, clock);
    }

    /** Adds a line for work of unknown size. */
    public synchronized Spinner spinner(String message) {
        Spinner spinner = new Spinner(this, message);
        lines.add(spinner);
        return spinner;
    }

    /** Adds a line for work of known size. */
    public synchronized ProgressBar bar(String message, long total) {
        ProgressBar bar = new ProgressBar(this, message, total, now());
        lines.add(bar);
        return bar;
    }

    long now() {
        return clock.getAsLong();
    }

    synchronized void change(Runnable change) {
        change.run();
        if (!screen.terminal()) {
            printEnded();
        }
    }

    /** Draws all lines over what was drawn before. */
    synchronized void draw() {
        if (closed || lines.isEmpty() || !screen.terminal()) {
            return;
        }
        StringBuilder frame = new StringBuilder(BEGIN).append(back());
        int columns = screen.columns();
        List<ProgressLine> shown = lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size());
        for (int i = 0; i < shown.size(); i++) {
            frame.append(shown.get(i).text(columns, now())).append(CLEAR_REST).append(i < shown.size() - 1 ? "\n" : "");
        }
        out.print(frame.append(END));
        out.flush();
        drawn = shown.size();
    }

    /** Removes everything that was drawn, without a trace. */
    public synchronized void clear() {
        if (!closed && drawn > 0) {
            // line by line: erasing a whole screen at once makes some terminals keep it in their history
            out.print(back() + (CLEAR_LINE + DOWN).repeat(drawn - 1) + CLEAR_LINE + back() + END);
            out.flush();
        }
        end();
    }

    /** Draws a last time and leaves the lines where they are. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        if (screen.terminal() && !lines.isEmpty()) {
            draw();
            out.println();
        }
        end();
    }

    private String back() {
        return drawn == 0 ? "" : drawn == 1 ? "\u001b[1G" : "\u001b[" + (drawn - 1) + "A\u001b[1G";
    }

    private void end() {
        closed = true;
        out.flush();
        notifyAll();
    }

    /** Prints lines in their order, each once it has ended. */
    private void printEnded() {
        while (printed < lines.size() && lines.get(printed).ended()) {
            ProgressLine line = lines.get(printed++);
            out.println(switch (line) {
                case ProgressBar bar -> bar.summary();
                case Spinner spinner -> spinner.text(Integer.MAX_VALUE, now());
            });
        }
        out.flush();
    }

    private synchronized void animate() {
        try {
            while (!closed) {
                draw();
                wait(FRAME_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
