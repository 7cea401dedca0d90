package dev.runtime.kernel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.testkit.MemoryExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTests {
    private static final CorsNames NAMES = CorsNames.read();

    private static Guard guard(String... origins) {
        return new Guard(NAMES, Origins.of(NAMES, List.of(origins)), new HostRules(true, () -> "", _ -> false));
    }

    @Test
    void programsPassWithoutCorsHeaders() throws IOException {
        MemoryExchange exchange = FakeHost.local("POST", "/");
        assertTrue(guard().admit(exchange));
        assertEquals(Map.of(), exchange.replyHeaders());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "DELETE", "OPTIONS"})
    void aForeignPageIsRefusedWhateverItSends(String method) throws IOException {
        MemoryExchange exchange = FakeHost.local(method, "/api/generate").with("Origin", "https://evil.example");
        assertFalse(guard().admit(exchange));
        assertEquals(403, exchange.status());
        assertEquals("", exchange.text());
        assertEquals(Map.of(), exchange.replyHeaders());
    }

    @Test
    void aRebindingPageIsOfItsOwnOriginButNotOfOurHost() throws IOException {
        MemoryExchange exchange = new MemoryExchange("POST", "/", "").with("Host", "evil.example:11434").with("Origin", "http://evil.example:11434");
        assertFalse(guard().admit(exchange));
        assertEquals(403, exchange.status());
        assertEquals(Map.of(), exchange.replyHeaders());
    }

    @Test
    void anAllowedPageMayReadTheReply() throws IOException {
        MemoryExchange exchange = FakeHost.local("POST", "/").with("Origin", "http://localhost:3000");
        assertTrue(guard().admit(exchange));
        assertEquals(Map.of("access-control-allow-origin", "http://localhost:3000", "vary", "Origin"), exchange.replyHeaders());
    }

    @Test
    void anAllowedPageDoesNotGetPastTheHostRules() throws IOException {
        MemoryExchange exchange = new MemoryExchange("POST", "/", "").with("Origin", "http://localhost:3000").with("Host", "evil.example");
        assertFalse(guard().admit(exchange));
        assertEquals(403, exchange.status());
    }

    @Test
    void ourOwnPagesNeedNoHeaders() throws IOException {
        MemoryExchange exchange = FakeHost.local("OPTIONS", "/").with("Origin", "http://LOCALHOST:11434");
        assertTrue(guard().admit(exchange));
        assertEquals(Map.of(), exchange.replyHeaders());
    }

    @Test
    void aPreflightIsAnsweredForAnyPath() throws IOException {
        MemoryExchange exchange = FakeHost.local("OPTIONS", "/no/such/path").with("Origin", "app://page")
                .with("Access-Control-Request-Headers", "x-api-key").with("Access-Control-Request-Private-Network", "true");
        assertFalse(guard().admit(exchange));
        assertEquals(204, exchange.status());
        assertEquals("app://page", exchange.replyHeaders().get("access-control-allow-origin"));
        assertEquals("GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS", exchange.replyHeaders().get("access-control-allow-methods"));
        assertEquals("43200", exchange.replyHeaders().get("access-control-max-age"));
        assertEquals("Origin, Access-Control-Request-Method, Access-Control-Request-Headers", exchange.replyHeaders().get("vary"));
        assertEquals("true", exchange.replyHeaders().get("access-control-allow-private-network"));
        assertFalse(exchange.replyHeaders().containsKey("access-control-allow-credentials"));
        List<String> allowed = List.of(exchange.replyHeaders().get("access-control-allow-headers").split(","));
        assertTrue(allowed.containsAll(List.of("Authorization", "Content-Type", "X-Api-Key", "X-Stainless-Timeout", "Anthropic-Version")), allowed.toString());
    }

    @Test
    void aStarIsAnsweredWithAStar() throws IOException {
        MemoryExchange exchange = FakeHost.local("GET", "/").with("Origin", "https://any.example");
        assertTrue(guard("*").admit(exchange));
        assertEquals("*", exchange.replyHeaders().get("access-control-allow-origin"));
    }

    @Test
    void twoHostsAreNoHost() throws IOException {
        MemoryExchange exchange = new MemoryExchange("GET", "/", "").with("Host", "localhost").with("Host", "evil.example");
        assertFalse(guard().admit(exchange));
        assertEquals(400, exchange.status());
    }

    @Test
    void aRequestWithoutHostPasses() throws IOException {
        assertTrue(guard().admit(new MemoryExchange("GET", "/", "")));
    }
}
