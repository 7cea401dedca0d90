package dev.runtime.plugin.cli.launch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program of others that works with a server of this kind once it is told where that is. All of them take that from the
 * environment or from arguments: no file of theirs is changed, so there is nothing to restore.
 *
 * @param name the word that calls it, which is also the program's name
 * @param title what people call it
 * @param install a command that installs it, for the message when it is missing
 * @param wiring what to start it with, by the server's address and the model
 */
public record Integration(String name, String title, String install, BiFunction<String, String, Wiring> wiring) {
    /**
     * How a program is told of the server.
     *
     * @param environment variables to set
     * @param arguments before those of the person
     */
    public record Wiring(Map<String, String> environment, List<String> arguments) {}

    private static final List<Integration> ALL = List.of(
            new Integration("claude", "Claude Code", "npm install -g @anthropic-ai/claude-code", Integration::claude),
            new Integration("codex", "Codex", "npm install -g @openai/codex", Integration::codex),
            new Integration("opencode", "OpenCode", "npm install -g opencode-ai", Integration::opencode),
            new Integration("qwen", "Qwen Code", "npm install -g @qwen-code/qwen-code", Integration::qwen));

    /** Returns all, in the order of lists. */
    public static List<Integration> all() {
        return ALL;
    }

    /** Finds one by its name in any case. */
    public static Optional<Integration> named(String name) {
        return ALL.stream().filter(each -> each.name.equalsIgnoreCase(name)).findFirst();
    }

    private static Wiring claude(String server, String model) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("ANTHROPIC_BASE_URL", server);
        environment.put("ANTHROPIC_AUTH_TOKEN", "ollama");
        environment.put("ANTHROPIC_API_KEY", "");
        Stream.of("ANTHROPIC_DEFAULT_OPUS_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL", "CLAUDE_CODE_SUBAGENT_MODEL")
                .forEach(variable -> environment.put(variable, model));
        return new Wiring(environment, List.of("--model", model));
    }

    private static Wiring codex(String server, String model) {
        return new Wiring(Map.of("CODEX_OSS_BASE_URL", server + "/v1"), List.of("--oss", "-m", model));
    }

    private static Wiring opencode(String server, String model) {
        Map<String, Object> provider = Map.of("npm", "@ai-sdk/openai-compatible", "name", "Local models",
                "options", Map.of("baseURL", server + "/v1"), "models", Map.of(model, Map.of("name", model)));
        String config = JsonMapper.shared().writeValueAsString(Map.of("provider", Map.of("ollama", provider), "model", "ollama/" + model));
        return new Wiring(Map.of("OPENCODE_CONFIG_CONTENT", config), List.of());
    }

    private static Wiring qwen(String server, String model) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("OPENAI_BASE_URL", server + "/v1");
        environment.put("OPENAI_API_KEY", "ollama");
        environment.put("OPENAI_MODEL", model);
        return new Wiring(environment, List.of());
    }
}
