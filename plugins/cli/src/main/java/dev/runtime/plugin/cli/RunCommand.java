package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.Prompt;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.client.LocalClient;
import dev.runtime.plugin.cli.client.ModelClient;
import dev.runtime.plugin.cli.render.AnswerPrinter;
import dev.runtime.plugin.cli.render.Screen;
import dev.runtime.plugin.cli.session.MediaFiles;
import dev.runtime.plugin.cli.session.RunSettings;
import dev.runtime.plugin.cli.session.Session;
import dev.runtime.plugin.cli.session.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code runtime run MODEL [PROMPT...]}: one answer, or a conversation.
 *
 * <p>A running server answers where there is one; otherwise the kernel runs in this process, so that the first answer needs
 * nothing started before. {@code --device} asks for this process too, since a server has chosen its devices. A model that is not
 * in the store is pulled first.
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
                .flag("--insecure", "allow a registry without encryption if the model has to be pulled")
                .optionalValue("--truncate", "BOOLEAN", "embedding models: cut a text that is too long (true), or refuse it")
                .value("--dimensions", "N", "embedding models: length of the vector")
                .operands("MODEL [PROMPT]", "1..*", "a model's name or the path of a weight file, then words of the prompt")
                .variables("OLLAMA_HOST", "OLLAMA_EDITOR", "OLLAMA_NOHISTORY");
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
        ModelClient.Profile profile = profile(client, model, args.has("--insecure"), context);
        if (profile.can("image")) {
            throw new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, "image generation models are not currently supported");
        }
        if (profile.can("embedding")) {
            return embed(client, model, prompt.orElse(""), args, context);
        }
        RunSettings settings = RunFlags.settings(args, profile.can("thinking"));
        return prompt.isPresent() ? once(client, model, profile, prompt.get(), settings, context)
                : new Session(client, model, profile, settings, context).run();
    }

    /** Looks a model up, after pulling it if need be. */
    private static ModelClient.Profile profile(ModelClient client, String model, boolean insecure, CommandContext context) {
        try {
            return client.profile(model);
        } catch (RuntimeFailure e) {
            if (e.code() != ErrorCode.MODEL_NOT_FOUND || model.matches("(?s)[/\\\\.~].*|[A-Za-z]:[/\\\\].*")) {
                throw e;
            }
            try {
                Transfer.pullFirst(Clients.api(context), model, insecure, context);
            } catch (RuntimeFailure pull) {
                throw new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, e.getMessage() + ", and it cannot be pulled: " + pull.getMessage(), pull);
            }
            return client.profile(model);
        }
    }

    private static int once(ModelClient client, String model, ModelClient.Profile profile, String text, RunSettings settings, CommandContext context) {
        if (text.isEmpty()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "there is no prompt: put words after the model's name, or pipe text in");
        }
        MediaFiles input = profile.media() ? MediaFiles.in(text, context.err()) : new MediaFiles(text, List.of());
        Prompt prompt = new Prompt.Text(input.text(), "", Optional.empty(), Optional.empty(), input.files(), new int[0]);
        AnswerPrinter printer = settings.printer(context.out(), Screen.output(context));
        try (Waiting waiting = Waiting.begin(context, client)) {
            client.generate(settings.request(model, prompt), context.termination(), waiting.until(printer));
        } catch (RuntimeFailure e) {
            if (e.code() != ErrorCode.REQUEST_CANCELLED) {
                throw e;
            }
            printer.stop();
            return 0;
        }
        context.out().print("\n\n");
        context.out().flush();
        printer.statistics(context.err(), settings.verbose());
        return 0;
    }

    private static int embed(ModelClient client, String model, String text, Options.Parsed args, CommandContext context) {
        if (text.isBlank()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "embedding models require input text: put words after the model's name, or pipe text in");
        }
        boolean truncate = !args.value("--truncate").orElse("true").equals("false");
        EmbedRequest request = new EmbedRequest(model, List.of(text), truncate, args.number("--dimensions", 0, 0, 999_999_999), true,
                dev.runtime.api.inference.Options.NONE, RunFlags.keepAlive(args));
        context.out().println(JsonMapper.shared().writeValueAsString(client.embed(request, context.termination()).getFirst()));
        context.out().flush();
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
