package dev.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelOptionsTests {
    @TempDir
    Path temp;
    private Path java;
    private Path user;

    @BeforeEach
    void createFolders() throws IOException {
        java = Files.createDirectory(temp.resolve("java"));
        user = Files.createDirectory(temp.resolve("user"));
    }

    private static Path toml(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void aPlainJavaIsNoHome() {
        KernelOptions options = KernelOptions.of(Map.of(), null, java, user);
        assertEquals(Optional.empty(), options.home());
        assertEquals(Optional.empty(), options.configFile());
    }

    @Test
    void anImageIsItsOwnHome() throws IOException {
        Path file = toml(java.resolve("conf/runtime.toml"), "");
        KernelOptions options = KernelOptions.of(Map.of(), null, java, user);
        assertEquals(Optional.of(java), options.home());
        assertEquals(Optional.of(file), options.configFile());
    }

    @Test
    void thePropertyNamesAnotherHome() throws IOException {
        toml(java.resolve("conf/runtime.toml"), "");
        Path other = temp.resolve("other");
        assertEquals(Optional.of(other), KernelOptions.of(Map.of(), other.toString(), java, user).home());
    }

    @Test
    void theUsersFileWinsOverTheHomesAndTheVariableOverBoth() throws IOException {
        toml(java.resolve("conf/runtime.toml"), "");
        Path own = toml(user.resolve(".config/runtime/runtime.toml"), "");
        Path named = toml(temp.resolve("named.toml"), "");
        assertEquals(Optional.of(own), KernelOptions.of(Map.of(), null, java, user).configFile());
        Map<String, String> environment = Map.of("RUNTIME_CONFIG", named.toString());
        assertEquals(Optional.of(named), KernelOptions.of(environment, null, java, user).configFile());
    }

    @Test
    void aNamedFileThatIsMissingIsAnError() {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class,
                () -> KernelOptions.of(Map.of("RUNTIME_CONFIG", "/no/such/file.toml"), null, java, user));
        assertEquals(ErrorCode.CONFIG_INVALID, failure.code());
        assertTrue(failure.getMessage().contains("/no/such/file.toml"), failure.getMessage());
    }

    @Test
    void settingsAreReadWithoutAKernel() throws IOException {
        Path file = toml(temp.resolve("a.toml"), "[schedule]\nmax-queue = 7\nnum-parallel = 2\n");
        Settings settings = Kernel.settings(KernelOptions.isolated().withConfigFile(Optional.of(file))
                .withEnvironment(Map.of("OLLAMA_NUM_PARALLEL", "3", "OLLAMA_KEEP_ALIVE", "9m")).withFlag(CoreKeys.KEEP_ALIVE, "1m"));
        assertEquals(7, settings.integer(CoreKeys.MAX_QUEUE));
        assertEquals(3, settings.integer(CoreKeys.NUM_PARALLEL));
        assertEquals(1, settings.duration(CoreKeys.KEEP_ALIVE).toMinutes());
    }
}
