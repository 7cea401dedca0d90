package dev.runtime.plugin.cli.render;

import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Usage;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Prints one answer as it comes: thoughts between markers, then the text; keeps both for the conversation. */
public final class AnswerPrinter implements Consumer<GenerationEvent> {
    private static final String GREY = "\u001b[38;5;245m";
    private static final String BOLD = "\u001b[1m";
    private static final String RESET = "\u001b[0m";

    private final PrintStream out;
    private final WordWrap wrap;
    private final boolean colour;
    private final boolean hideThinking;
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder thoughts = new StringBuilder();
    private boolean inThought;
    private GenerationEvent.Done done;

    /**
     * Creates a printer.
     *
     * @param columns width of the terminal, 0 for no word wrap
     * @param colour whether the output understands colours
     */
    public AnswerPrinter(PrintStream out, int columns, boolean colour, boolean hideThinking) {
        this.out = out;
        this.wrap = new WordWrap(out, columns);
        this.colour = colour;
        this.hideThinking = hideThinking;
    }

    @Override
    public void accept(GenerationEvent event) {
        switch (event) {
            case GenerationEvent.Thought thought -> think(thought.text());
            case GenerationEvent.Content text -> {
                if (!text.text().isEmpty()) {
                    endThought();
                    content.append(text.text());
                    wrap.print(text.text());
                }
            }
            case GenerationEvent.Called called -> {
                endThought();
                wrap.print("The model called the tool '" + called.call().name() + "', which is not there, with " + called.call().arguments() + "\n");
            }
            case GenerationEvent.Done end -> {
                endThought();
                done = end;
            }
            case GenerationEvent.Started started -> { }
            case GenerationEvent.Rendered rendered -> wrap.print(rendered.prompt());
        }
        out.flush();
    }

    private void think(String text) {
        thoughts.append(text);
        if (hideThinking || text.isEmpty()) {
            return;
        }
        if (!inThought) {
            inThought = true;
            out.print(colour ? GREY + BOLD + "Thinking...\n" + RESET + GREY : "Thinking...\n");
            text = text.stripLeading();
        }
        wrap.print(text);
    }

    private void endThought() {
        if (inThought) {
            inThought = false;
            if (thoughts.charAt(thoughts.length() - 1) != '\n') {
                wrap.print("\n");
            }
            out.print(colour ? RESET + GREY + BOLD + "...done thinking.\n\n" + RESET : "...done thinking.\n\n");
        }
    }

    /** Ends in the middle of an answer, as after an interrupt: later text begins on a line of its own, without colour. */
    public void stop() {
        inThought = false;
        out.print(colour ? RESET + "\n" : "\n");
        out.flush();
    }

    /** Returns the answer so far. */
    public String content() {
        return content.toString();
    }

    /** Returns the thoughts so far. */
    public String thoughts() {
        return thoughts.toString();
    }

    /** Prints what the reply noted, and its counts and times if asked for. */
    public void statistics(PrintStream err, boolean verbose) {
        if (done == null) {
            return;
        }
        done.notes().forEach(note -> err.println("note: " + note));
        if (!verbose) {
            return;
        }
        Usage u = done.usage();
        line(err, "total duration", u.total());
        line(err, "load duration", u.load());
        if (u.promptTokens() > 0) {
            err.printf("%-21s %d token(s)%n", "prompt eval count:", u.promptTokens());
        }
        line(err, "prompt eval duration", u.promptTime());
        rate(err, "prompt eval rate", u.promptTokens() - u.cachedTokens(), u.promptTime());
        if (u.outputTokens() > 0) {
            err.printf("%-21s %d token(s)%n", "eval count:", u.outputTokens());
        }
        line(err, "eval duration", u.outputTime());
        rate(err, "eval rate", u.outputTokens(), u.outputTime());
    }

    private static void line(PrintStream err, String label, Duration duration) {
        if (!duration.isZero()) {
            err.printf("%-21s %s%n", label + ":", Numbers.duration(duration));
        }
    }

    private static void rate(PrintStream err, String label, int tokens, Duration duration) {
        if (tokens > 0 && !duration.isZero()) {
            err.printf(Locale.ROOT, "%-21s %.2f tokens/s%n", label + ":", tokens * 1e9 / duration.toNanos());
        }
    }
}
