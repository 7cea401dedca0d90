package dev.runtime.kernel.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Paths of requests: which ones are plain, and how they are written in a redirect. */
final class RequestPath {
    private static final String UNRESERVED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/:@!$&'()*+,;=";

    private RequestPath() {}

    /** Tells whether a path can be looked up at all: it begins with a slash and has neither control characters nor backslashes. */
    static boolean sane(String path) {
        return path.startsWith("/") && path.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == '\\');
    }

    /** Resolves empty segments, {@code .} and {@code ..}; keeps a slash at the end. A plain path comes back as it is. */
    static String clean(String path) {
        List<String> kept = new ArrayList<>();
        String[] segments = path.substring(1).split("/", -1);
        for (String segment : segments) {
            switch (segment) {
                case "", "." -> { }
                case ".." -> {
                    if (!kept.isEmpty()) {
                        kept.removeLast();
                    }
                }
                case String name -> kept.add(name);
            }
        }
        String last = segments[segments.length - 1];
        boolean slash = !kept.isEmpty() && (last.isEmpty() || last.equals(".") || last.equals(".."));
        return "/" + String.join("/", kept) + (slash ? "/" : "");
    }

    /** Writes a decoded path for a header. */
    static String encode(String path) {
        StringBuilder text = new StringBuilder();
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            if (UNRESERVED.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return text.toString();
    }
}
