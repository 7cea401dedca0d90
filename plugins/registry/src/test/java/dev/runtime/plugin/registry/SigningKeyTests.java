package dev.runtime.plugin.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyTests {
    /** The head of an Ed25519 key in X.509, RFC 8410. */
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    @TempDir
    private Path folder;

    @Test
    void aKeyOfOpenSshSignsWhatItsPublicHalfVerifies() throws IOException, InterruptedException, GeneralSecurityException {
        assumeTrue(Stream.of(System.getenv("PATH").split(File.pathSeparator)).anyMatch(dir -> Files.isExecutable(Path.of(dir, "ssh-keygen"))),
                "ssh-keygen is not installed");
        Path file = folder.resolve("key");
        assertEquals(0, new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString()).start().waitFor());
        String[] header = SigningKey.read(file).orElseThrow().authorization("https://host/token?ts=1").split(":");
        assertEquals(Files.readString(folder.resolve("key.pub")).split(" ")[1], header[0]);
        byte[] blob = Base64.getDecoder().decode(header[0]);
        byte[] x509 = Arrays.copyOf(X509, X509.length + 32);
        System.arraycopy(blob, blob.length - 32, x509, X509.length, 32);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
        // base64 of the hex digits of the SHA-256 of nothing
        signature.update(("GET,https://host/token?ts=1,ZTNiMGM0NDI5OGZjMWMxNDlhZmJmNGM4OTk2ZmI5MjQyN2FlNDFlNDY0OWI5MzRjYTQ5NTk5MWI3ODUyYjg1NQ==")
                .getBytes(StandardCharsets.UTF_8));
        assertTrue(signature.verify(Base64.getDecoder().decode(header[1])));
    }

    @Test
    void whatIsNoKeyIsNone() throws IOException {
        assertTrue(SigningKey.read(folder.resolve("absent")).isEmpty());
        for (String text : new String[] {"", "x", "AAAA", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----"}) {
            assertTrue(SigningKey.read(Files.writeString(folder.resolve("key"), text)).isEmpty(), text);
        }
    }
}
