package dev.runtime.plugin.cli.session;

import dev.runtime.api.Cancellation;
import dev.runtime.api.command.CommandContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.EOFError;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Messages that a person types at a terminal, with editing, history and blocks of several lines. Loads the terminal library. */
final class LineInput implements AutoCloseable {
    private static final List<String> COMMANDS = List.of("/set parameter", "/set system", "/set history", "/set nohistory", "/set wordwrap",
            "/set nowordwrap", "/set format json", "/set noformat", "/set verbose", "/set quiet", "/set think", "/set nothink", "/show info",
            "/show license", "/show modelfile", "/show parameters", "/show system", "/show template", "/list", "/load", "/save", "/clear",
            "/help", "/bye");

    private final Terminal terminal;
    private final PromptReader reader;
    private final HistoryFile file;
    private boolean keeping;

    private LineInput(Terminal terminal, PromptReader reader, HistoryFile file, boolean keeping) {
        this.terminal = terminal;
        this.reader = reader;
        this.file = file;
        this.keeping = keeping;
    }

    static LineInput open(CommandContext context) throws IOException {
        // the provider on the foreign function interface: the others would load a JNI library
        Terminal terminal = TerminalBuilder.builder().system(true).provider("ffm").build();
        Attributes usual = terminal.getAttributes();
        PromptReader reader = new PromptReader(terminal, ExternalEditor.of(context, usual));
        reader.setVariable(LineReader.SECONDARY_PROMPT_PATTERN, "... ");
        reader.setVariable(LineReader.HISTORY_SIZE, 100);
        reader.setOpt(LineReader.Option.DISABLE_EVENT_EXPANSION);
        reader.unsetOpt(LineReader.Option.INSERT_TAB);
        reader.setParser(new MessageParser());
        reader.setCompleter((r, line, candidates) -> COMMANDS.stream().filter(command -> command.startsWith(line.line()))
                .forEach(command -> candidates.add(new Candidate(command.substring(line.line().length() - line.word().length())))));
        HistoryFile file = new HistoryFile(Path.of(context.environment().getOrDefault("HOME", System.getProperty("user.home")), ".ollama", "history"));
        file.load().forEach(reader.getHistory()::add);
        quieten(terminal, usual);
        return new LineInput(terminal, reader, file, !flag(context.environment().getOrDefault("OLLAMA_NOHISTORY", "")));
    }

    /** What is typed while the model speaks is neither shown nor changed: it is there when the next line is read. */
    private static void quieten(Terminal terminal, Attributes usual) {
        Attributes quiet = new Attributes(usual);
        quiet.setLocalFlag(Attributes.LocalFlag.ECHO, false);
        quiet.setInputFlag(Attributes.InputFlag.ICRNL, false);
        terminal.setAttributes(quiet);
    }

    private static boolean flag(String text) {
        return switch (text.strip()) {
            case "", "0", "f", "F", "FALSE", "false", "False" -> false;
            default -> true;
        };
    }

    /**
     * Reads a message; blocks.
     *
     * @throws org.jline.reader.UserInterruptException when the line was given up
     * @throws org.jline.reader.EndOfFileException at the end of the input
     */
    String read() {
        String line = reader.readLine(">>> ");
        if (keeping && !line.isBlank()) {
            List<String> entries = new ArrayList<>();
            reader.getHistory().forEach(entry -> entries.add(entry.line()));
            file.save(entries);
        }
        return line;
    }

    /** Sets whether lines are kept for later sessions. */
    void keepHistory(boolean keep) {
        keeping = keep;
    }

    /** Runs work that an interrupt from the terminal cancels. */
    void interruptible(Cancellation cancellation, Runnable work) {
        Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> cancellation.cancel());
        try {
            work.run();
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
        }
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }

    /** Takes lines as they are, and asks for more while a block is open. */
    private static final class MessageParser extends DefaultParser {
        MessageParser() {
            setEscapeChars(null);
            setQuoteChars(new char[0]);
        }

        @Override
        public ParsedLine parse(String line, int cursor, ParseContext context) {
            if (context == ParseContext.ACCEPT_LINE && Block.open(line)) {
                throw new EOFError(-1, -1, "the block is not closed");
            }
            return super.parse(line, cursor, context);
        }
    }
}
