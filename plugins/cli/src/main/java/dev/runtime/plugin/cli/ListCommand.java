package dev.runtime.plugin.cli;

import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.client.ModelClient.Stored;
import dev.runtime.plugin.cli.render.JsonOutput;
import dev.runtime.plugin.cli.render.Numbers;
import dev.runtime.plugin.cli.render.Table;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
        Options options = new Options(this).flag("--json", "print JSON").operands("PREFIX", "0..*", "only names that start so, in any case");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        String prefix = parsed.get().operands().isEmpty() ? "" : parsed.get().operands().getFirst().toLowerCase(Locale.ROOT);
        List<Stored> models = Clients.serverOrLocal(context).list().stream()
                .filter(m -> m.name().toLowerCase(Locale.ROOT).startsWith(prefix)).toList();
        if (parsed.get().has("--json")) {
            JsonOutput.print(context.out(), models.stream().map(ListCommand::json).toList());
            return 0;
        }
        Table table = new Table("NAME", "ID", "SIZE", "MODIFIED");
        Instant now = Instant.now();
        for (Stored m : models) {
            table.row(m.name(), shortId(m.digest()), Numbers.bytes(m.size()), Numbers.relative(m.modified(), now));
        }
        table.print(context.out());
        return 0;
    }

    static String shortId(String digest) {
        return digest.substring(0, Math.min(12, digest.length()));
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
