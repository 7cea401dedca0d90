package dev.runtime.plugin.cli.session;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Role;
import dev.runtime.plugin.cli.client.ModelClient;
import dev.runtime.plugin.cli.client.NativeApi;
import dev.runtime.plugin.cli.render.ModelTable;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The commands of a session that begin with a slash. Confirmations go to standard output, help and refusals to standard error. */
final class SlashCommands {
    private final Dialogue dialogue;
    private final ModelClient client;
    private final PrintStream out;
    private final PrintStream err;
    private final SetCommand set;
    private final ShowTexts show;
    private final Supplier<NativeApi> api;

    /**
     * Creates.
     *
     * @param api asked for when a command first needs more than the client offers
     */
    SlashCommands(Dialogue dialogue, ModelClient client, Supplier<NativeApi> api, SetCommand set, PrintStream out, PrintStream err) {
        this.dialogue = dialogue;
        this.client = client;
        this.api = api;
        this.out = out;
        this.err = err;
        this.set = set;
        this.show = new ShowTexts(dialogue, api, out, err);
    }

    /** What became of a line. */
    enum Outcome {
        /** It was a command and is done. */
        DONE,
        /** It ends the session. */
        LEAVE,
        /** It was no command: it is to be said. */
        MESSAGE
    }

    /** Obeys a line that begins with a slash. */
    Outcome obey(String line) {
        List<String> words = Arrays.asList(line.strip().split("\\s+"));
        switch (words.getFirst()) {
            case "/bye", "/exit" -> {
                return Outcome.LEAVE;
            }
            case "/?", "/help" -> err.println(Help.page(words.size() > 1 ? words.get(1) : "", dialogue.profile.media()));
            case "/list" -> ModelTable.print(client.list(), words.size() > 1 ? words.get(1) : "", out);
            case "/load" -> load(words);
            case "/save" -> save(words);
            case "/clear" -> {
                dialogue.clear();
                out.println("Cleared session context");
            }
            case "/set" -> set.obey(words, line);
            case "/show" -> show.obey(words.size() > 1 ? words.get(1) : "");
            default -> {
                if (dialogue.profile.media() && MediaFiles.begins(line)) {
                    return Outcome.MESSAGE;
                }
                out.println("Unknown command '" + words.getFirst() + "'. Type /? for help");
            }
        }
        return Outcome.DONE;
    }

    private void load(List<String> words) {
        if (words.size() != 2) {
            err.println("Usage:\n  /load <modelname>");
            return;
        }
        String name = words.get(1);
        out.println("Loading model '" + name + "'");
        try {
            ModelClient.Profile profile = client.profile(name);
            client.load(dialogue.settings.request(name, new Prompt.Chat(List.of(), List.of())), Cancellation.none());
            dialogue.change(name, profile);
        } catch (RuntimeFailure e) {
            if (e.code() == ErrorCode.MODEL_NOT_FOUND) {
                out.println("Couldn't find model '" + name + "'");
            } else {
                err.println("error: " + e.getMessage());
            }
        }
    }

    private void save(List<String> words) {
        if (words.size() != 2) {
            err.println("Usage:\n  /save <modelname>");
            return;
        }
        String name = words.get(1);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", name);
        body.put("from", dialogue.model);
        if (!dialogue.system.isEmpty()) {
            body.put("system", dialogue.system);
        }
        if (!dialogue.settings.options().isEmpty()) {
            body.put("parameters", dialogue.settings.options());
        }
        List<Map<String, String>> messages = dialogue.profile.messages().stream().map(SlashCommands::plain).toList();
        List<Map<String, String>> said = dialogue.messages().stream().filter(m -> !m.role().equals(Role.SYSTEM)).map(SlashCommands::plain).toList();
        if (!said.isEmpty()) {
            body.put("messages", java.util.stream.Stream.concat(messages.stream(), said.stream()).toList());
        }
        try {
            api.get().transfer("/api/create", body, Cancellation.none(), event -> { });
            out.println("Created new model '" + name + "'");
        } catch (RuntimeFailure e) {
            out.println("error: " + (e.getMessage().contains("invalid model name") ? "The model name '" + name + "' is invalid" : e.getMessage()));
        }
    }

    private static Map<String, String> plain(Message message) {
        return Map.of("role", message.role(), "content", message.content());
    }
}
