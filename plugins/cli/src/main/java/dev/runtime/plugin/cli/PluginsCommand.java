package dev.runtime.plugin.cli;

import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.plugin.PluginInfo;
import dev.runtime.api.plugin.PluginState;
import dev.runtime.plugin.cli.render.JsonOutput;
import dev.runtime.plugin.cli.render.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code runtime plugins [list]}: starts all plug-ins in this process and tells how that went. */
public final class PluginsCommand implements Command {
    /** Creates the command. */
    public PluginsCommand() {}

    @Override
    public String name() {
        return "plugins";
    }

    @Override
    public String summary() {
        return "List plug-ins with state, version and start time";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).flag("--json", "print JSON").operands("list", "0..1", "the only action, and the default");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        if (!parsed.get().operands().isEmpty() && !parsed.get().operands().getFirst().equals("list")) {
            context.err().println("Error: unknown action '" + parsed.get().operands().getFirst() + "'; use 'runtime plugins list'");
            return Options.USAGE;
        }
        List<PluginInfo> plugins = context.runtime(Map.of()).plugins().list();
        if (parsed.get().has("--json")) {
            JsonOutput.print(context.out(), plugins.stream().map(PluginsCommand::json).toList());
            return 0;
        }
        Table table = new Table("ID", "VERSION", "STATE", "START", "PROVIDES");
        for (PluginInfo p : plugins) {
            table.row(p.id(), p.version().isEmpty() ? "-" : p.version(), state(p.state()), p.startTime().toMillis() + " ms",
                    provides(p.extensions()));
        }
        table.print(context.out());
        plugins.forEach(p -> p.reason().ifPresent(reason -> context.err().println("refused: " + reason)));
        return 0;
    }

    /** The interfaces that a plug-in implements, each with a count where it does so more than once. */
    static String provides(List<String> extensions) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        extensions.forEach(extension -> counts.merge(extension.replaceFirst(":.*", ""), 1, Integer::sum));
        return counts.entrySet().stream().map(e -> e.getValue() == 1 ? e.getKey() : e.getValue() + " x " + e.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String state(PluginState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> json(PluginInfo p) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", p.id());
        json.put("version", p.version());
        json.put("state", state(p.state()));
        json.put("built_in", p.builtIn());
        json.put("start_ms", p.startTime().toNanos() / 1e6);
        json.put("provides", p.extensions());
        p.reason().ifPresent(reason -> json.put("reason", reason));
        return json;
    }
}
