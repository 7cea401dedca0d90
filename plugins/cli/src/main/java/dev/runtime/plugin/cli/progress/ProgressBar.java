package dev.runtime.plugin.cli.progress;

import dev.runtime.plugin.cli.render.Numbers;

/**
 * A bar of something whose size is known: message, share, amounts, speed, time left.
 *
 * <p>A narrow terminal gets less: first speed and time left go, then the bar itself, then the amounts. A line is never longer than
 * the terminal is wide, since the display counts its lines to draw over them.
 */
public final class ProgressBar implements ProgressLine {
    private static final int LEAST_BAR = 4;

    private final Progress display;
    private final String message;
    private final long total;
    private final Rate rate;
    private long done;

    ProgressBar(Progress display, String message, long total, long nanos) {
        this.display = display;
        this.message = message;
        this.total = total;
        this.rate = new Rate(nanos);
    }

    /** Sets how much is done. */
    public void done(long amount) {
        display.change(() -> {
            done = Math.clamp(amount, 0, total);
            rate.sample(done, display.now(), ended());
        });
    }

    @Override
    public boolean ended() {
        return done >= total;
    }

    @Override
    public String text(int columns, long nanos) {
        int percent = total == 0 ? 100 : (int) (100.0 * done / total);
        String head = String.format("%s %3d%%", message, percent);
        String amounts = ended() ? String.format("%6s", Numbers.bytes(total))
                : String.format("%6s/%-6s", Numbers.bytes(done), Numbers.bytes(total));
        String speed = ended() ? "" : String.format("  %6s/s  %6s", Numbers.bytes(rate.perSecond()), left());
        for (String tail : new String[] {amounts + speed, amounts}) {
            int width = columns - head.length() - tail.length() - 5;
            if (width >= LEAST_BAR) {
                int full = total == 0 ? width : (int) ((double) done / total * width);
                return head + " ▕" + "█".repeat(full) + " ".repeat(width - full) + "▏ " + tail;
            }
        }
        String narrow = head + " " + amounts.strip();
        return narrow.length() < columns ? narrow : head.length() < columns ? head : head.substring(head.length() - columns + 1);
    }

    /** Returns one line for where nothing can be drawn over. */
    String summary() {
        return String.format("%s %d%% %s", message, total == 0 ? 100 : (int) (100.0 * done / total), Numbers.bytes(total));
    }

    private String left() {
        long perSecond = rate.perSecond();
        if (perSecond <= 0) {
            return "";
        }
        long seconds = Math.round((double) (total - done) / perSecond);
        if (seconds >= 360_000) {
            return "99h+";
        }
        long minutes = seconds / 60;
        return minutes >= 60 ? minutes / 60 + "h" + minutes % 60 + "m" : minutes > 0 ? minutes + "m" + seconds % 60 + "s" : seconds + "s";
    }
}
