package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.client.NativeApi;
import dev.runtime.plugin.cli.create.BlobSender;
import dev.runtime.plugin.cli.create.CreateBody;
import dev.runtime.plugin.cli.progress.Progress;
import dev.runtime.plugin.cli.progress.Spinner;
import dev.runtime.plugin.cli.render.Screen;
import dev.runtime.plugin.dialect.modelfile.Modelfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code runtime create MODEL}: makes a model as a Modelfile says; its files are read here and sent to the server. */
public final class CreateCommand implements Command {
    private static final String FILE = "Modelfile";

    /** Creates the command. */
    public CreateCommand() {}

    @Override
    public String name() {
        return "create";
    }

    @Override
    public String summary() {
        return "Create a model from a Modelfile";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this)
                .value("--file", "PATH", "the Modelfile, " + FILE + " in the working folder if not given", "-f")
                .value("--quantize", "LEVEL", "quantise the weights, such as Q4_K_M or Q8_0", "-q")
                .value("--draft-quantize", "LEVEL", "quantise the draft model that DRAFT names")
                .operands("MODEL", "1", "the new model's name");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        Path file = Path.of(parsed.get().value("--file").orElse(FILE)).toAbsolutePath();
        CreateBody body = CreateBody.of(read(file), file.getParent());
        if (body.drafts().isEmpty() && parsed.get().value("--draft-quantize").isPresent()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "--draft-quantize requires a DRAFT model");
        }
        NativeApi api = Clients.api(context);
        Map<String, Object> request = send(body, parsed.get(), api, context);
        Transfer.follow(api, "/api/create", request, context);
        return 0;
    }

    private static Modelfile read(Path file) {
        try {
            return Modelfile.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "specified Modelfile wasn't found: " + file, e);
        }
    }

    private static Map<String, Object> send(CreateBody body, Options.Parsed parsed, NativeApi api, CommandContext context) {
        try (Progress display = Progress.on(context.err(), Screen.error(context))) {
            Spinner spinner = display.spinner("gathering model components");
            try {
                return body.request(parsed.operands().getFirst(), parsed.value("--quantize"), parsed.value("--draft-quantize"),
                        new BlobSender(api, display, context.termination())::send);
            } finally {
                spinner.stop();
            }
        }
    }
}
