package dev.runtime.plugin.cli;

import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.Settings;
import dev.runtime.plugin.cli.render.JsonOutput;
import dev.runtime.plugin.cli.render.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code runtime config}: every key with its value in effect, where it came from and what it means. */
public final class ConfigCommand implements Command {
    /** Creates the command. */
    public ConfigCommand() {}

    @Override
    public String name() {
        return "config";
    }

    @Override
    public String summary() {
        return "List configuration keys with values, sources and meanings";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).flag("--json", "print JSON").operands("PREFIX", "0..1", "only keys that start so");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        String prefix = parsed.get().operands().isEmpty() ? "" : parsed.get().operands().getFirst();
        List<Settings.Entry> entries = context.settings().entries().stream().filter(e -> e.key().name().startsWith(prefix)).toList();
        if (parsed.get().has("--json")) {
            JsonOutput.print(context.out(), entries.stream().map(ConfigCommand::json).toList());
            return 0;
        }
        Table table = new Table("KEY", "VALUE", "FROM", "ENVIRONMENT", "MEANING");
        for (Settings.Entry e : entries) {
            table.row(e.key().name(), e.value().isEmpty() ? "-" : e.value(), source(e), String.join(" ", e.key().environment()),
                    e.key().description());
        }
        table.print(context.out());
        return 0;
    }

    private static String source(Settings.Entry e) {
        return e.source().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> json(Settings.Entry e) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("key", e.key().name());
        json.put("value", e.value());
        json.put("source", source(e));
        json.put("type", e.key().type().name().toLowerCase(Locale.ROOT));
        json.put("default", e.key().defaultValue());
        json.put("environment", e.key().environment());
        json.put("description", e.key().description());
        return json;
    }
}
