package dev.runtime.plugin.cli.session;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.cli.client.NativeApi;
import dev.runtime.plugin.cli.render.ModelCard;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** {@code /show}: texts of the model, with what the session changed. */
final class ShowTexts {
    private final Dialogue dialogue;
    private final Supplier<NativeApi> api;
    private final PrintStream out;
    private final PrintStream err;

    ShowTexts(Dialogue dialogue, Supplier<NativeApi> api, PrintStream out, PrintStream err) {
        this.dialogue = dialogue;
        this.api = api;
        this.out = out;
        this.err = err;
    }

    void obey(String what) {
        if (what.isEmpty()) {
            err.println(Help.SHOW);
            return;
        }
        try {
            show(what);
        } catch (RuntimeFailure e) {
            err.println("error: " + e.getMessage());
        }
    }

    private void show(String what) {
        switch (what) {
            case "info" -> ModelCard.overview(model(), false, err);
            case "license" -> text(model().path("license").asString(""), "No license was specified for this model.");
            case "modelfile" -> out.println(model().path("modelfile").asString(""));
            case "parameters" -> parameters(model().path("parameters").asString(""));
            case "system" -> text(dialogue.system.isEmpty() ? model().path("system").asString("") : dialogue.system,
                    "No system message was specified for this model.");
            case "template" -> text(model().path("template").asString(""), "No prompt template was specified for this model.");
            default -> out.println("Unknown command '/show " + what + "'. Type /? for help");
        }
    }

    private JsonNode model() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", dialogue.model);
        if (!dialogue.system.isEmpty()) {
            body.put("system", dialogue.system);
        }
        if (!dialogue.settings.options().isEmpty()) {
            body.put("options", dialogue.settings.options());
        }
        return api.get().call("POST", "/api/show", body);
    }

    private void text(String text, String otherwise) {
        out.println(text.isEmpty() ? otherwise : text);
    }

    private void parameters(String all) {
        // the server merges what the session set: those are told apart again by name
        Map<String, Object> own = dialogue.settings.options();
        List<String> defined = all.lines().filter(line -> !own.containsKey(line.strip().split("\\s", 2)[0])).toList();
        out.println("Model defined parameters:");
        if (defined.isEmpty()) {
            out.println("  No additional parameters were specified for this model.");
        }
        defined.forEach(line -> out.println("  " + line));
        out.println();
        if (!own.isEmpty()) {
            out.println("User defined parameters:");
            own.forEach((name, value) -> out.println(String.format("  %-30s %s", name, switch (value) {
                case List<?> list -> String.join(", ", list.stream().map(String::valueOf).toList());
                case Double number -> ModelCard.general(number);
                case Object other -> other;
            })));
            out.println();
        }
    }
}
