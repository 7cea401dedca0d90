package dev.runtime.plugin.registry;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The user's key for registries that know users by it: an Ed25519 key without passphrase in the file format of OpenSSH
 * (PROTOCOL.key of its sources). Only signatures leave this class.
 */
final class SigningKey {
    private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST = 16 << 10;

    private final byte[] publicBlob;
    private final PrivateKey secret;

    private SigningKey(byte[] publicBlob, PrivateKey secret) {
        this.publicBlob = publicBlob;
        this.secret = secret;
    }

    /** Returns the key where such registries' users have it, or nothing: most models need none. */
    static Optional<SigningKey> ofUser() {
        return read(Path.of(System.getProperty("user.home"), ".ollama", "id_ed25519"));
    }

    static Optional<SigningKey> read(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LONGEST) {
                return Optional.empty();
            }
            String base64 = Files.readString(file, StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----|\\s", "");
            return Optional.of(parse(Base64.getDecoder().decode(base64)));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException | BufferUnderflowException _) {
            // not a key that we can use: as good as none
            return Optional.empty();
        }
    }

    private static SigningKey parse(byte[] bytes) throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte[] magic = new byte[MAGIC.length];
        in.get(magic);
        String cipher = text(in);
        text(in); // key derivation
        string(in); // its options
        if (!Arrays.equals(magic, MAGIC) || !cipher.equals("none") || in.getInt() != 1) {
            throw new GeneralSecurityException("not one plain key");
        }
        byte[] publicBlob = string(in);
        ByteBuffer secrets = ByteBuffer.wrap(string(in));
        if (secrets.getInt() != secrets.getInt() || !text(secrets).equals("ssh-ed25519")) {
            throw new GeneralSecurityException("not an Ed25519 key");
        }
        string(secrets); // the public half once more
        byte[] pair = string(secrets);
        if (pair.length != 64) {
            throw new GeneralSecurityException("not an Ed25519 key");
        }
        return new SigningKey(publicBlob, KeyFactory.getInstance("Ed25519")
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, Arrays.copyOf(pair, 32))));
    }

    private static byte[] string(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("a string longer than the file");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer in) {
        return new String(string(in), StandardCharsets.US_ASCII);
    }

    /** Returns the header that says who asks for a token: public key and signature of the request without a body. */
    String authorization(String uri) {
        try {
            byte[] empty = java.security.MessageDigest.getInstance("SHA-256").digest();
            String body = Base64.getEncoder().encodeToString(HexFormat.of().formatHex(empty).getBytes(StandardCharsets.US_ASCII));
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(secret);
            signature.update(("GET," + uri + "," + body).getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(publicBlob) + ":" + Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform signs with Ed25519", e);
        }
    }
}
