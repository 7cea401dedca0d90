package dev.runtime.plugin.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.source.ModelAddress;
import dev.runtime.api.source.ModelSource.Blob;
import dev.runtime.api.source.ModelSource.Repository;
import dev.runtime.api.testkit.FakeModels;
import dev.runtime.api.testkit.FakeRuntime;
import dev.runtime.api.testkit.FakeSettings;
import dev.runtime.api.testkit.ScriptedInference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RegistrySourceTests {
    private static final byte[] BYTES = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final Blob BLOB = new Blob("sha256:" + "ab".repeat(32), BYTES.length, Optional.empty());

    private FakeRegistry registry;
    private FakeRegistry other;

    @BeforeEach
    void open() throws IOException {
        registry = new FakeRegistry();
        other = new FakeRegistry();
    }

    @AfterEach
    void close() throws IOException {
        registry.close();
        other.close();
    }

    private static Repository repository(Map<String, String> settings, String scheme, String host, boolean insecure) {
        RegistrySource source = new RegistrySource();
        source.start(new FakeRuntime(new FakeModels(), new ScriptedInference(), new FakeSettings(settings)));
        return source.open(new ModelAddress(scheme, host, "ns", "m", "tag"), insecure);
    }

    private Repository repository(String... settings) {
        Map<String, String> map = new java.util.HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put(settings[i], settings[i + 1]);
        }
        return repository(map, "", registry.host(), false);
    }

    private static String manifest(Repository repository) throws IOException {
        return new String(repository.manifest(Cancellation.none()), StandardCharsets.UTF_8);
    }

    private static byte[] read(Repository repository, long offset, long length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        repository.read(BLOB, offset, length, Channels.newChannel(bytes), Cancellation.none());
        return bytes.toByteArray();
    }

    private static RuntimeFailure refused(ErrorCode code, org.junit.jupiter.api.function.Executable executable) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, executable);
        assertEquals(code, failure.code(), failure.getMessage());
        return failure;
    }

    @Test
    void aManifestIsReadAsItIs() throws IOException {
        registry.answers = asked -> FakeRegistry.reply(200, "{ \"layers\": [] }\n");
        assertEquals("{ \"layers\": [] }\n", manifest(repository()));
        assertEquals("GET /v2/ns/m/manifests/tag", registry.asked.getFirst().line());
        assertEquals(RegistryRepository.MANIFEST, registry.asked.getFirst().headers().get("accept"));
        assertEquals(registry.host(), registry.asked.getFirst().headers().get("host"));
        registry.answers = asked -> FakeRegistry.reply(404, "{}");
        refused(ErrorCode.MODEL_NOT_FOUND, () -> manifest(repository()));
        registry.answers = asked -> FakeRegistry.reply(403, "you\r\nmay not");
        assertEquals("403: you may not", refused(ErrorCode.UPSTREAM_FAILED, () -> manifest(repository())).getMessage());
        registry.answers = asked -> FakeRegistry.reply(503, "later");
        assertEquals("503: later", assertThrows(IOException.class, () -> manifest(repository())).getMessage());
    }

    @Test
    void rangesOfBlobs() throws IOException {
        registry.answers = asked -> {
            String range = asked.headers().getOrDefault("range", "");
            if (range.isEmpty()) {
                return FakeRegistry.reply(200, BYTES);
            }
            String[] ends = range.substring("bytes=".length()).split("-");
            byte[] part = Arrays.copyOfRange(BYTES, Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
            return FakeRegistry.reply(206, part, "Content-Range: bytes " + ends[0] + "-" + ends[1] + "/16");
        };
        assertArrayEquals(BYTES, read(repository(), 0, 16));
        assertEquals("345", new String(read(repository(), 3, 3), StandardCharsets.US_ASCII));
        assertEquals("bytes=3-5", registry.asked.getLast().headers().get("range"));
    }

    @Test
    void aServerWithoutRanges() throws IOException {
        registry.answers = asked -> FakeRegistry.reply(200, BYTES);
        assertEquals("345", new String(read(repository(), 3, 3), StandardCharsets.US_ASCII));
    }

    @Test
    void chunkedBodies() throws IOException {
        registry.answers = asked -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n01234\r\nb\r\n56789abcdef\r\n0\r\n\r\n"
                .getBytes(StandardCharsets.ISO_8859_1);
        assertArrayEquals(BYTES, read(repository(), 0, 16));
    }

    @Test
    void whatIsNoGoodReplyMayBeTriedAgain() {
        for (String bad : List.of("", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabc",
                "HTTP/1.1 206 OK\r\nContent-Range: bytes 7-15/16\r\nContent-Length: 9\r\n\r\n789abcdef",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
                "HTTP/1.1 307 Go\r\n\r\n", "HTTP/1.1 307 Go\r\nLocation: http://[::\r\n\r\n",
                "HTTP/1.1 200 OK\r\n" + "x".repeat(70_000))) {
            registry.answers = asked -> bad.getBytes(StandardCharsets.ISO_8859_1);
            assertThrows(IOException.class, () -> read(repository(), 0, 16), bad);
        }
    }

    @Test
    void endlessManifestsEnd() {
        registry.answers = asked -> {
            ByteArrayOutputStream endless = new ByteArrayOutputStream();
            endless.writeBytes("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            endless.writeBytes(new byte[9 << 20]);
            return endless.toByteArray();
        };
        refused(ErrorCode.UPSTREAM_FAILED, () -> manifest(repository()));
    }

    @Test
    void aCancelledReadEnds() {
        Cancellation cancellation = new Cancellation();
        registry.answers = asked -> {
            cancellation.cancel();
            return FakeRegistry.reply(200, BYTES);
        };
        assertThrows(Exception.class, () -> repository().read(BLOB, 0, 16, Channels.newChannel(new ByteArrayOutputStream()), cancellation));
        refused(ErrorCode.REQUEST_CANCELLED, () -> repository().manifest(cancellation));
    }

    private byte[] guarded(FakeRegistry.Asked asked, String realm, String token, byte[] body) {
        if (asked.target().startsWith("/token")) {
            return FakeRegistry.reply(200, "{\"x\":{\"token\":\"inner\"},\"token\":\"" + token + "\"}");
        }
        return ("Bearer " + token).equals(asked.headers().get("authorization")) ? FakeRegistry.reply(200, body)
                : FakeRegistry.reply(401, "", "WWW-Authenticate: Bearer realm=\"" + realm + "\",service=\"s s\",scope=\"a:b:pull c:d:push\"");
    }

    @Test
    void aTokenIsFetchedFromTheRegistryOnceAndUsed() throws IOException {
        registry.answers = asked -> guarded(asked, registry.url() + "/token", "secret", BYTES);
        Repository repository = repository();
        assertArrayEquals(BYTES, read(repository, 0, 16));
        assertArrayEquals(BYTES, read(repository, 0, 16));
        List<String> lines = registry.asked.stream().map(FakeRegistry.Asked::line).toList();
        assertEquals(4, lines.size(), lines.toString());
        String path = "GET /v2/ns/m/blobs/" + BLOB.digest();
        assertEquals(List.of(path, path, path), List.of(lines.get(0), lines.get(2), lines.get(3)));
        assertTrue(lines.get(1).matches("GET /token\\?nonce=[A-Za-z0-9_-]{22}&scope=a%3Ab%3Apull&scope=c%3Ad%3Apush&service=s\\+s&ts=\\d{10}"),
                lines.get(1));
    }

    @Test
    void aTokenThatIsRefusedIsSaid() {
        registry.answers = asked -> asked.target().startsWith("/token") ? FakeRegistry.reply(200, "{\"token\":\"x\"}")
                : FakeRegistry.reply(401, "", "WWW-Authenticate: Bearer realm=\"" + registry.url() + "/token\"");
        assertEquals("unauthorized: access denied", refused(ErrorCode.UNAUTHORIZED, () -> manifest(repository())).getMessage());
        registry.answers = asked -> FakeRegistry.reply(401, "", "WWW-Authenticate: Basic realm=\"x\"");
        refused(ErrorCode.UNAUTHORIZED, () -> manifest(repository()));
        for (String answer : List.of("{\"token\":\"a\\r\\nX: y\"}", "{\"token\":5}", "[]", "{}")) {
            registry.answers = asked -> asked.target().startsWith("/token") ? FakeRegistry.reply(200, answer)
                    : FakeRegistry.reply(401, "", "WWW-Authenticate: Bearer realm=\"" + registry.url() + "/token\"");
            refused(ErrorCode.UNAUTHORIZED, () -> manifest(repository()));
        }
    }

    @Test
    void aRealmOnAnotherHostIsRefused() {
        for (String realm : List.of(other.url() + "/token", "http://localhost:" + registry.host().substring(10) + "/token",
                "https://" + registry.host() + "/token", "http://evil.example/token", "file:///etc/passwd")) {
            registry.answers = asked -> guarded(asked, realm, "secret", BYTES);
            RuntimeFailure failure = refused(ErrorCode.FORBIDDEN, () -> manifest(repository()));
            assertTrue(failure.getMessage().contains("does not match original host"), failure.getMessage());
        }
        assertEquals(List.of(), other.asked, "nobody else was asked");
    }

    @Test
    void tokensStayAtTheRegistry() throws IOException {
        registry.answers = asked -> {
            byte[] reply = guarded(asked, registry.url() + "/token", "secret", BYTES);
            boolean blob = asked.target().contains("/blobs/") && asked.headers().containsKey("authorization");
            return blob ? FakeRegistry.reply(307, "", "Location: " + other.url() + "/content") : reply;
        };
        other.answers = asked -> FakeRegistry.reply(200, BYTES);
        assertArrayEquals(BYTES, read(repository("registry.private-hosts", other.host()), 0, 16));
        assertEquals("GET /content", other.asked.getFirst().line());
        assertFalse(other.asked.getFirst().headers().containsKey("authorization"));
    }

    @Test
    void redirectsToPrivatePlacesAreRefused() {
        other.answers = asked -> FakeRegistry.reply(200, BYTES);
        String port = other.host().substring(10);
        for (String place : List.of(other.url() + "/x", "http://localhost:" + port + "/x", "http://10.1.2.3/x", "http://192.168.1.1/x",
                "http://169.254.169.254/latest/meta-data", "http://[::1]:" + port + "/x", "http://[::ffff:127.0.0.1]:" + port + "/x",
                "http://0.0.0.0:" + port + "/x", "http://2130706433:" + port + "/x", "http://127.1:" + port + "/x", "http://[fe80::1]/x",
                "http://[fd00::1]/x", "http://100.64.0.1/x", "http://[64:ff9b::a00:1]/x", "file:///etc/passwd", "gopher://example.com/",
                "//" + other.host() + "/x")) {
            registry.answers = asked -> FakeRegistry.reply(302, "", "Location: " + place);
            Exception failure = assertThrows(Exception.class, () -> read(repository(), 0, 16), place);
            boolean forbidden = failure instanceof RuntimeFailure f && f.code() == ErrorCode.FORBIDDEN;
            assertTrue(forbidden || failure instanceof java.net.UnknownHostException, place + ": " + failure);
        }
        assertEquals(List.of(), other.asked, "nothing was connected to");
    }

    @Test
    void redirectsEnd() {
        registry.answers = asked -> FakeRegistry.reply(302, "", "Location: " + asked.target() + "x");
        refused(ErrorCode.UPSTREAM_FAILED, () -> read(repository(), 0, 16));
        assertEquals(11, registry.asked.size());
    }

    @Test
    void whichRegistriesAreTalkedToAndHow() throws IOException {
        assertEquals("insecure protocol http",
                refused(ErrorCode.FORBIDDEN, () -> repository(Map.of(), "http", "example.com", false)).getMessage());
        refused(ErrorCode.MODEL_NAME_INVALID, () -> repository(Map.of(), "ftp", "example.com", false));
        refused(ErrorCode.MODEL_NAME_INVALID, () -> repository(Map.of(), "", "a:b:c", false));
        refused(ErrorCode.FORBIDDEN, () -> repository(Map.of("registry.offline", "true"), "", registry.host(), false));
        refused(ErrorCode.FORBIDDEN, () -> repository(Map.of("registry.hosts", "hf.co"), "", registry.host(), false));
        refused(ErrorCode.CONFIG_INVALID, () -> repository(Map.of("registry.mirrors", "example.com=nothing"), "", "example.com", false));
        registry.answers = asked -> FakeRegistry.reply(200, asked.target());
        assertEquals("/v2/ns/m/manifests/tag", manifest(repository(Map.of(), "http", registry.host(), true)));
        assertEquals("/base/v2/ns/m/manifests/tag",
                manifest(repository(Map.of("registry.mirrors", "example.com=" + registry.url() + "/base/"), "", "Example.com", false)));
        assertThrows(IOException.class, () -> manifest(repository(Map.of(), "https", registry.host(), false)), "speaks no TLS");
    }

    @Test
    void blobsGoUpInASession(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("blob"), BYTES);
        boolean[] broken = {true};
        ByteArrayOutputStream arrived = new ByteArrayOutputStream();
        registry.answers = asked -> switch (asked.method()) {
            case "HEAD" -> FakeRegistry.reply(404, "");
            case "POST" -> FakeRegistry.reply(202, "", "Location: /upload/1?state=a");
            case "PATCH" -> {
                arrived.writeBytes(broken[0] ? Arrays.copyOf(asked.body(), 4) : asked.body());
                boolean breaks = broken[0];
                broken[0] = false;
                yield breaks ? new byte[0] : FakeRegistry.reply(202, "", "Location: /upload/1?state=b");
            }
            case "GET" -> FakeRegistry.reply(204, "", "Location: /upload/1?state=c", "Range: 0-" + (arrived.size() - 1));
            default -> FakeRegistry.reply(201, "");
        };
        Repository repository = repository();
        assertFalse(repository.holds(BLOB, Cancellation.none()));
        List<Long> sent = new ArrayList<>();
        assertThrows(IOException.class, () -> repository.write(BLOB, file, sent::add, Cancellation.none()));
        repository.write(BLOB, file, sent::add, Cancellation.none());
        assertArrayEquals(BYTES, arrived.toByteArray(), "resumed where the registry was");
        assertEquals(BYTES.length, sent.getLast());
        String digest = BLOB.digest().replace(":", "%3A");
        assertEquals(List.of("HEAD /v2/ns/m/blobs/" + BLOB.digest(), "POST /v2/ns/m/blobs/uploads/", "PATCH /upload/1?state=a",
                "GET /upload/1?state=a", "PATCH /upload/1?state=c", "PUT /upload/1?state=b&digest=" + digest),
                registry.asked.stream().map(FakeRegistry.Asked::line).toList());
        assertEquals("4-15", registry.asked.get(4).headers().get("content-range"));
        repository.putManifest(BYTES, Cancellation.none());
        assertArrayEquals(BYTES, registry.asked.getLast().body());
        assertEquals("PUT /v2/ns/m/manifests/tag", registry.asked.getLast().line());
    }

    @Test
    void aBlobOfAnotherModelIsMounted(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("blob"), BYTES);
        registry.answers = asked -> FakeRegistry.reply(201, "");
        Blob blob = new Blob(BLOB.digest(), BLOB.size(), Optional.of(new ModelAddress("", registry.host(), "a", "b", "c")));
        repository().write(blob, file, _ -> {}, Cancellation.none());
        assertEquals(List.of("POST /v2/ns/m/blobs/uploads/?mount=" + BLOB.digest().replace(":", "%3A") + "&from=a%2Fb"),
                registry.asked.stream().map(FakeRegistry.Asked::line).toList());
    }
}
