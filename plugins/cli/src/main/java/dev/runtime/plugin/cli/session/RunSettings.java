package dev.runtime.plugin.cli.session;

import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.plugin.cli.render.AnswerPrinter;
import dev.runtime.plugin.cli.render.Screen;
import java.io.PrintStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a model is asked and how its answers are shown.
 *
 * @param options of the request, by name, in the order in which they were set
 */
public record RunSettings(Thinking thinking, OutputFormat format, KeepAlive keepAlive, boolean hideThinking, boolean wordWrap, boolean verbose,
        Map<String, Object> options) {
    /** Copies. */
    public RunSettings {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    RunSettings withThinking(Thinking other) {
        return new RunSettings(other, format, keepAlive, hideThinking, wordWrap, verbose, options);
    }

    RunSettings withFormat(OutputFormat other) {
        return new RunSettings(thinking, other, keepAlive, hideThinking, wordWrap, verbose, options);
    }

    RunSettings withWordWrap(boolean other) {
        return new RunSettings(thinking, format, keepAlive, hideThinking, other, verbose, options);
    }

    RunSettings withVerbose(boolean other) {
        return new RunSettings(thinking, format, keepAlive, hideThinking, wordWrap, other, options);
    }

    RunSettings withOption(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(options);
        more.put(name, value);
        return new RunSettings(thinking, format, keepAlive, hideThinking, wordWrap, verbose, more);
    }

    /** Returns a request to a model. */
    public GenerateRequest request(String model, Prompt prompt) {
        return GenerateRequest.of(model, prompt).withThinking(thinking).withFormat(format).withKeepAlive(keepAlive).withOptions(Options.of(options));
    }

    /** Returns what prints an answer on a screen. */
    public AnswerPrinter printer(PrintStream out, Screen screen) {
        return new AnswerPrinter(out, wordWrap && screen.terminal() ? screen.columns() : 0, screen.terminal(), hideThinking);
    }
}
