package dev.runtime.plugin.cli.session;

import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Thinking;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code /set}: changes how the model is asked and how its answers are shown. */
final class SetCommand {
    private final Dialogue dialogue;
    private final Consumer<Boolean> history;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * Creates.
     *
     * @param history told whether lines are to be kept for later sessions
     */
    SetCommand(Dialogue dialogue, Consumer<Boolean> history, PrintStream out, PrintStream err) {
        this.dialogue = dialogue;
        this.history = history;
        this.out = out;
        this.err = err;
    }

    /**
     * Obeys.
     *
     * @param words of the line, the command first
     * @param line as typed: a system message keeps its blanks
     */
    void obey(List<String> words, String line) {
        String name = words.size() > 1 ? words.get(1) : "";
        List<String> operands = words.subList(Math.min(2, words.size()), words.size());
        RunSettings settings = dialogue.settings;
        switch (name) {
            case "" -> err.println(Help.SET);
            case "history" -> history.accept(true);
            case "nohistory" -> history.accept(false);
            case "wordwrap", "nowordwrap" -> mode(name, settings.withWordWrap(name.equals("wordwrap")));
            case "verbose", "quiet" -> mode(name, settings.withVerbose(name.equals("verbose")));
            case "format" -> format(operands);
            case "noformat" -> {
                dialogue.settings = settings.withFormat(new OutputFormat.Free());
                out.println("Disabled format.");
            }
            case "think" -> think(operands);
            case "nothink" -> {
                mode(name, settings.withThinking(Thinking.OFF));
                warnIfThoughtless();
            }
            case "system" -> system(line);
            case "parameter" -> parameter(operands);
            default -> out.println("Unknown command '/set " + name + "'. Type /? for help");
        }
    }

    private void mode(String name, RunSettings settings) {
        dialogue.settings = settings;
        out.println("Set '" + name + "' mode.");
    }

    private void format(List<String> operands) {
        if (operands.equals(List.of("json"))) {
            dialogue.settings = dialogue.settings.withFormat(new OutputFormat.Json());
            out.println("Set format to 'json' mode.");
        } else {
            out.println("Invalid or missing format. For 'json' mode use '/set format json'");
        }
    }

    private void think(List<String> operands) {
        Optional<Thinking> level = operands.isEmpty() ? Optional.of(Thinking.ON) : Levels.of(operands.getFirst());
        if (level.isEmpty()) {
            out.println("error: invalid think value: \"" + operands.getFirst() + "\" (must be " + Levels.ALL + ")");
            return;
        }
        dialogue.settings = dialogue.settings.withThinking(level.get());
        out.println(operands.isEmpty() ? "Set 'think' mode." : "Set 'think' mode to '" + operands.getFirst().toLowerCase(Locale.ROOT) + "'.");
        warnIfThoughtless();
    }

    private void warnIfThoughtless() {
        if (!dialogue.profile.can("thinking")) {
            err.println("warning: model \"" + dialogue.model + "\" does not support thinking output");
        }
    }

    private void system(String line) {
        String text = Block.content(line.replaceFirst("^\\s*/set\\s+system\\s?", ""));
        if (text.isBlank()) {
            err.println(Help.SET);
            return;
        }
        dialogue.system(text);
        out.println("Set system message.");
    }

    private void parameter(List<String> operands) {
        if (operands.size() < 2) {
            err.println(Help.PARAMETERS);
            return;
        }
        String name = operands.getFirst();
        List<String> values = operands.subList(1, operands.size());
        try {
            dialogue.settings = dialogue.settings.withOption(name, Parameter.value(name, values));
            out.println("Set parameter '" + name + "' to '" + String.join(", ", values) + "'");
        } catch (IllegalArgumentException e) {
            out.println("Couldn't set parameter: \"" + e.getMessage() + "\"");
        }
    }
}
