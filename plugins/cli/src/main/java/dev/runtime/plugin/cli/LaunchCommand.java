package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.client.ModelClient.Stored;
import dev.runtime.plugin.cli.client.NativeApi;
import dev.runtime.plugin.cli.client.RemoteClient;
import dev.runtime.plugin.cli.launch.Integration;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code runtime launch NAME [-- ARGUMENTS]}: starts a coding agent that uses a model of this machine. */
public final class LaunchCommand implements Command {
    /** Creates the command. */
    public LaunchCommand() {}

    @Override
    public String name() {
        return "launch";
    }

    @Override
    public String summary() {
        return "Start a coding agent with a local model";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) throws IOException, InterruptedException {
        int end = arguments.indexOf("--");
        List<String> own = end < 0 ? arguments : arguments.subList(0, end);
        List<String> passed = end < 0 ? List.of() : arguments.subList(end + 1, arguments.size());
        Options options = new Options(this).value("--model", "NAME", "the model to use")
                .flag("--config", "print what the program would be started with, and do not start it")
                .flag("--restore", "put the program's own configuration back")
                .flag("-y", "--yes", "ask nothing")
                .operands("NAME", "0..*", "one of " + names()).variables("OLLAMA_HOST");
        Optional<Options.Parsed> parsed = options.parse(own, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        Options.Parsed args = parsed.get();
        if (args.operands().size() > 1) {
            throw invalid("unexpected arguments: " + args.operands().subList(1, args.operands().size())
                    + "; put arguments of the program after --");
        }
        if (args.operands().isEmpty()) {
            Integration.all().forEach(each -> context.out().printf("%-10s %s%n", each.name(), each.title()));
            return 0;
        }
        String name = args.operands().getFirst();
        Integration integration = Integration.named(name)
                .orElseThrow(() -> invalid("unknown integration: " + name + "; there are " + names()));
        if (args.has("--restore")) {
            context.out().println(integration.title() + " is started with variables of the environment; none of its files was changed");
            return 0;
        }
        return start(integration, args, passed, context);
    }

    private static int start(Integration integration, Options.Parsed args, List<String> passed, CommandContext context)
            throws IOException, InterruptedException {
        NativeApi api = Clients.api(context);
        String model = args.value("--model").isPresent() ? args.value("--model").get() : choose(api, args.has("--yes"), context);
        Integration.Wiring wiring = integration.wiring().apply(api.address().uri("").toString(), model);
        List<String> command = new ArrayList<>(List.of(integration.name()));
        command.addAll(wiring.arguments());
        command.addAll(passed);
        if (args.has("--config")) {
            wiring.environment().forEach((variable, value) -> context.out().println(variable + "=" + value));
            context.out().println(String.join(" ", command));
            return 0;
        }
        command.set(0, program(integration, context).toString());
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(wiring.environment());
        return builder.start().waitFor();
    }

    private static Path program(Integration integration, CommandContext context) {
        return Stream.of(context.environment().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                .map(folder -> Path.of(folder, integration.name())).filter(Files::isExecutable).findFirst()
                .orElseThrow(() -> invalid(integration.title() + " is not installed; install it with: " + integration.install()));
    }

    /** Lets the person choose a model. */
    private static String choose(NativeApi api, boolean headless, CommandContext context) throws IOException {
        if (!context.interactiveInput() || !context.interactiveOutput() || headless) {
            throw invalid("model selection requires an interactive terminal; use --model to run in headless mode");
        }
        List<Stored> models = new RemoteClient(api).list();
        for (int i = 0; i < models.size(); i++) {
            context.out().printf("%3d  %s%n", i + 1, models.get(i).name());
        }
        context.out().print("Model: ");
        context.out().flush();
        String line = new BufferedReader(new InputStreamReader(context.in(), StandardCharsets.UTF_8)).readLine();
        String chosen = line == null ? "" : line.strip();
        if (chosen.matches("\\d{1,4}") && Integer.parseInt(chosen) >= 1 && Integer.parseInt(chosen) <= models.size()) {
            return models.get(Integer.parseInt(chosen) - 1).name();
        }
        return models.stream().map(Stored::name).filter(each -> each.equals(chosen) || each.equals(chosen + ":latest")).findFirst()
                .orElseThrow(() -> invalid("there is no model '" + chosen + "'"));
    }

    private static String names() {
        return String.join(", ", Integration.all().stream().map(Integration::name).toList());
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
