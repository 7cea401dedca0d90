package dev.runtime.plugin.http.undertow;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request line asks for, decoded strictly.
 *
 * @param path the path; {@code %2F} stays as it is, so that it never splits a segment
 * @param query the first value of each query parameter
 */
record RequestTarget(String path, Map<String, String> query) {

    /**
     * Decodes.
     *
     * @throws RuntimeFailure with {@code request.invalid} for a broken escape, bytes that are not UTF-8, or control characters
     */
    static RequestTarget of(String rawPath, String rawQuery) {
        return new RequestTarget(decode(rawPath, true), rawQuery.isEmpty() ? Map.of() : parameters(rawQuery));
    }

    private static Map<String, String> parameters(String rawQuery) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : rawQuery.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            values.putIfAbsent(decode(name, false), decode(value, false));
        }
        return values;
    }

    private static String decode(String raw, boolean path) {
        if (plain(raw, path)) {
            return raw;
        }
        ByteBuffer bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int value = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) << 4 | hex(raw.charAt(i + 2)) : -1;
                if (value < 0) {
                    throw invalid("a '%' is not followed by two hexadecimal digits");
                }
                if (path && value == '/') {
                    bytes.put((byte) '%').put((byte) '2').put((byte) 'F');
                } else if (path && (value < ' ' || value == 0x7f)) {
                    throw invalid("control characters are not allowed");
                } else {
                    bytes.put((byte) value);
                }
                i += 2;
            } else if (c == '+' && !path) {
                bytes.put((byte) ' ');
            } else {
                // Undertow hands over bytes above 0x7f as Latin-1 characters
                bytes.put((byte) c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw invalid("it is not UTF-8");
        }
    }

    private static boolean plain(String raw, boolean path) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%' || c <= ' ' || c >= 0x7f || c == '+' && !path) {
                return false;
            }
        }
        return true;
    }

    /** A negative number for other characters, large enough to survive the shift. */
    private static int hex(char c) {
        int digit = Character.digit(c, 16);
        return digit < 0 || c > 'f' ? Integer.MIN_VALUE >> 8 : digit;
    }

    private static RuntimeFailure invalid(String why) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, "the request's address cannot be read: " + why);
    }
}
