package dev.runtime.plugin.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostAddressTests {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''|http://127.0.0.1:11434", "1.2.3.4|http://1.2.3.4:11434", ":1234|http://127.0.0.1:1234",
        "example.com:1234|http://example.com:1234", "::1|http://[::1]:11434", "[::1]|http://[::1]:11434",
        "[::1]:99|http://[::1]:99", "http://1.2.3.4|http://1.2.3.4:80", "https://1.2.3.4|https://1.2.3.4:443",
        "https://example.com/ollama|https://example.com:443/ollama", "https://example.com/a/|https://example.com:443/a",
        "0.0.0.0:8080|http://127.0.0.1:8080", "'  localhost '|http://localhost:11434"})
    void partsMayBeMissing(String text, String uri) {
        assertEquals(uri, HostAddress.parse(text).uri("").toString());
    }

    @Test
    void aPortWithoutHostBindsAllInterfaces() {
        assertTrue(HostAddress.parse(":0").bindAddress().getAddress().isAnyLocalAddress());
    }

    @ParameterizedTest
    @ValueSource(strings = {":66000", ":-1", "host:abc", "ftp://host"})
    void whatIsNoAddressIsRefusedWithTheText(String text) {
        assertTrue(assertThrows(RuntimeFailure.class, () -> HostAddress.parse(text)).getMessage().contains("'" + text + "'"));
    }
}
