package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.dialect.Base64Files;
import java.util.List;

/** Reads pictures that are part of a request. Nothing is ever fetched from an address. */
final class DataUri {
    private static final List<String> PREFIXES = List.of("data:image/jpeg;base64,", "data:image/jpg;base64,",
            "data:image/png;base64,", "data:image/webp;base64,", "data:;base64,");

    private DataUri() {}

    /**
     * Reads.
     *
     * @throws RuntimeFailure with {@code request.invalid} for anything but a picture of a known kind
     */
    static byte[] read(String url) {
        if (url.startsWith("http://") || url.startsWith("https://")) {
            throw invalid("image URLs are not currently supported, please use base64 encoded data instead");
        }
        for (String prefix : PREFIXES) {
            if (url.startsWith(prefix)) {
                try {
                    return Base64Files.decode(url.substring(prefix.length()));
                } catch (RuntimeFailure e) {
                    throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "invalid image input", e);
                }
            }
        }
        throw invalid("invalid image input");
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
