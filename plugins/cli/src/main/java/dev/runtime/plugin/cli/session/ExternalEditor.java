package dev.runtime.plugin.cli.session;

import dev.runtime.api.command.CommandContext;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;

/** The person's own editor, as the environment names it, for long messages. */
record ExternalEditor(Map<String, String> environment, PrintStream err, Attributes usual) implements PromptReader.Editor {
    static ExternalEditor of(CommandContext context, Attributes usual) {
        return new ExternalEditor(context.environment(), context.err(), usual);
    }

    @Override
    public String edit(String text, Terminal terminal) {
        Attributes before = terminal.getAttributes();
        try {
            Path draft = Files.createTempFile("runtime-prompt-", ".txt");
            try {
                Files.writeString(draft, text);
                terminal.setAttributes(usual);
                List<String> command = new ArrayList<>(command());
                command.add(draft.toString());
                int status = new ProcessBuilder(command).inheritIO().start().waitFor();
                String edited = Files.readString(draft).replaceAll("[\\r\\n]+$", "");
                return status != 0 || edited.isBlank() ? text : edited;
            } finally {
                Files.delete(draft);
            }
        } catch (IOException e) {
            err.println("\nthe editor '" + String.join(" ", command()) + "' cannot be used (" + e.getMessage() + "); set OLLAMA_EDITOR");
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return text;
        } finally {
            terminal.setAttributes(before);
        }
    }

    private List<String> command() {
        String chosen = Stream.of("OLLAMA_EDITOR", "VISUAL", "EDITOR").map(name -> environment.getOrDefault(name, "").strip())
                .filter(value -> !value.isEmpty()).findFirst().orElse(System.getProperty("os.name").startsWith("Windows") ? "edit" : "vi");
        return List.of(chosen.split("\\s+"));
    }
}
