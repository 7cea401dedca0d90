package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.client.ModelClient;
import dev.runtime.plugin.cli.render.JsonOutput;
import dev.runtime.plugin.cli.render.Table;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code runtime show MODEL}: an overview, or one text of the model. */
public final class ShowCommand implements Command {
    private static final List<String> SECTIONS = List.of("license", "modelfile", "parameters", "template", "system");

    /** Creates the command. */
    public ShowCommand() {}

    @Override
    public String name() {
        return "show";
    }

    @Override
    public String summary() {
        return "Show information for a model";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).flag("--json", "print JSON");
        SECTIONS.forEach(section -> options.flag("--" + section, "print the " + section + " only"));
        options.operands("MODEL", "1", "a name, or the path of a weight file");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        List<String> chosen = SECTIONS.stream().filter(s -> parsed.get().has("--" + s)).toList();
        if (chosen.size() > 1) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                    "only one of '--license', '--modelfile', '--parameters', '--system', or '--template' can be specified");
        }
        ModelClient.Card card = Clients.serverOrLocal(context).show(RunCommand.reference(parsed.get().operands().getFirst()));
        PrintStream out = context.out();
        if (parsed.get().has("--json")) {
            JsonOutput.print(out, json(card));
        } else if (chosen.isEmpty()) {
            overview(card, out);
        } else {
            out.print(card.sections().get(chosen.getFirst()));
            if (!chosen.getFirst().equals("system") && !chosen.getFirst().equals("template")) {
                out.println();
            }
        }
        out.flush();
        return 0;
    }

    static void overview(ModelClient.Card card, PrintStream out) {
        Table facts = new Table();
        card.facts().forEach((label, value) -> {
            if (!value.isEmpty() && !value.equals("0")) {
                facts.row("", label, value);
            }
        });
        section("Model", facts, out);
        if (!card.capabilities().isEmpty()) {
            Table capabilities = new Table();
            card.capabilities().forEach(c -> capabilities.row("", c));
            section("Capabilities", capabilities, out);
        }
        if (!card.sections().get("parameters").isBlank()) {
            Table parameters = new Table();
            card.sections().get("parameters").lines().forEach(line -> {
                String[] words = line.strip().split("\\s+", 2);
                parameters.row("", words[0], words.length > 1 ? words[1] : "");
            });
            section("Parameters", parameters, out);
        }
        for (String title : List.of("System", "License")) {
            List<String> lines = card.sections().get(title.toLowerCase(java.util.Locale.ROOT)).lines().map(String::strip)
                    .filter(line -> !line.isEmpty()).toList();
            if (!lines.isEmpty()) {
                Table text = new Table();
                lines.stream().limit(2).forEach(line -> text.row("", line));
                if (lines.size() > 2) {
                    text.row("", "...");
                }
                section(title, text, out);
            }
        }
    }

    private static void section(String title, Table rows, PrintStream out) {
        out.println("  " + title);
        rows.print(out);
        out.println();
    }

    private static Map<String, Object> json(ModelClient.Card card) {
        Map<String, Object> json = new LinkedHashMap<>(card.facts());
        json.put("capabilities", card.capabilities());
        json.putAll(card.sections());
        return json;
    }
}
