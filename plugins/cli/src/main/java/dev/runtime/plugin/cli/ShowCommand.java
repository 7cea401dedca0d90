package dev.runtime.plugin.cli;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import dev.runtime.api.command.CommandContext;
import dev.runtime.plugin.cli.client.Clients;
import dev.runtime.plugin.cli.render.JsonOutput;
import dev.runtime.plugin.cli.render.ModelCard;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** {@code runtime show MODEL}: an overview, or one text of the model. */
public final class ShowCommand implements Command {
    private static final List<String> SECTIONS = List.of("license", "modelfile", "parameters", "template", "system");

    /** Creates the command. */
    public ShowCommand() {}

    @Override
    public String name() {
        return "show";
    }

    @Override
    public String summary() {
        return "Show information for a model";
    }

    @Override
    public int run(List<String> arguments, CommandContext context) {
        Options options = new Options(this).flag("--json", "print JSON").flag("-v", "--verbose", "print all metadata and tensors too");
        SECTIONS.forEach(section -> options.flag("--" + section, "print the " + section + " only"));
        options.operands("MODEL", "1", "a name, or the path of a weight file").variables("OLLAMA_HOST");
        Optional<Options.Parsed> parsed = options.parse(arguments, context);
        if (parsed.isEmpty()) {
            return options.exit();
        }
        List<String> chosen = SECTIONS.stream().filter(s -> parsed.get().has("--" + s)).toList();
        if (chosen.size() > 1) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                    "only one of '--license', '--modelfile', '--parameters', '--system', or '--template' can be specified");
        }
        String model = RunCommand.reference(parsed.get().operands().getFirst());
        boolean verbose = parsed.get().has("--verbose");
        JsonNode shown = Clients.api(context).call("POST", "/api/show", Map.of("model", model, "verbose", verbose));
        PrintStream out = context.out();
        if (parsed.get().has("--json")) {
            JsonOutput.print(out, shown);
        } else if (chosen.isEmpty()) {
            refuseImageModel(shown);
            ModelCard.overview(shown, verbose, out);
        } else {
            out.print(shown.path(chosen.getFirst()).asString(""));
            if (!chosen.getFirst().equals("system") && !chosen.getFirst().equals("template")) {
                out.println();
            }
        }
        out.flush();
        return 0;
    }

    private static void refuseImageModel(JsonNode shown) {
        for (JsonNode capability : shown.path("capabilities")) {
            if (capability.asString("").equals("image")) {
                throw new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, "image generation models are not currently supported");
            }
        }
    }
}
