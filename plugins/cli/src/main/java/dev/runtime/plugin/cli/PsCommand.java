package dev.runtime.plugin.cli;

import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.client.ModelClient.Running;
import dev.runtime.plugin.cli.render.JsonOutput;
import dev.runtime.plugin.cli.render.ModelTable;
import dev.runtime.plugin.cli.render.Numbers;
import dev.runtime.plugin.cli.render.Table;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code runtime ps [PREFIX]}: the models that the server holds in memory. */
public final class PsCommand implements Command {
    /** Creates the command. */
    public PsCommand() {}

    @Override
    public String name() {
        return "ps";
    }

    @Override
    public String summary() {
        return "List running models";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).flag("--json", "print JSON").operands("PREFIX", "0..*", "only names that start so").variables("OLLAMA_HOST");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        String prefix = parsed.get().operands().isEmpty() ? "" : parsed.get().operands().getFirst();
        List<Running> models = Clients.server(context).running().stream().filter(m -> m.name().startsWith(prefix)).toList();
        if (parsed.get().has("--json")) {
            JsonOutput.print(context.out(), models.stream().map(PsCommand::json).toList());
            return 0;
        }
        Table table = new Table("NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL");
        Instant now = Instant.now();
        for (Running m : models) {
            table.row(m.name(), ModelTable.shortId(m.digest()), Numbers.bytes(m.size()), processor(m.size(), m.deviceSize()),
                    Integer.toString(m.context()), m.until().isBefore(now) ? "Stopping..." : Numbers.relative(m.until(), now));
        }
        table.print(context.out());
        return 0;
    }

    static String processor(long size, long deviceSize) {
        if (deviceSize == 0) {
            return "100% CPU";
        } else if (deviceSize == size) {
            return "100% GPU";
        } else if (deviceSize > size || size == 0) {
            return "Unknown";
        }
        long cpu = Math.round((size - deviceSize) * 100.0 / size);
        return cpu + "%/" + (100 - cpu) + "% CPU/GPU";
    }

    private static Map<String, Object> json(Running m) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", m.name());
        json.put("digest", m.digest());
        json.put("size", m.size());
        json.put("size_vram", m.deviceSize());
        json.put("context_length", m.context());
        json.put("expires_at", m.until().toString());
        return json;
    }
}
