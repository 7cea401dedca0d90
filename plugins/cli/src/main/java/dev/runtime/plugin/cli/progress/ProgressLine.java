package dev.runtime.plugin.cli.progress;

/** One line of a progress display. */
sealed interface ProgressLine permits ProgressBar, Spinner {
    /**
     * Returns what to show, at most so many columns wide.
     *
     * @param nanos the time, of the display's clock
     */
    String text(int columns, long nanos);

    /** Tells whether it changes no more. */
    boolean ended();
}
