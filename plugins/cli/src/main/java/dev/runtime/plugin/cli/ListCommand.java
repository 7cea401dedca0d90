package dev.runtime.plugin.cli;

import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.client.ModelClient.Stored;
import dev.runtime.plugin.cli.render.JsonOutput;
import dev.runtime.plugin.cli.render.ModelTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code runtime list [PREFIX]}: the models of the store. */
public final class ListCommand implements Command {
    /** Creates the command. */
    public ListCommand() {}

    @Override
    public String name() {
        return "list";
    }

    @Override
    public List<String> aliases() {
        return List.of("ls");
    }

    @Override
    public String summary() {
        return "List models";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).flag("--json", "print JSON").operands("PREFIX", "0..*", "only names that start so, in any case").variables("OLLAMA_HOST");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        String prefix = parsed.get().operands().isEmpty() ? "" : parsed.get().operands().getFirst();
        List<Stored> models = Clients.serverOrLocal(context).list();
        if (parsed.get().has("--json")) {
            JsonOutput.print(context.out(), ModelTable.matching(models, prefix).stream().map(ListCommand::json).toList());
        } else {
            ModelTable.print(models, prefix, context.out());
        }
        return 0;
    }

    private static Map<String, Object> json(Stored m) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", m.name());
        json.put("digest", m.digest());
        json.put("size", m.size());
        json.put("modified_at", m.modified().toString());
        return json;
    }
}
