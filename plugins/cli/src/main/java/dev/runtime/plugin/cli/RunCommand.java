package dev.runtime.plugin.cli;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.Prompt;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.client.LocalClient;
import dev.runtime.plugin.cli.client.ModelClient;
import dev.runtime.plugin.cli.render.AnswerPrinter;
import dev.runtime.plugin.cli.render.Screen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code runtime run MODEL [PROMPT...]}: one answer, or a conversation.
 *
 * <p>A running server answers where there is one; otherwise the kernel runs in this process, so that the first answer needs
 * nothing started before. {@code --device} asks for this process too, since a server has chosen its devices.
 */
public final class RunCommand implements Command {
    /** Creates the command. */
    public RunCommand() {}

    @Override
    public String name() {
        return "run";
    }

    @Override
    public String summary() {
        return "Run a model: one answer, or a conversation";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) throws Exception {
        Options options = new Options(this)
                .value("--keepalive", "DURATION", "how long the model stays loaded, such as 5m")
                .value("--format", "FORMAT", "json, or a JSON schema")
                .optionalValue("--think", "LEVEL", "think: true, false, low, medium, high, max")
                .value("--device", "NAME", "run in this process on cpu, cuda, vulkan or metal")
                .flag("--hidethinking", "do not print thoughts")
                .flag("--nowordwrap", "do not wrap words")
                .flag("--verbose", "print counts and times after each answer")
                .operands("MODEL [PROMPT]", "1..*", "a model's name or the path of a weight file, then words of the prompt");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        Options.Parsed args = parsed.get();
        String model = reference(args.operands().getFirst());
        Optional<String> prompt = prompt(args.operands().subList(1, args.operands().size()), context);
        ModelClient client = args.value("--device").isPresent()
                ? new LocalClient(context.runtime(Map.of(CoreKeys.DEVICE.name(), args.value("--device").get())))
                : Clients.serverOrLocal(context);
        RunSettings settings = RunSettings.of(args, client.show(model).capabilities());
        return prompt.isPresent() ? once(client, model, prompt.get(), settings, context)
                : new Conversation(client, model, settings, context).run();
    }

    private static int once(ModelClient client, String model, String text, RunSettings settings, CommandContext context) {
        if (text.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "there is no prompt: put words after the model's name, or pipe text in");
        }
        Prompt prompt = new Prompt.Text(text, "", Optional.empty(), Optional.empty(), List.of(), new int[0]);
        GenerateRequest request = settings.request(model, prompt);
        Screen screen = Screen.output(context);
        AnswerPrinter printer = new AnswerPrinter(context.out(), settings.columns(screen), screen.terminal(), settings.hideThinking());
        Cancellation cancellation = context.termination();
        client.generate(request, cancellation, printer);
        context.out().print("\n\n");
        context.out().flush();
        printer.statistics(context.err(), settings.verbose());
        return 0;
    }

    /** The prompt of a single answer: piped text, then the words; nothing for a conversation at a terminal. */
    private static Optional<String> prompt(List<String> words, CommandContext context) throws IOException {
        String typed = String.join(" ", words);
        String piped = context.interactiveInput() ? "" : new String(context.in().readAllBytes(), StandardCharsets.UTF_8);
        String text = piped.isEmpty() || typed.isEmpty() ? piped + typed : piped + " " + typed;
        return !text.isEmpty() || !context.interactiveInput() || !context.interactiveOutput() ? Optional.of(text) : Optional.empty();
    }

    /** Returns a model reference, made absolute where it is the path of a file, so that a server in another folder finds it. */
    static String reference(String model) {
        try {
            Path path = Path.of(model);
            return Files.isRegularFile(path) ? path.toAbsolutePath().normalize().toString() : model;
        } catch (InvalidPathException e) {
            return model;
        }
    }
}
