package dev.runtime.plugin.cli.create;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.dialect.modelfile.Instruction;
import dev.runtime.plugin.dialect.modelfile.Instruction.Kind;
import dev.runtime.plugin.dialect.modelfile.Modelfile;
import dev.runtime.plugin.dialect.modelfile.Parameters;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The request that a Modelfile stands for, and the files that must be sent before it.
 *
 * @param files names for the server and files of the weights
 * @param adapters the same for weights to add
 * @param drafts the same for a draft model
 * @param fields everything else
 */
public record CreateBody(Map<String, Path> files, Map<String, Path> adapters, Map<String, Path> drafts, Map<String, Object> fields) {
    /**
     * Reads.
     *
     * @param folder what relative paths are relative to
     * @throws RuntimeFailure with {@code request.invalid} for parameters and paths that make no sense
     */
    public static CreateBody of(Modelfile modelfile, Path folder) {
        Map<String, Path> files = new LinkedHashMap<>();
        Map<String, Path> adapters = new LinkedHashMap<>();
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Instruction from : modelfile.all(Kind.FROM)) {
            Optional<Path> path = path(from.value(), folder);
            if (path.isPresent()) {
                files.putAll(ModelFiles.of(path.get()));
            } else {
                fields.put("from", from.value());
            }
        }
        for (Instruction adapter : modelfile.all(Kind.ADAPTER)) {
            adapters.clear();
            adapters.putAll(ModelFiles.of(path(adapter.value(), folder).orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                    "(line " + adapter.line() + "): there is no file " + adapter.value()))));
        }
        Map<String, Path> drafts = new LinkedHashMap<>();
        for (Instruction draft : modelfile.all(Kind.DRAFT)) {
            Path path = path(draft.value(), folder).orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                    "(line " + draft.line() + "): there is no file or folder " + draft.value()));
            if (modelfile.all(Kind.FROM).stream().anyMatch(from -> path(from.value(), folder).filter(path::equals).isPresent())) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "(line " + draft.line()
                        + "): DRAFT names the same file as FROM; a draft model is a smaller one with the same vocabulary");
            }
            drafts.clear();
            drafts.putAll(ModelFiles.of(path));
        }
        text(modelfile, Kind.TEMPLATE, "template", fields);
        text(modelfile, Kind.SYSTEM, "system", fields);
        text(modelfile, Kind.RENDERER, "renderer", fields);
        text(modelfile, Kind.PARSER, "parser", fields);
        text(modelfile, Kind.REQUIRES, "requires", fields);
        List<String> licenses = modelfile.all(Kind.LICENSE).stream().map(Instruction::value).toList();
        if (!licenses.isEmpty()) {
            fields.put("license", licenses);
        }
        Map<String, Object> parameters = Parameters.of(modelfile).values();
        if (!parameters.isEmpty()) {
            fields.put("parameters", parameters);
        }
        List<Map<String, String>> messages = modelfile.all(Kind.MESSAGE).stream()
                .map(message -> Map.of("role", message.name(), "content", message.value())).toList();
        if (!messages.isEmpty()) {
            fields.put("messages", messages);
        }
        return new CreateBody(files, adapters, drafts, fields);
    }

    private static void text(Modelfile modelfile, Kind kind, String name, Map<String, Object> fields) {
        modelfile.last(kind).ifPresent(text -> fields.put(name, text));
    }

    /** Returns the file or folder that a value means; nothing if it is a model's name. */
    private static Optional<Path> path(String value, Path folder) {
        String home = System.getProperty("user.home");
        Path path;
        try {
            path = value.equals("~") || value.startsWith("~/") ? Path.of(home + value.substring(1)) : folder.resolve(value);
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
        if (Files.exists(path)) {
            return Optional.of(path.toAbsolutePath().normalize());
        }
        if (value.matches("(?s)(/|\\\\|\\.\\.?[/\\\\]|~[/\\\\]).*")) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "there is no file or folder " + value);
        }
        return Optional.empty();
    }

    /**
     * Returns the request's body once the files were sent.
     *
     * @param level what to quantise the weights to
     * @param draftLevel what to quantise the draft model to
     * @param digest sends a file and returns its digest
     */
    public Map<String, Object> request(String model, Optional<String> level, Optional<String> draftLevel, Function<Path, String> digest) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.putAll(fields);
        if (!files.isEmpty()) {
            body.put("files", digests(files, digest));
        }
        if (!adapters.isEmpty()) {
            body.put("adapters", digests(adapters, digest));
        }
        if (!drafts.isEmpty()) {
            body.put("draft_files", digests(drafts, digest));
        }
        draftLevel.ifPresent(l -> body.put("draft_quantize", l));
        level.ifPresent(l -> body.put("quantize", l));
        return body;
    }

    private static Map<String, String> digests(Map<String, Path> files, Function<Path, String> digest) {
        Map<String, String> digests = new LinkedHashMap<>();
        files.forEach((name, file) -> digests.put(name, digest.apply(file)));
        return digests;
    }
}
