package dev.runtime.kernel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        FakeExchange exchange = new FakeExchange("POST", "/");
        assertTrue(guard().admit(exchange));
        assertEquals(Map.of(), exchange.replyHeaders);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "DELETE", "OPTIONS"})
    void aForeignPageIsRefusedWhateverItSends(String method) throws IOException {
        FakeExchange exchange = new FakeExchange(method, "/api/generate").header("Origin", "https://evil.example");
        assertFalse(guard().admit(exchange));
        assertEquals(403, exchange.status);
        assertEquals("", exchange.text());
        assertEquals(Map.of(), exchange.replyHeaders);
    }

    @Test
    void aRebindingPageIsOfItsOwnOriginButNotOfOurHost() throws IOException {
        FakeExchange exchange = new FakeExchange("POST", "/").header("Host", "evil.example:11434").header("Origin", "http://evil.example:11434");
        assertFalse(guard().admit(exchange));
        assertEquals(403, exchange.status);
        assertEquals(Map.of(), exchange.replyHeaders);
    }

    @Test
    void anAllowedPageMayReadTheReply() throws IOException {
        FakeExchange exchange = new FakeExchange("POST", "/").header("Origin", "http://localhost:3000");
        assertTrue(guard().admit(exchange));
        assertEquals(Map.of("Access-Control-Allow-Origin", "http://localhost:3000", "Vary", "Origin"), Map.copyOf(exchange.replyHeaders));
    }

    @Test
    void anAllowedPageDoesNotGetPastTheHostRules() throws IOException {
        FakeExchange exchange = new FakeExchange("POST", "/").header("Origin", "http://localhost:3000").header("Host", "evil.example");
        assertFalse(guard().admit(exchange));
        assertEquals(403, exchange.status);
    }

    @Test
    void ourOwnPagesNeedNoHeaders() throws IOException {
        FakeExchange exchange = new FakeExchange("OPTIONS", "/").header("Origin", "http://LOCALHOST:11434");
        assertTrue(guard().admit(exchange));
        assertEquals(Map.of(), exchange.replyHeaders);
    }

    @Test
    void aPreflightIsAnsweredForAnyPath() throws IOException {
        FakeExchange exchange = new FakeExchange("OPTIONS", "/no/such/path").header("Origin", "app://page")
                .header("Access-Control-Request-Headers", "x-api-key").header("Access-Control-Request-Private-Network", "true");
        assertFalse(guard().admit(exchange));
        assertEquals(204, exchange.status);
        assertEquals("app://page", exchange.replyHeaders.get("Access-Control-Allow-Origin"));
        assertEquals("GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS", exchange.replyHeaders.get("Access-Control-Allow-Methods"));
        assertEquals("43200", exchange.replyHeaders.get("Access-Control-Max-Age"));
        assertEquals("Origin, Access-Control-Request-Method, Access-Control-Request-Headers", exchange.replyHeaders.get("Vary"));
        assertEquals("true", exchange.replyHeaders.get("Access-Control-Allow-Private-Network"));
        assertFalse(exchange.replyHeaders.containsKey("Access-Control-Allow-Credentials"));
        List<String> allowed = List.of(exchange.replyHeaders.get("Access-Control-Allow-Headers").split(","));
        assertTrue(allowed.containsAll(List.of("Authorization", "Content-Type", "X-Api-Key", "X-Stainless-Timeout", "Anthropic-Version")), allowed.toString());
    }

    @Test
    void aStarIsAnsweredWithAStar() throws IOException {
        FakeExchange exchange = new FakeExchange("GET", "/").header("Origin", "https://any.example");
        assertTrue(guard("*").admit(exchange));
        assertEquals("*", exchange.replyHeaders.get("Access-Control-Allow-Origin"));
    }

    @Test
    void twoHostsAreNoHost() throws IOException {
        FakeExchange exchange = new FakeExchange("GET", "/").header("Host", "localhost", "evil.example");
        assertFalse(guard().admit(exchange));
        assertEquals(400, exchange.status);
    }

    @Test
    void aRequestWithoutHostPasses() throws IOException {
        assertTrue(guard().admit(new FakeExchange("GET", "/").header("Host", new String[0])));
    }
}
