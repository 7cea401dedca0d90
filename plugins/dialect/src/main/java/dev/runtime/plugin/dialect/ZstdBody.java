package dev.runtime.plugin.dialect;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Bodies that some clients compress with Zstandard, within bounds that a small body cannot blow up. */
final class ZstdBody {
    private static final int LONGEST = 20 << 20;
    /** The logarithm of the bytes that a frame may refer back to: 8 MiB. */
    private static final int LARGEST_WINDOW = 23;

    private ZstdBody() {}

    /**
     * Decompresses a body.
     *
     * @throws RuntimeFailure with {@code request.invalid} if it is damaged or longer than 20 MiB, or if this machine cannot decompress it
     * @throws IOException if the client is gone
     */
    static InputStream plain(InputStream body) throws IOException {
        // the client's going away is an IOException as damage is: what has arrived is read first
        byte[] sent = body.readAllBytes();
        try (ZstdInputStreamNoFinalizer in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(sent))) {
            in.setLongMax(LARGEST_WINDOW);
            byte[] plain = in.readNBytes(LONGEST + 1);
            if (plain.length > LONGEST) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the request body is longer than 20 MiB once decompressed");
            }
            return new ByteArrayInputStream(plain);
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "failed to decompress request body", e);
        } catch (LinkageError e) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "compressed request bodies are not supported on this machine; send plain JSON", e);
        }
    }
}
