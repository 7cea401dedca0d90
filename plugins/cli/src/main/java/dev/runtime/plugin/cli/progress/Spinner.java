package dev.runtime.plugin.cli.progress;

/** A message with a turning sign behind it for as long as what it names goes on. */
public final class Spinner implements ProgressLine {
    private static final String[] FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final long FRAME_NANOS = 100_000_000;

    private final Progress display;
    private String message;
    private boolean ended;

    Spinner(Progress display, String message) {
        this.display = display;
        this.message = message;
    }

    /** Changes the message. */
    public void message(String other) {
        display.change(() -> message = other);
    }

    /** Ends: the message stays without the sign. */
    public void stop() {
        display.change(() -> ended = true);
    }

    @Override
    public String text(int columns, long nanos) {
        String frame = ended ? "" : FRAMES[(int) Math.floorMod(nanos / FRAME_NANOS, (long) FRAMES.length)];
        String text = frame.isEmpty() ? message : message.isEmpty() ? frame : message + " " + frame;
        return text.length() <= columns ? text : text.substring(0, columns);
    }

    @Override
    public boolean ended() {
        return ended;
    }
}
