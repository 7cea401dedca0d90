package dev.runtime.plugin.dialect;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads files in base64: standard alphabet, padded; line breaks are skipped, a {@code data:} prefix is an error. */
public final class Base64Files {
    private Base64Files() {}

    /**
     * Reads the files of a list; none if the field is missing.
     *
     * @throws RuntimeFailure with {@code request.invalid} if one is no base64
     */
    public static List<byte[]> read(Fields fields, String name) {
        List<byte[]> files = new ArrayList<>();
        for (Object each : fields.list(name)) {
            if (!(each instanceof String text)) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                        "field \"" + name + "\" must hold strings of base64, not " + Fields.kind(each));
            }
            files.add(decode(text));
        }
        return files;
    }

    /**
     * Decodes one file.
     *
     * @throws RuntimeFailure with {@code request.invalid} and the place of the mistake
     */
    public static byte[] decode(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        int padding = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' || c == '\n') {
                continue;
            }
            boolean letter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/';
            if (c == '=') {
                padding++;
            } else if (!letter || padding > 0) {
                throw illegal(i);
            }
            plain.append(c);
        }
        if (padding > 2 || plain.length() % 4 != 0) {
            throw illegal(text.length());
        }
        return Base64.getDecoder().decode(plain.toString());
    }

    private static RuntimeFailure illegal(int at) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, "illegal base64 data at input byte " + at
                + "; images are plain base64 without a data: prefix");
    }
}
