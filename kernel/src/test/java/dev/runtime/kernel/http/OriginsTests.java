package dev.runtime.kernel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTests {
    private static final CorsNames NAMES = CorsNames.read();

    private static Origins of(String... configured) {
        return Origins.of(NAMES, List.of(configured));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost", "https://localhost", "http://localhost:3000", "HTTP://LocalHost:3000", "https://127.0.0.1:8443",
        "http://0.0.0.0", "http://[::1]:5173", "app://obsidian.md", "file://", "tauri://localhost", "vscode-webview://1a2b", "vscode-file://vscode-app"})
    void localPagesMayCall(String origin) {
        assertTrue(of().allow(origin));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "https://localhost.evil.example", "http://localhost:1@evil.example", "http://localhost:",
        "http://localhost:80.evil.example", "http://127.0.0.1.nip.io", "http://127.0.0.2", "null", "", "http://", "chrome-extension://abc",
        "ftp://localhost", "http://xlocalhost", "xhttp://localhost"})
    void othersMayNot(String origin) {
        assertFalse(of().allow(origin), origin);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://chat.example", "HTTPS://Chat.Example", "https://a.team.example", "https://b.team.example", "http://dev.example:81",
        "chrome-extension://abc"})
    void configuredOnesMay(String origin) {
        Origins origins = of("https://chat.example", "https://*.team.example", "http://dev.example:*", "chrome-extension://*");
        assertTrue(origins.allow(origin));
        assertTrue(origins.allow("http://localhost:1"));
        assertFalse(origins.allow("https://other.example"));
        assertFalse(origins.allow("http://dev.example:81.evil.example"));
        assertFalse(origins.all());
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "https://evil.example", "x"})
    void aStarAllowsAll(String origin) {
        assertTrue(of("*").allow(origin));
        assertTrue(of("*").all());
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat.example", "ftp://chat.example", "http://*.a.*", ""})
    void whatNoBrowserSendsIsRefused(String configured) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> of(configured));
        assertEquals(ErrorCode.CONFIG_INVALID, failure.code());
        assertTrue(failure.getMessage().contains('"' + configured + '"'), failure.getMessage());
    }
}
