package dev.runtime.plugin.cli;

import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.Device;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.plugin.PluginInfo;
import dev.runtime.api.plugin.PluginState;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.client.NativeApi;
import dev.runtime.plugin.cli.render.Numbers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code runtime doctor}: what this machine offers and what is wrong; exit status 1 if something is. */
public final class DoctorCommand implements Command {
    /** Creates the command. */
    public DoctorCommand() {}

    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public String summary() {
        return "Check the installation, devices, plug-ins, store and server";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this);
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        Report report = new Report(context);
        report.good("runtime", context.version() + " on Java " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        LocalRuntime runtime = context.runtime(Map.of());
        plugins(runtime, report);
        devices(runtime, report);
        store(runtime, context, report);
        NativeApi server = new NativeApi(Clients.address(context));
        report.good("server", server.alive() ? "answers at " + server.address().uri("")
                : "none at " + server.address().uri("") + "; commands run in their own process");
        return report.problems == 0 ? 0 : 1;
    }

    private static void plugins(LocalRuntime runtime, Report report) {
        List<PluginInfo> all = runtime.plugins().list();
        long active = all.stream().filter(p -> p.state() == PluginState.ACTIVE).count();
        report.good("plug-ins", active + " active");
        for (PluginInfo p : all) {
            p.reason().ifPresent(reason -> report.bad("plug-in", p.id() + " refused: " + reason));
        }
    }

    private static void devices(LocalRuntime runtime, Report report) {
        int found = 0;
        for (Backend backend : runtime.services().all(Backend.class)) {
            for (Device device : backend.devices()) {
                found++;
                report.good("device", device.info().id() + ": " + device.info().name() + ", " + Numbers.bytes(device.freeBytes()) + " of "
                        + Numbers.bytes(device.info().totalBytes()) + " free, " + String.join(" ", device.info().features()));
            }
        }
        if (found == 0) {
            report.bad("device", "no backend plug-in offers one; models cannot run");
        }
    }

    private static void store(LocalRuntime runtime, CommandContext context, Report report) {
        int models = runtime.models().list().size();
        Optional<Path> folder = context.settings().find(CoreKeys.MODELS).map(Path::of);
        if (folder.isPresent() && Files.exists(folder.get()) && !Files.isReadable(folder.get())) {
            report.bad("store", "the folder " + folder.get() + " (store.models) cannot be read");
        }
        report.good("store", models + " models" + folder.filter(f -> !Files.exists(f))
                .map(f -> "; the folder " + f + " is not there yet").orElse(""));
        try {
            if (runtime.models().find("demo").isEmpty()) {
                report.bad("store", "the built-in model 'demo' is missing; the installation is incomplete");
            }
        } catch (RuntimeFailure e) {
            report.bad("store", "the built-in model 'demo': " + e.getMessage());
        }
    }

    /** Prints findings as they come and counts the bad ones. */
    private static final class Report {
        private final CommandContext context;
        private int problems;

        Report(CommandContext context) {
            this.context = context;
        }

        void good(String what, String finding) {
            context.out().printf("ok    %-10s %s%n", what, finding);
        }

        void bad(String what, String finding) {
            problems++;
            context.out().printf("FAIL  %-10s %s%n", what, finding);
        }
    }
}
