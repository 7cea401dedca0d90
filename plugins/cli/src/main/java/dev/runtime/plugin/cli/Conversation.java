package dev.runtime.plugin.cli;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.Thinking;
import dev.runtime.plugin.cli.client.ModelClient;
import dev.runtime.plugin.cli.render.AnswerPrinter;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** A conversation at a terminal: lines in, answers out, Ctrl-C stops an answer, Ctrl-D or {@code /bye} ends. */
final class Conversation {
    private static final String BLOCK = "\"\"\"";
    private static final String HELP = """
            Available commands:
              /set think|nothink      Think before answering, or not
              /set verbose|quiet      Print counts and times, or not
              /set system <text>      Set the system message
              /show                   Show the model
              /clear                  Forget the conversation
              /bye                    Leave
              /?, /help               This list

            Begin and end a message with three quotation marks to write several lines.
            """;

    private final ModelClient client;
    private final String model;
    private final CommandContext context;
    private final List<Message> messages = new ArrayList<>();
    private RunSettings settings;
    private String system = "";

    Conversation(ModelClient client, String model, RunSettings settings, CommandContext context) {
        this.client = client;
        this.model = model;
        this.settings = settings;
        this.context = context;
    }

    int run() throws IOException {
        // the provider on the foreign function interface: the others would load a JNI library
        try (Terminal terminal = TerminalBuilder.builder().system(true).provider("ffm").build()) {
            LineReader reader = LineReaderBuilder.builder().terminal(terminal)
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true).variable(LineReader.SECONDARY_PROMPT_PATTERN, "... ").build();
            while (!context.termination().cancelled()) {
                try {
                    String line = message(reader);
                    if (line.startsWith("/") ? !command(line.strip()) : !line.isBlank() && !turn(line, terminal)) {
                        return 0;
                    }
                } catch (UserInterruptException e) {
                    context.err().println("Use Ctrl + d or /bye to exit.");
                } catch (EndOfFileException e) {
                    context.out().println();
                    return 0;
                }
            }
            return 0;
        }
    }

    /** Reads a line, or all lines of a block between triple quotes. */
    private static String message(LineReader reader) {
        String line = reader.readLine(">>> ");
        if (!line.startsWith(BLOCK)) {
            return line;
        }
        StringBuilder block = new StringBuilder(line.substring(BLOCK.length()));
        while (!block.toString().endsWith(BLOCK)) {
            block.append('\n').append(reader.readLine("... "));
        }
        return block.substring(0, block.length() - BLOCK.length());
    }

    /** Obeys a slash command; returns whether the conversation goes on. */
    boolean command(String line) {
        PrintStream out = context.out();
        String[] words = line.split("\\s+", 3);
        switch (words[0]) {
            case "/bye", "/exit" -> {
                return false;
            }
            case "/?", "/help" -> context.err().println(HELP);
            case "/clear" -> {
                messages.clear();
                out.println("Cleared session context");
            }
            case "/show" -> ShowCommand.overview(client.show(model), out);
            case "/set" -> set(words.length > 1 ? words[1] : "", words.length > 2 ? words[2] : "", out);
            default -> out.println("Unknown command '" + words[0] + "'. Type /? for help");
        }
        return true;
    }

    private void set(String name, String value, PrintStream out) {
        switch (name) {
            case "think" -> settings = settings.withThinking(value.isEmpty() ? Thinking.ON : RunSettings.thinking(value));
            case "nothink" -> settings = settings.withThinking(Thinking.OFF);
            case "verbose" -> settings = settings.withVerbose(true);
            case "quiet" -> settings = settings.withVerbose(false);
            case "system" -> {
                system = value;
                out.println("Set system message.");
                return;
            }
            default -> {
                out.println("Unknown command '/set " + name + "'. Type /? for help");
                return;
            }
        }
        out.println("Set '" + name + "' mode.");
    }

    /** Sends a message and prints the answer; returns whether the conversation goes on. */
    private boolean turn(String text, Terminal terminal) {
        messages.add(Message.of(Role.USER, text));
        List<Message> all = new ArrayList<>(messages);
        if (!system.isEmpty()) {
            all.addFirst(Message.of(Role.SYSTEM, system));
        }
        AnswerPrinter printer = new AnswerPrinter(context.out(), settings.wordWrap() ? terminal.getColumns() : 0, true, settings.hideThinking());
        Cancellation cancellation = new Cancellation();
        context.termination().onCancel(cancellation::cancel);
        Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> cancellation.cancel());
        try {
            client.generate(settings.request(model, new Prompt.Chat(all, List.of())), cancellation, printer);
            messages.add(new Message(Role.ASSISTANT, printer.content(), printer.thoughts(), List.of(), List.of(), "", ""));
            context.out().print("\n\n");
            printer.statistics(context.err(), settings.verbose());
        } catch (RuntimeFailure e) {
            context.out().println();
            if (e.code() != ErrorCode.REQUEST_CANCELLED) {
                context.err().println("error: " + e.getMessage());
            }
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
        }
        return !context.termination().cancelled();
    }
}
