package dev.runtime.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.config.ConfigKey.Type;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import dev.runtime.api.config.Settings.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTests {
    private static final ConfigKey QUEUE = ConfigKey.of("schedule.max-queue", Type.INTEGER, "512", "waiting requests", "RT_QUEUE", "OLD_QUEUE");
    private static final ConfigKey DEBUG = ConfigKey.of("log.debug", Type.BOOLEAN, "false", "more logs", "RT_DEBUG");
    private static final ConfigKey DEVICE = ConfigKey.of("engine.device", Type.STRING, "", "device", "RT_DEVICE");
    private static final ConfigKey MODELS = ConfigKey.of("store.models", Type.PATH, "", "models", "RT_MODELS");
    private static final ConfigKey ORIGINS = ConfigKey.of("server.origins", Type.LIST, "", "origins", "RT_ORIGINS");
    private static final ConfigKey KEEP = ConfigKey.of("schedule.keep-alive", Type.DURATION, "5m", "idle time", "RT_KEEP");
    private static final ConfigKey SIZE = ConfigKey.of("server.max-body", Type.BYTES, "1MiB", "body", "RT_BODY");
    private static final ConfigKey RATE = ConfigKey.of("server.rate", Type.NUMBER, "1.5", "rate");
    private static final ConfigKey TOKEN = new ConfigKey("auth.token", Type.STRING, "", List.of("RT_TOKEN"), "token", true);
    private static final ConfigKey SECRET_NUMBER = new ConfigKey("auth.pin", Type.INTEGER, "", List.of("RT_PIN"), "pin", true);
    private static final List<ConfigKey> KEYS =
            List.of(QUEUE, DEBUG, DEVICE, MODELS, ORIGINS, KEEP, SIZE, RATE, TOKEN, SECRET_NUMBER);

    @TempDir
    private Path folder;

    private Optional<Path> toml(String text) throws IOException {
        return Optional.of(Files.writeString(folder.resolve("config.toml"), text));
    }

    private static Settings settings(Optional<Path> toml, Map<String, String> env, Map<String, String> flags) {
        return SettingsLoader.load(KEYS, toml, env, flags);
    }

    private static Settings environment(String name, String value) {
        return settings(Optional.empty(), Map.of(name, value), Map.of());
    }

    private static RuntimeFailure refused(Optional<Path> toml, Map<String, String> env, Map<String, String> flags) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> settings(toml, env, flags));
        assertEquals(ErrorCode.CONFIG_INVALID, failure.code());
        return failure;
    }

    private static Source source(Settings settings, ConfigKey key) {
        return settings.entries().stream().filter(e -> e.key().equals(key)).findFirst().orElseThrow().source();
    }

    @ParameterizedTest
    @CsvSource({
        ",,,512,DEFAULT",
        "1,,,1,FILE",
        "1,2,,2,ENVIRONMENT",
        "1,2,3,3,FLAG",
        ",2,,2,ENVIRONMENT",
        ",,3,3,FLAG",
        "1,,3,3,FLAG",
    })
    void strongerLayersWin(String inFile, String inEnvironment, String asFlag, long expected, Source source) throws IOException {
        Settings settings = settings(
                inFile == null ? Optional.empty() : toml("[schedule]\nmax-queue = " + inFile),
                inEnvironment == null ? Map.of() : Map.of("RT_QUEUE", inEnvironment),
                asFlag == null ? Map.of() : Map.of("schedule.max-queue", asFlag));
        assertEquals(expected, settings.integer(QUEUE));
        assertEquals(source, source(settings, QUEUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", " 7 ", "\"7\"", "'7'", " \"7\" ", "\" 7 \""})
    void environmentIsTrimmed(String value) {
        assertEquals(7, environment("RT_QUEUE", value).integer(QUEUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\"\"", "''", " \" \" "})
    void emptyVariableIsNotSet(String value) {
        Settings settings = environment("RT_QUEUE", value);
        assertEquals(512, settings.integer(QUEUE));
        assertEquals(Source.DEFAULT, source(settings, QUEUE));
    }

    @Test
    void firstSetVariableWins() {
        assertEquals(1, settings(Optional.empty(), Map.of("RT_QUEUE", "1", "OLD_QUEUE", "2"), Map.of()).integer(QUEUE));
        assertEquals(2, settings(Optional.empty(), Map.of("RT_QUEUE", "", "OLD_QUEUE", "2"), Map.of()).integer(QUEUE));
    }

    @ParameterizedTest
    @CsvSource({"1,true", "t,true", "TRUE,true", "2,true", "anything,true", "0,false", "False,false", "off,false"})
    void environmentFlags(String value, boolean expected) {
        assertEquals(expected, environment("RT_DEBUG", value).flag(DEBUG));
    }

    @Test
    void oddFlagOfTheEnvironmentIsReported() {
        SettingsLoader loader = SettingsLoader.read(Optional.empty(), Map.of("RT_DEBUG", "fales"), Map.of());
        String warning = loader.warnings(KEYS).getFirst();
        assertTrue(warning.contains("RT_DEBUG=fales") && warning.contains("counts as true"), warning);
        assertEquals(List.of(), SettingsLoader.read(Optional.empty(), Map.of("RT_DEBUG", "no"), Map.of()).warnings(KEYS));
    }

    @Test
    void allTypesFromFile() throws IOException {
        Settings settings = settings(toml("""
                auth.token = "hush"
                [schedule]
                max-queue = 64
                keep-alive = "1h30m"
                [server]
                origins = ["http://a", "http://b,c"]
                max-body = 2048
                rate = 0.25
                [log]
                debug = true
                [store]
                models = "models"
                """), Map.of(), Map.of());
        assertEquals(64, settings.integer(QUEUE));
        assertEquals(Duration.ofMinutes(90), settings.duration(KEEP));
        assertEquals(List.of("http://a", "http://b,c"), settings.list(ORIGINS));
        assertEquals(2048, settings.bytes(SIZE));
        assertEquals(0.25, settings.number(RATE));
        assertTrue(settings.flag(DEBUG));
        assertEquals(folder.resolve("models"), settings.path(MODELS));
        assertEquals("hush", settings.string(TOKEN));
        assertEquals(Optional.empty(), settings.find(DEVICE));
    }

    @Test
    void durationsInTheFileMayBeNumbers() throws IOException {
        assertEquals(Duration.ofSeconds(30), settings(toml("schedule.keep-alive = 30"), Map.of(), Map.of()).duration(KEEP));
        assertEquals(Duration.ofSeconds(-1), settings(toml("schedule.keep-alive = -1"), Map.of(), Map.of()).duration(KEEP));
    }

    @Test
    void emptyTextOfAStrongerLayerUnsets() throws IOException {
        Settings settings = settings(toml("engine.device = \"cpu\""), Map.of("RT_DEVICE", "other"), Map.of("engine.device", ""));
        assertEquals(Optional.empty(), settings.find(DEVICE));
        assertThrows(RuntimeFailure.class, () -> settings.string(DEVICE));
    }

    @Test
    void homeIsExpanded() {
        SettingsLoader loader = SettingsLoader.read(Optional.empty(), Map.of("RT_MODELS", "~/m"), Map.of(), folder);
        assertEquals(folder.resolve("m"), loader.settings(KEYS).path(MODELS));
    }

    @Test
    void relativePathOfTheEnvironmentStartsFromTheWorkingDirectory() {
        assertEquals(Path.of("here").toAbsolutePath(), environment("RT_MODELS", "here").path(MODELS));
    }

    @Test
    void errorsNameKeyValueLayerAndForm() throws IOException {
        String flag = refused(Optional.empty(), Map.of(), Map.of("schedule.max-queue", "many")).getMessage();
        assertTrue(flag.matches("schedule\\.max-queue is \"many\" in the command line; expected a whole number.*"), flag);
        String variable = refused(Optional.empty(), Map.of("OLD_QUEUE", "many"), Map.of()).getMessage();
        assertTrue(variable.contains("the environment (OLD_QUEUE)"), variable);
        String file = refused(toml("[schedule]\nkeep-alive = \"soon\""), Map.of(), Map.of()).getMessage();
        assertTrue(file.contains("\"soon\"") && file.contains("config.toml") && file.contains("5m"), file);
        String empty = refused(toml("schedule.max-queue = \"\""), Map.of(), Map.of()).getMessage();
        assertTrue(empty.contains("schedule.max-queue is \"\""), empty);
        String list = refused(toml("schedule.max-queue = [1, 2]"), Map.of(), Map.of()).getMessage();
        assertTrue(list.contains("[1, 2]"), list);
    }

    @ParameterizedTest
    @ValueSource(strings = {"auth.pin = \"pass=word", "auth.pin = pass=word", "[auth]\npin = \"pass=word\"", "auth.pin = [[\"pass=word\"]]"})
    void secretsStayOutOfMessages(String text) throws IOException {
        RuntimeFailure failure = refused(toml(text), Map.of(), Map.of());
        for (Throwable t = failure; t != null; t = t.getCause()) {
            assertFalse(String.valueOf(t.getMessage()).contains("pass=word"), t.toString());
        }
    }

    @Test
    void secretsAreMaskedInLists() {
        Settings settings = environment("RT_TOKEN", "hush");
        Map<ConfigKey, String> shown = settings.entries().stream()
                .collect(java.util.stream.Collectors.toMap(Settings.Entry::key, Settings.Entry::value));
        assertEquals("********", shown.get(TOKEN));
        assertEquals("", shown.get(SECRET_NUMBER));
        assertEquals("hush", settings.string(TOKEN));
    }

    @Test
    void entriesAreOrderedByName() {
        List<String> names = environment("X", "").entries().stream().map(e -> e.key().name()).toList();
        assertEquals(names.stream().sorted().toList(), names);
        assertEquals(KEYS.size(), names.size());
    }

    @ParameterizedTest
    @CsvSource({
        "schedule.max-que,did you mean schedule.max-queue?",
        "schedule.max_queue,did you mean schedule.max-queue?",
        "server.orgins,did you mean server.origins?",
        "entirely-different,ignored",
    })
    void unknownNamesOfTheFileAreWarnings(String name, String expected) throws IOException {
        SettingsLoader loader = SettingsLoader.read(toml(name + " = 1"), Map.of(), Map.of());
        List<String> warnings = loader.warnings(KEYS);
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains(name) && warnings.getFirst().endsWith(expected), warnings.getFirst());
        assertEquals(512, loader.settings(KEYS).integer(QUEUE));
    }

    @Test
    void unknownFlagsAreErrors() {
        String message = refused(Optional.empty(), Map.of(), Map.of("log.debig", "1")).getMessage();
        assertTrue(message.contains("did you mean log.debug?"), message);
    }

    @Test
    void missingFileIsNoLayer() {
        assertEquals(512, settings(Optional.of(folder.resolve("none.toml")), Map.of(), Map.of()).integer(QUEUE));
    }

    @Test
    void brokenFileTellsThePlace() throws IOException {
        String message = refused(toml("[schedule]\nmax-queue = = 1\n"), Map.of(), Map.of()).getMessage();
        assertTrue(message.contains("config.toml") && message.contains("line 2"), message);
        assertTrue(refused(Optional.of(folder), Map.of(), Map.of()).getMessage().contains("cannot read"));
        assertTrue(refused(toml("#" + "x".repeat(1 << 20)), Map.of(), Map.of()).getMessage().contains("longer"));
    }

    @Test
    void keysOfLaterPluginsAreResolvedOnDemand() throws IOException {
        Settings settings = settings(toml("[late]\nkey = 5"), Map.of("RT_BAD", "x"), Map.of());
        assertEquals(5, settings.integer(ConfigKey.of("late.key", Type.INTEGER, "1", "later")));
        ConfigKey bad = ConfigKey.of("late.bad", Type.INTEGER, "1", "later", "RT_BAD");
        assertEquals(ErrorCode.CONFIG_INVALID, assertThrows(RuntimeFailure.class, () -> settings.integer(bad)).code());
    }

    @Test
    void keysAreAskedForByTheirType() {
        assertThrows(IllegalArgumentException.class, () -> environment("X", "").flag(QUEUE));
        assertThrows(IllegalArgumentException.class, () -> environment("X", "").list(QUEUE));
    }

    @Test
    void twoDifferentKeysOfOneNameAreRefused() {
        ConfigKey other = ConfigKey.of("log.debug", Type.STRING, "", "other");
        assertThrows(RuntimeFailure.class, () -> SettingsLoader.load(List.of(DEBUG, other), Optional.empty(), Map.of(), Map.of()));
        assertFalse(SettingsLoader.load(List.of(DEBUG, DEBUG), Optional.empty(), Map.of(), Map.of()).flag(DEBUG));
    }

    @Test
    void defaultsOfTheKernelsOwnKeysAreValid() {
        Settings settings = SettingsLoader.load(CoreKeys.all(), Optional.empty(), Map.of(), Map.of());
        assertEquals("127.0.0.1:11434", settings.string(CoreKeys.HOST));
        assertEquals(256L << 20, settings.bytes(CoreKeys.MAX_BODY));
        assertEquals(List.of(), settings.list(CoreKeys.ORIGINS));
    }
}
